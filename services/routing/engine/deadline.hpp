#pragma once
// Until when an answer is due, and where that puts a conversation in its queue.
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
    // By how many minutes of real time priority moves a conversation forward in its queue, beyond its shorter
    // target.
    std::array<int, kPriorities> advance_minutes{0, 0, 60, 480};

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
// After the priority changed: what is due is never later than it was.
TimeMs tighten(TimeMs present, TimeMs recomputed);

// The score in the queue, smallest first: the deadline, moved forward by the priority's advance, yet not
// before the message came (so that an old ordinary message is not passed for ever by new urgent ones: once
// its deadline is older than their arrival, it goes first).
TimeMs due_score(const DeadlinePolicy& policy, Priority priority, TimeMs deadline, TimeMs received);

}  // namespace guichet::routing
