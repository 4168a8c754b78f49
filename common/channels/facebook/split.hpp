#pragma once
// A webhook body cut by page: Meta collects what an app's pages have to tell in one body, up to 1000 updates.
// https://developers.facebook.com/docs/graph-api/webhooks/getting-started
#include <string>
#include <string_view>
#include <vector>

#include "common/channels/connector.hpp"

namespace guichet::channels::facebook {

// By the entries' id. A body of one page stays as it came, byte by byte. INVALID_ARGUMENT as parse_webhook;
// entries without an id go under "".
Result<std::vector<AccountBody>> split_webhook(std::string_view body);

}  // namespace guichet::channels::facebook
