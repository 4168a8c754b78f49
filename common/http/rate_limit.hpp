#pragma once
// Token buckets by key (an address, an account, a token), bounded in number. Pure; time is given in.
#include <cstddef>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>

#include "common/core/clock.hpp"

namespace guichet::http {

struct RateLimit {
    double per_second = 1;  // refill
    double burst = 10;      // capacity; a new key starts full
    // Above it the key unused for longest is forgotten, and would start full again.
    std::size_t max_keys = 100'000;
};

class RateLimiter {
  public:
    explicit RateLimiter(RateLimit limit) : limit_(limit) {}

    struct Decision {
        bool allowed = true;
        // When refused: milliseconds until `cost` would be there; -1 when never (cost above the burst).
        std::int64_t retry_after_ms = 0;
    };
    // A refused call takes nothing. Time that steps back counts as standing still.
    Decision take(std::string_view key, TimeMs now, double cost = 1);
    std::size_t keys() const { return buckets_.size(); }

  private:
    struct Bucket {
        std::string key;
        double tokens;
        TimeMs at;
    };
    RateLimit limit_;
    std::list<Bucket> buckets_;  // most recently used first
    // The views point into buckets_, whose nodes do not move.
    std::unordered_map<std::string_view, std::list<Bucket>::iterator> index_;
};

}  // namespace guichet::http
