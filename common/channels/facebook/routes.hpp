#pragma once
// From public to private on the same page, and how long each way is open. Pure.
// https://developers.facebook.com/docs/messenger-platform/discovery/private-replies
// https://developers.facebook.com/docs/messenger-platform/policy/policy-overview
#include <string>
#include <vector>

#include "common/channels/connector.hpp"
#include "common/channels/facebook/settings.hpp"

namespace guichet::channels::facebook {

inline constexpr TimeMs kHour = 3'600'000;
inline constexpr TimeMs kDirectWindow = 24 * kHour;
// Unverified: with the tag for answers of a person.
inline constexpr TimeMs kHumanAgentWindow = 7 * 24 * kHour;
inline constexpr TimeMs kPrivateReplyWindow = 7 * 24 * kHour;

// How a Messenger message may go out to somebody who last wrote at `wrote_at` (0: never).
enum class Window { open, human_agent, closed };
Window window_of(const Settings& settings, TimeMs wrote_at, TimeMs now);
// Why it is closed and what would open it.
std::string why_closed(const Settings& settings, TimeMs wrote_at);

std::vector<PrivateRoute> routes_of(const Settings& settings, const RouteQuestion& question, TimeMs now);

}  // namespace guichet::channels::facebook
