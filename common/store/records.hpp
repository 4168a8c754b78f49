#pragma once
// Between what Redis holds and the contract's messages. Pure.
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "common/core/clock.hpp"
#include "common/core/status.hpp"
#include "common/store/escalation_types.hpp"
#include "common/store/types.hpp"
#include "guichet/v1/escalation.pb.h"
#include "guichet/v1/events.pb.h"
#include "guichet/v1/types.pb.h"

namespace guichet::store {

using Fields = std::map<std::string, std::string>;

v1::Conversation to_conversation(const std::string& id, const Fields& fields);
v1::Delivery to_delivery(const std::string& id, const Fields& fields);
v1::Escalation to_escalation(const std::string& id, const Fields& fields);
// As cl:<case> keeps him under his id.
Visitor to_visitor(const std::string& id, const std::string& packed);
// "private_reply", "direct_message", "mail", "call_back", "private_link"
v1::RouteKind route_kind_of(const std::string& word);

// One contact as it is kept.
struct KnownContact {
    std::string id;
    Fields fields;
};
// A person of one or more contacts, the one on top first; without conversations.
v1::Contact to_contact(const std::vector<KnownContact>& person);
// What is known of a contact.
std::vector<ContactMark> marks_of(const Fields& contact);
// Two marks of one kind with the same key tell of one person: a telephone number at home and abroad is one.
std::string mark_key(const ContactMark& mark);
// Names the index of contacts of whom this is known; tells nothing of the value.
std::string mark_digest(const ContactMark& mark);

// A message as it is stored: without what the list knows (seq, kind, target, time of storage).
std::string encode_message(const v1::Message& message);
// The list's entry "kind|target|stored at|bytes"; INTERNAL when it is not one.
Result<v1::Message> decode_message(const std::string& entry, std::int64_t seq);

// The words of a message without white space, as a digest: platforms trim and fold it. Tells nothing of the
// text.
std::string words_digest(const std::string& text);
// The text in encode_message()'s bytes.
std::string said_in(const std::string& blob);

// An entry of the log. `cursor` is set by the caller; fields as Lua writes them.
v1::Event decode_event(const std::string& stream_id,
                       const std::vector<std::pair<std::string, std::string>>& fields);
// The workspace that it belongs to.
std::string workspace_of(const std::vector<std::pair<std::string, std::string>>& event_fields);

// Words used in Redis and in lists: "waiting", "queued", …
const char* state_word(v1::ConversationState state);
v1::ConversationState state_of(const std::string& word);
v1::DeliveryState delivery_state_of(const std::string& word);
const char* outcome_word(v1::Outcome outcome);
v1::Outcome outcome_of(const std::string& word);

void set_time(google::protobuf::Timestamp* to, TimeMs at);
TimeMs to_ms(const google::protobuf::Timestamp& at);

// True when an encoded scope ("*", or "teams/channels/visibility" joined by ';') covers it. As in
// lua/00_core.lua.
bool scope_allows(const std::string& scope, const std::string& team, const std::string& channel,
                  bool is_public);

}  // namespace guichet::store
