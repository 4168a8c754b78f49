#pragma once
// How long a channel is left alone after a failure. Pure.
#include <chrono>

#include "common/core/status.hpp"
#include "services/ingest/options.hpp"

namespace guichet::ingest {

// A platform may ask for that much patience.
inline constexpr std::chrono::seconds kMaxPatience{3'600};

// `failures` in a row, 1 for the first; `chance` in [0, 1). Doubles from options.backoff to
// options.backoff_max, at least half of which is waited; not less than the platform asks for. A sign-in that
// is refused will not change by itself: the longest wait at once.
std::chrono::milliseconds backoff_after(int failures, const Status& why, const PollOptions& options,
                                        double chance);

}  // namespace guichet::ingest
