#pragma once
// A comment as Facebook tells it, by webhook or when asked, and the event it becomes. One place for both, so
// that what is asked for later has the same ids and threads as what was told.
#include <string>
#include <string_view>
#include <vector>

#include "common/channels/connector.hpp"

namespace guichet::channels::facebook {

// The page that a webhook's entry or an answer of Graph belongs to.
struct Page {
    std::string id;
    // Its public name; a comment that holds it addresses the brand. "": not known.
    std::string name;
};

struct Media {
    // "image", "video", "audio", "file" …
    std::string type;
    std::string name;
    std::string url;
    std::int64_t size = 0;
};

struct Comment {
    std::string id;
    // The comment it answers; "" of a top-level comment.
    std::string parent;
    // "": Meta did not tell.
    std::string author;
    std::string author_name;
    std::string text;
    TimeMs created_at = 0;
    // Of whatever befell it later: when that happened.
    TimeMs changed_at = 0;
    bool mentions_page = false;
    std::vector<Media> media;
};

enum class CommentChange { added, edited, removed, hidden, shown };

Event comment_event(const Page& page, Comment comment, CommentChange change);

// True when `text` holds the page's name; letters of ASCII in either case.
bool names_page(const Page& page, std::string_view text);

// Addresses that are no web addresses are left out. Where neither text nor attachment remains (a sticker, a
// kind Meta does not hand on), an attachment without address says that there was something.
void add_media(const std::vector<Media>& media, v1::InboundMessage& to);

}  // namespace guichet::channels::facebook
