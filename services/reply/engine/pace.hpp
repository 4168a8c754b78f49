#pragma once
// How fast an account may speak: a bucket for each channel that names its pace. Platforms block who is
// faster.
#include <chrono>
#include <map>
#include <string>

#include "common/core/clock.hpp"
#include "common/core/ids.hpp"

namespace guichet::reply {

struct Pace {
    // 0: no limit of ours.
    double per_minute = 0;
    double burst = 1;
};

// "90" or "90/20" (a minute, at once), as a channel's setting `pace` says; nothing or nonsense: no limit.
Pace parse_pace(const std::string& text);

class Buckets {
  public:
    explicit Buckets(const Clock& clock) : clock_(clock) {}
    // Zero: now, and one turn is taken. Otherwise how long until there is one; nothing is taken.
    std::chrono::milliseconds take(const WorkspaceId& workspace, const ChannelId& channel, const Pace& pace);

  private:
    struct Bucket {
        double tokens = 0;
        std::chrono::nanoseconds at{0};
    };
    static constexpr std::size_t kMost = 10'000;

    const Clock& clock_;
    std::map<std::pair<WorkspaceId, ChannelId>, Bucket> buckets_;
};

}  // namespace guichet::reply
