// Entries of Graph's lists, as events.
#include <utility>

#include "common/channels/facebook/direct_event.hpp"
#include "common/channels/facebook/gap_fill.hpp"
#include "common/channels/facebook/parse_feed.hpp"

namespace guichet::channels::facebook {
namespace {

// {"type": "photo", "media": {"image": {"src"}, "source"}, "title", "url"}
Media comment_media(const json::object& attachment) {
    Media media;
    const auto type = text_in(attachment, "type");
    const bool video = type.find("video") != std::string::npos;
    media.type = video ? "video" : type.find("photo") != std::string::npos ? "image" : type;
    media.name = text_in(attachment, "title");
    if (const auto* inner = object_in(attachment, "media")) {
        const auto* image = object_in(*inner, "image");
        media.url = video ? text_in(*inner, "source") : image ? text_in(*image, "src") : std::string();
    }
    if (media.url.empty()) media.url = text_in(attachment, "url");
    return media;
}

// {"mime_type", "name", "size", "image_data": {"url"} | "video_data": {"url"} | "file_url"}
Media message_media(const json::object& attachment) {
    Media media;
    media.type = text_in(attachment, "mime_type");
    media.name = text_in(attachment, "name");
    media.size = integer_in(attachment, "size");
    media.url = text_in(attachment, "file_url");
    for (const auto* name : {"image_data", "video_data"}) {
        if (const auto* data = object_in(attachment, name)) media.url = text_in(*data, "url");
    }
    return media;
}

// The other end of a message of the page's own.
std::string addressee(const json::object& message) {
    const auto* to = object_in(message, "to");
    const auto* list = to ? array_in(*to, "data") : nullptr;
    const auto* first = list && !list->empty() ? list->front().if_object() : nullptr;
    return first ? text_in(*first, "id") : std::string();
}

}  // namespace

bool read_listed_comment(const Page& page, const json::object& listed, TimeMs since, Events& to) {
    Comment comment;
    comment.id = text_in(listed, "id");
    comment.created_at = time_in(listed, "created_time");
    if (comment.id.empty() || comment.created_at < since) return false;
    if (const auto* parent = object_in(listed, "parent")) comment.parent = text_in(*parent, "id");
    if (const auto* from = object_in(listed, "from")) {
        comment.author = text_in(*from, "id");
        comment.author_name = text_in(*from, "name");
    }
    comment.text = text_in(listed, "message");
    comment.mentions_page = tags_page(page, listed);
    if (const auto* attachment = object_in(listed, "attachment")) {
        comment.media.push_back(comment_media(*attachment));
    }
    to.push_back(comment_event(page, std::move(comment), CommentChange::added));
    return true;
}

bool read_listed_message(const Page& page, const json::object& listed, const std::string& person,
                         TimeMs since, Events& to) {
    DirectMessage direct;
    direct.id = text_in(listed, "id");
    direct.at = time_in(listed, "created_time");
    if (direct.id.empty() || direct.at < since) return false;
    const auto* from = object_in(listed, "from");
    const auto writer = from ? text_in(*from, "id") : std::string();
    direct.own = writer == page.id;
    if (!direct.own) {
        direct.person = writer;
        if (from) direct.person_name = text_in(*from, "name");
    } else {
        direct.person = addressee(listed);
    }
    if (direct.person.empty()) direct.person = person;
    if (direct.person.empty()) direct.person = "unknown:" + direct.id;
    direct.text = text_in(listed, "message");
    const auto* attachments = object_in(listed, "attachments");
    if (const auto* list = attachments ? array_in(*attachments, "data") : nullptr) {
        for (const auto& item : *list) {
            if (const auto* one = item.if_object()) direct.media.push_back(message_media(*one));
        }
    }
    to.push_back(direct_event(page, std::move(direct)));
    return true;
}

}  // namespace guichet::channels::facebook
