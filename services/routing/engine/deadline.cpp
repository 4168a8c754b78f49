#include "services/routing/engine/deadline.hpp"

#include <algorithm>

namespace guichet::routing {
namespace {

constexpr TimeMs kMinuteMs = 60'000;
constexpr int kMaxMinutes = 366 * 24 * 60;

std::size_t index_of(Priority priority) {
    return static_cast<std::size_t>(priority);
}

TimeMs due(const Targets& targets, const Calendar& calendar, Priority priority, Visibility visibility,
           TimeMs received) {
    return calendar.add_working_time(received, targets.minutes(priority, visibility) * kMinuteMs);
}

}  // namespace

int Targets::minutes(Priority priority, Visibility visibility) const {
    return (visibility == Visibility::public_channel ? public_minutes : private_minutes)[index_of(priority)];
}

Status DeadlinePolicy::check() const {
    for (const auto* list :
         {&first_answer.public_minutes, &first_answer.private_minutes, &next_answer.public_minutes,
          &next_answer.private_minutes, &resolution.public_minutes, &resolution.private_minutes}) {
        for (const int minutes : *list) {
            if (minutes < 0 || minutes > kMaxMinutes)
                return invalid("deadlines", "minutes must be 0 .. a year");
        }
    }
    return {};
}

Deadlines first_deadlines(const DeadlinePolicy& policy, const Calendar& calendar, Priority priority,
                          Visibility visibility, TimeMs received) {
    return {due(policy.first_answer, calendar, priority, visibility, received),
            due(policy.resolution, calendar, priority, visibility, received)};
}

TimeMs next_answer_deadline(const DeadlinePolicy& policy, const Calendar& calendar, Priority priority,
                            Visibility visibility, TimeMs received) {
    return due(policy.next_answer, calendar, priority, visibility, received);
}

}  // namespace guichet::routing
