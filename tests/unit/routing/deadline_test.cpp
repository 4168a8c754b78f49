#include "services/routing/engine/deadline.hpp"

#include <gtest/gtest.h>

namespace guichet::routing {
namespace {

constexpr TimeMs kMinute = 60'000;
constexpr TimeMs kNow = 1'800'000'000'000;

TEST(Deadline, FollowsPriorityAndVisibility) {
    const DeadlinePolicy policy;
    const Calendar always;
    const auto first = [&](Priority priority, Visibility visibility) {
        return (first_deadlines(policy, always, priority, visibility, kNow).first_answer - kNow) / kMinute;
    };
    EXPECT_EQ(first(Priority::urgent, Visibility::public_channel), 15);
    EXPECT_EQ(first(Priority::urgent, Visibility::private_channel), 60);
    EXPECT_EQ(first(Priority::low, Visibility::private_channel), 960);
    EXPECT_GT(first_deadlines(policy, always, Priority::urgent, Visibility::public_channel, kNow).resolution,
              kNow + 15 * kMinute);
    EXPECT_EQ(next_answer_deadline(policy, always, Priority::high, Visibility::public_channel, kNow),
              kNow + 60 * kMinute);
}

TEST(Deadline, RunsInOpenTimeOnly) {
    CalendarPlan plan;
    plan.week[0] = {{540, 1020}};
    const Calendar mondays = *Calendar::make(plan);
    const TimeMs saturday = *parse_day("2026-11-21") * 86'400'000;
    const TimeMs due =
        first_deadlines(DeadlinePolicy{}, mondays, Priority::urgent, Visibility::private_channel, saturday)
            .first_answer;
    EXPECT_EQ(to_iso8601(due), "2026-11-23T10:00:00.000Z");
}

TEST(Deadline, PriorityMovesForwardAndWhatWaitsForLongIsNotPassedForEver) {
    const DeadlinePolicy policy;
    const Calendar always = Calendar{};
    const auto due = [&](Priority priority, TimeMs received) {
        return first_deadlines(policy, always, priority, Visibility::public_channel, received).first_answer;
    };
    EXPECT_LT(due(Priority::urgent, kNow), due(Priority::high, kNow));
    EXPECT_LT(due(Priority::high, kNow), due(Priority::normal, kNow));
    EXPECT_LT(due(Priority::normal, kNow), due(Priority::low, kNow));
    EXPECT_GT(due(Priority::urgent, kNow), kNow) << "nothing is late when it comes";
    EXPECT_LT(due(Priority::normal, kNow - 481 * kMinute), due(Priority::urgent, kNow));
}

TEST(Deadline, ChecksThePolicy) {
    DeadlinePolicy policy;
    EXPECT_TRUE(policy.check().ok());
    policy.next_answer.private_minutes[1] = -1;
    EXPECT_FALSE(policy.check().ok());
    policy = {};
    policy.resolution.public_minutes[3] = 10'000'000;
    EXPECT_FALSE(policy.check().ok());
}

}  // namespace
}  // namespace guichet::routing
