#pragma once
// entry[].messaging[] of a Page's webhook: Messenger.
// https://developers.facebook.com/docs/messenger-platform/reference/webhook-events
#include "common/channels/facebook/direct_event.hpp"
#include "common/channels/facebook/json_fields.hpp"

namespace guichet::channels::facebook {

// Adds what `item` tells: messages, edits, deletions, echoes, pressed buttons. Receipts, reactions, opt-ins,
// referrals and hand-overs concern nobody here.
void read_messaging(const Page& page, TimeMs at, const json::object& item, Events& to);

}  // namespace guichet::channels::facebook
