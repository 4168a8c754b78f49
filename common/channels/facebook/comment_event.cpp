#include "common/channels/facebook/comment_event.hpp"

#include <algorithm>
#include <utility>

#include "common/channels/facebook/ids.hpp"
#include "common/channels/facebook/json_fields.hpp"
#include "common/http/headers.hpp"
#include "common/http/web_address.hpp"

namespace guichet::channels::facebook {
namespace {

// Meta tells the kind, not the type: "image/*" keeps what is known.
std::string media_type(const std::string& type) {
    if (type == "image" || type == "video" || type == "audio") return type + "/*";
    return type.find('/') == std::string::npos ? std::string() : type;
}

v1::InboundKind kind_of(CommentChange change) {
    if (change == CommentChange::edited) return v1::INBOUND_KIND_EDITED;
    if (change == CommentChange::removed) return v1::INBOUND_KIND_DELETED;
    return v1::INBOUND_KIND_CREATED;
}

Event::Kind event_of(CommentChange change, bool own) {
    if (change == CommentChange::hidden) return Event::Kind::hidden;
    if (change == CommentChange::shown) return Event::Kind::shown;
    return own ? Event::Kind::own : Event::Kind::message;
}

}  // namespace

bool names_page(const Page& page, std::string_view text) {
    if (page.name.empty()) return false;
    for (std::size_t at = 0; at + page.name.size() <= text.size(); ++at) {
        if (http::iequals(text.substr(at, page.name.size()), page.name)) return true;
    }
    return false;
}

void add_media(const std::vector<Media>& media, v1::InboundMessage& to) {
    for (const auto& one : media) {
        auto& attachment = *to.add_attachments();
        attachment.set_name(one_line(one.name.empty() ? one.type : one.name));
        attachment.set_media_type(media_type(one.type));
        if (one.size > 0) attachment.set_size(one.size);
        if (http::is_web_address(one.url)) attachment.set_url(one.url);
    }
    const bool gone = to.kind() == v1::INBOUND_KIND_DELETED;
    if (to.text().empty() && to.attachments_size() == 0 && !gone) {
        to.add_attachments()->set_name("something that Facebook does not hand on");
    }
}

Event comment_event(const Page& page, Comment comment, CommentChange change) {
    const bool own = !comment.author.empty() && comment.author == page.id;
    const bool reply = !comment.parent.empty();
    const auto root = reply ? comment.parent : comment.id;
    Event event;
    event.kind = event_of(change, own);
    event.account = page.id;
    auto& message = event.message;
    // Whose root comment it is cannot be seen here: a person's words below his own root find his conversation
    // by its thread, whatever this says.
    message.set_among_customers(reply && !own && !comment.mentions_page && !names_page(page, comment.text));
    message.set_kind(kind_of(change));
    message.set_visibility(v1::VISIBILITY_PUBLIC);
    auto author = comment.author.empty() ? unknown_author(comment.id) : std::move(comment.author);
    message.set_thread(comment_thread(root, author));
    message.set_parent_thread(root);
    message.mutable_author()->set_external_id(std::move(author));
    message.mutable_author()->set_name(one_line(std::move(comment.author_name)));
    message.set_external_id(std::move(comment.id));
    message.set_reply_to(std::move(comment.parent));
    message.set_text(std::move(comment.text));
    if (comment.created_at > 0) set_time(comment.created_at, message.mutable_created_at());
    if (change != CommentChange::added) message.set_ordinal(comment.changed_at);
    add_media(comment.media, message);
    return event;
}

}  // namespace guichet::channels::facebook
