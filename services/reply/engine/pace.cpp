#include "services/reply/engine/pace.hpp"

#include <algorithm>
#include <charconv>

namespace guichet::reply {
namespace {

constexpr double kMostPerMinute = 100'000;

double number(std::string_view text) {
    double value = 0;
    const auto* end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data(), end, value);
    return parsed.ec == std::errc() && parsed.ptr == end && value > 0 ? value : 0;
}

}  // namespace

Pace parse_pace(const std::string& text) {
    const auto slash = text.find('/');
    Pace pace;
    pace.per_minute = std::min(kMostPerMinute, number(std::string_view(text).substr(0, slash)));
    if (slash != std::string::npos) pace.burst = number(std::string_view(text).substr(slash + 1));
    pace.burst = std::max(1.0, pace.burst);
    return pace;
}

std::chrono::milliseconds Buckets::take(const WorkspaceId& workspace, const ChannelId& channel,
                                        const Pace& pace) {
    if (pace.per_minute <= 0) return std::chrono::milliseconds(0);
    if (buckets_.size() > kMost) buckets_.clear();
    const auto now = clock_.steady();
    auto [place, fresh] = buckets_.try_emplace({workspace, channel}, Bucket{pace.burst, now});
    auto& bucket = place->second;
    const std::chrono::duration<double> since = now - bucket.at;
    const double per_second = pace.per_minute / 60;
    bucket.tokens = std::min(pace.burst, bucket.tokens + since.count() * per_second);
    bucket.at = now;
    if (bucket.tokens >= 1) {
        bucket.tokens -= 1;
        return std::chrono::milliseconds(0);
    }
    const std::chrono::duration<double> wait((1 - bucket.tokens) / per_second);
    return std::chrono::ceil<std::chrono::milliseconds>(wait);
}

}  // namespace guichet::reply
