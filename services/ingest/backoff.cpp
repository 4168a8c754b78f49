#include "services/ingest/backoff.hpp"

#include <algorithm>

namespace guichet::ingest {
namespace {

// Doublings after which every wait is the longest.
constexpr int kMaxDoublings = 20;

}  // namespace

std::chrono::milliseconds backoff_after(int failures, const Status& why, const PollOptions& options,
                                        double chance) {
    using std::chrono::milliseconds;
    const auto longest = static_cast<double>(options.backoff_max.count());
    auto wait = static_cast<double>(options.backoff.count());
    for (int i = 1; i < std::min(failures, kMaxDoublings); ++i) wait *= 2;
    if (why.code == Code::unauthenticated) wait = longest;
    wait = std::min(wait, longest) * (1 + chance) / 2;
    const milliseconds asked = std::min(std::chrono::seconds(why.retry_after_s), kMaxPatience);
    return std::max(milliseconds(static_cast<milliseconds::rep>(wait)), asked);
}

}  // namespace guichet::ingest
