#pragma once
// What the tests of escalation share.
#include <string>
#include <utility>

#include "services/escalation/engine/chain.hpp"

namespace guichet::escalation {

inline constexpr TimeMs kNow = 1'800'000'000'000;
inline constexpr TimeMs kMinute = 60'000;
inline constexpr TimeMs kHour = 60 * kMinute;
inline constexpr TimeMs kDay = 24 * kHour;

inline Route route(std::string id, RouteKind kind, bool single_use = false) {
    Route out;
    out.id = std::move(id);
    out.kind = kind;
    out.single_use = single_use;
    return out;
}

}  // namespace guichet::escalation
