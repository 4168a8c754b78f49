#include "common/http/rate_limit.hpp"

#include <algorithm>
#include <cmath>

namespace guichet::http {

RateLimiter::Decision RateLimiter::take(std::string_view key, TimeMs now, double cost) {
    auto found = index_.find(key);
    if (found == index_.end()) {
        if (buckets_.size() >= std::max<std::size_t>(limit_.max_keys, 1)) {
            index_.erase(buckets_.back().key);
            buckets_.pop_back();
        }
        buckets_.push_front({std::string(key), limit_.burst, now});
        found = index_.emplace(buckets_.front().key, buckets_.begin()).first;
    } else {
        buckets_.splice(buckets_.begin(), buckets_, found->second);
    }
    Bucket& bucket = buckets_.front();
    if (now > bucket.at) {
        const double gained = static_cast<double>(now - bucket.at) / 1000.0 * limit_.per_second;
        bucket.tokens = std::min(limit_.burst, bucket.tokens + gained);
        bucket.at = now;
    }
    if (bucket.tokens >= cost) {
        bucket.tokens -= cost;
        return {true, 0};
    }
    if (cost > limit_.burst || limit_.per_second <= 0) return {false, -1};
    return {false, static_cast<std::int64_t>(std::ceil((cost - bucket.tokens) / limit_.per_second * 1000.0))};
}

}  // namespace guichet::http
