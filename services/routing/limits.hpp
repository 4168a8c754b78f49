#pragma once
// What the requests of this service may hold at most, in bytes or items.
#include <cstddef>

namespace guichet::routing {

inline constexpr std::size_t kMostReason = 500;
inline constexpr std::size_t kMostSummary = 8'000;
inline constexpr int kMostBulk = 500;

}  // namespace guichet::routing
