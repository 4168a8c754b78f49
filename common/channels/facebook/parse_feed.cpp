#include "common/channels/facebook/parse_feed.hpp"

#include <optional>
#include <utility>

namespace guichet::channels::facebook {
namespace {

std::optional<CommentChange> change_of(const std::string& verb) {
    if (verb == "add") return CommentChange::added;
    if (verb == "edited" || verb == "edit") return CommentChange::edited;
    if (verb == "remove" || verb == "delete") return CommentChange::removed;
    if (verb == "hide") return CommentChange::hidden;
    if (verb == "unhide") return CommentChange::shown;
    return std::nullopt;
}

bool list_names(const Page& page, const json::array& tags) {
    for (const auto& tag : tags) {
        const auto* one = tag.if_object();
        if (one && text_in(*one, "id") == page.id) return true;
    }
    return false;
}

void read_author_of(const json::object& value, Comment& to) {
    if (const auto* from = object_in(value, "from")) {
        to.author = text_in(*from, "id");
        to.author_name = text_in(*from, "name");
    }
    // Before version 2.11.
    if (to.author.empty()) to.author = text_in(value, "sender_id");
    if (to.author_name.empty()) to.author_name = text_in(value, "sender_name");
}

Comment read_comment(const Page& page, TimeMs at, const json::object& value) {
    Comment comment;
    comment.id = text_in(value, "comment_id");
    const auto parent = text_in(value, "parent_id");
    if (parent != text_in(value, "post_id") && parent != comment.id) comment.parent = parent;
    read_author_of(value, comment);
    comment.text = text_in(value, "message");
    comment.created_at = time_in(value, "created_time");
    if (comment.created_at == 0) comment.created_at = at;
    comment.changed_at = at > 0 ? at : comment.created_at;
    comment.mentions_page = tags_page(page, value);
    if (auto url = text_in(value, "photo"); !url.empty()) comment.media.push_back({"image", "", url});
    if (auto url = text_in(value, "video"); !url.empty()) comment.media.push_back({"video", "", url});
    return comment;
}

// A comment below somebody else's post that mentions the page. Below the page's own posts the same comment
// comes as "feed", with its author.
bool is_mention_elsewhere(const Page& page, const json::object& value) {
    return text_in(value, "post_id").rfind(page.id + "_", 0) != 0;
}

}  // namespace

bool tags_page(const Page& page, const json::object& comment) {
    if (page.id.empty()) return false;
    if (const auto* tags = array_in(comment, "message_tags")) return list_names(page, *tags);
    const auto* by_place = object_in(comment, "message_tags");
    if (!by_place) return false;
    for (const auto& [place, tags] : *by_place) {
        if (tags.is_array() && list_names(page, tags.get_array())) return true;
    }
    return false;
}

void read_change(const Page& page, TimeMs at, const json::object& change, Events& to) {
    const auto field = text_in(change, "field");
    const auto* value = object_in(change, "value");
    if (!value || (field != "feed" && field != "mention")) return;
    if (text_in(*value, "item") != "comment" || text_in(*value, "comment_id").empty()) return;
    const auto what = change_of(text_in(*value, "verb"));
    if (!what) return;
    auto comment = read_comment(page, at, *value);
    if (field == "mention") {
        if (!is_mention_elsewhere(page, *value)) return;
        comment.mentions_page = true;
    }
    to.push_back(comment_event(page, std::move(comment), *what));
}

}  // namespace guichet::channels::facebook
