#pragma once
// How much of Graph's allowance is used, and holding back before it is used up: a page that is throttled
// answers nobody.
// https://developers.facebook.com/docs/graph-api/overview/rate-limiting
#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "common/core/clock.hpp"
#include "common/http/headers.hpp"

namespace guichet::channels::facebook {

// Percent; from here on we hold back.
inline constexpr int kFullUsage = 95;
inline constexpr std::chrono::milliseconds kHold{60'000};

// The highest number of X-App-Usage and X-Page-Usage, {"call_count": 28, "total_time": 25, …}, in percent.
int usage_of(const http::Headers& headers);
// The longest `estimated_time_to_regain_access` (minutes) of X-Business-Use-Case-Usage,
// {"<id>": [{"type", "call_count", …}]}; 0: none.
std::chrono::milliseconds time_to_regain(const http::Headers& headers);

// Remembers, for each page of an app, until when nothing is asked of Graph. Any thread.
class UsageHold {
  public:
    // `clock` outlives it.
    explicit UsageHold(const Clock& clock) : clock_(clock) {}

    // To be told of every answer.
    void note(const std::string& key, const http::Headers& headers);
    // How long to wait still; nothing: go on.
    std::optional<std::chrono::milliseconds> held(const std::string& key) const;

  private:
    const Clock& clock_;
    mutable std::mutex mutex_;
    std::map<std::string, std::chrono::nanoseconds> until_;
};

}  // namespace guichet::channels::facebook
