#pragma once
// entry[].changes[] of a Page's webhook: comments on what the page published.
// https://developers.facebook.com/docs/graph-api/webhooks/reference/page/#feed
#include "common/channels/facebook/comment_event.hpp"
#include "common/channels/facebook/json_fields.hpp"

namespace guichet::channels::facebook {

// Adds what `change` ({"field", "value"}) tells; nothing for fields and items that concern nobody. `at`: when
// the entry was made.
void read_change(const Page& page, TimeMs at, const json::object& change, Events& to);

// True when `message_tags` (a list, or an object of lists as older versions have it) names the page.
bool tags_page(const Page& page, const json::object& comment);

}  // namespace guichet::channels::facebook
