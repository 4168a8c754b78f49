#pragma once
// A Messenger message as Facebook tells it, by webhook or when asked, and the event it becomes.
#include <string>
#include <vector>

#include "common/channels/facebook/comment_event.hpp"

namespace guichet::channels::facebook {

struct DirectMessage {
    // "": made of the person and the time.
    std::string id;
    // The customer, by his page-scoped id, whoever of the two wrote.
    std::string person;
    std::string person_name;
    // The page wrote it.
    bool own = false;
    v1::InboundKind kind = v1::INBOUND_KIND_CREATED;
    std::string text;
    // The message it answers.
    std::string reply_to;
    TimeMs at = 0;
    // Of an edit: which one it is.
    std::int64_t edition = 0;
    std::vector<Media> media;
};

Event direct_event(const Page& page, DirectMessage direct);

}  // namespace guichet::channels::facebook
