#pragma once
// What is asked of Graph for each thing that the brand does. Pure.
// https://developers.facebook.com/docs/graph-api/reference/comment/comments#publish
// https://developers.facebook.com/docs/messenger-platform/send-messages
#include <optional>
#include <string>

#include "common/channels/facebook/graph.hpp"
#include "common/channels/facebook/settings.hpp"

namespace guichet::channels::facebook {

// Either a call, or why there is none.
struct Planned {
    Call call;
    std::optional<channels::Outcome> refused;
};

// Of an answer in public, the comment that is answered; of a post of the brand's own, "".
std::string answered_comment(const SendIntent& intent);
// Where it goes to one person in Messenger: an answer in a private conversation, or a direct message.
bool goes_to_person(const SendIntent& intent);
// His page-scoped id.
std::string person_addressed(const SendIntent& intent);

Planned plan_send(const Settings& settings, const SendIntent& intent, TimeMs now);
Planned plan_act(Act act, const std::string& comment);

// Code points.
std::size_t count_characters(const std::string& text);

}  // namespace guichet::channels::facebook
