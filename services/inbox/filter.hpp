#pragma once
// Which events and conversations a caller sees: his scope, and what he asked for. Pure.
#include <string>
#include <vector>

#include "guichet/v1/inbox.pb.h"
#include "services/inbox/archive.hpp"

namespace guichet::inbox {

// The encoded scope as the archive's query takes it; "*" is one entry without limits, "" none.
std::vector<ScopeEntry> decode_scope(const std::string& encoded);

// "me" becomes the caller.
Query to_query(const v1::ConversationFilter& filter, const std::string& workspace, const std::string& scope,
               const std::string& caller);

bool matches(const v1::ConversationFilter& filter, const std::string& caller,
             const v1::Conversation& conversation);

struct EventFilter {
    std::string scope;
    std::string caller;
    v1::WatchRequest request;
};
bool matches(const EventFilter& filter, const v1::Event& event);

}  // namespace guichet::inbox
