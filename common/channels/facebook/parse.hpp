#pragma once
// The body of a Page's webhook. Pure.
#include <string_view>

#include "common/channels/facebook/comment_event.hpp"

namespace guichet::channels::facebook {

// Meta sends up to 1000 updates at once.
inline constexpr std::size_t kMaxUpdates = 2000;

// `own`: the page whose name is known; entries of other pages of the app are read without a name.
// INVALID_ARGUMENT: no JSON, not of a page, or more than kMaxUpdates.
Result<Events> parse_webhook(const Page& own, std::string_view body);

}  // namespace guichet::channels::facebook
