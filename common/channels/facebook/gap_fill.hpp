#pragma once
// Asking for what webhooks did not bring: Meta drops what it could not deliver for 36 hours, and not every
// webhook comes. Newest comments and messages of the page since a time; what was told before is told again
// with the same ids. Edits and removals cannot be asked for.
#include <string>

#include "common/channels/facebook/graph.hpp"
#include "common/channels/facebook/json_fields.hpp"

namespace guichet::channels::facebook {

// What comes late is asked for again.
inline constexpr TimeMs kOverlap = 120'000;
// Comments are looked for below so many posts: the page's newest ones (4 pages of 25).
inline constexpr int kMaxPostPages = 4;
inline constexpr int kMaxCommentPages = 5;
inline constexpr int kMaxConversationPages = 4;
inline constexpr int kMaxMessagePages = 3;
// Events of one pull (and the others of the same second); the rest comes with the next.
inline constexpr std::size_t kMaxPulled = 500;

// One entry of /{post}/comments, and of a conversation's messages; false when it holds no id or is older than
// `since`. Pure.
bool read_listed_comment(const Page& page, const json::object& comment, TimeMs since, Events& to);
bool read_listed_message(const Page& page, const json::object& message, const std::string& person,
                         TimeMs since, Events& to);

// `cursor`: a time in ms as text, "" : from now on. `deadline`: for all of it; what was read until then is
// returned with the old cursor.
asio::awaitable<Result<Pulled>> fill_gaps(Graph& graph, Settings page, std::string cursor, const Clock& clock,
                                          std::chrono::milliseconds deadline);

}  // namespace guichet::channels::facebook
