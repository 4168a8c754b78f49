#pragma once
// Until when an answer is due, which is also its place in the queue: priority moves it forward by a shorter
// target, and what waits for long is not passed for ever by new urgent ones.
#include <array>

#include "services/routing/engine/calendar.hpp"
#include "services/routing/engine/triage.hpp"

namespace guichet::routing {

inline constexpr std::size_t kPriorities = 4;

// Minutes of open time, by priority (low .. urgent), for public and for private channels.
struct Targets {
    std::array<int, kPriorities> public_minutes{};
    std::array<int, kPriorities> private_minutes{};
    int minutes(Priority priority, Visibility visibility) const;
};

struct DeadlinePolicy {
    Targets first_answer{{480, 120, 60, 15}, {960, 480, 240, 60}};
    Targets next_answer{{480, 120, 60, 15}, {960, 480, 240, 60}};
    Targets resolution{{4800, 2400, 1440, 480}, {4800, 2400, 1440, 480}};

    // Refuses negative minutes and anything above a year.
    Status check() const;
};

struct Deadlines {
    TimeMs first_answer = 0;
    TimeMs resolution = 0;
};

// For a conversation whose first message came at `received`.
Deadlines first_deadlines(const DeadlinePolicy& policy, const Calendar& calendar, Priority priority,
                          Visibility visibility, TimeMs received);
// For a customer's further message, received when the last one had been answered.
TimeMs next_answer_deadline(const DeadlinePolicy& policy, const Calendar& calendar, Priority priority,
                            Visibility visibility, TimeMs received);

}  // namespace guichet::routing
