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

TEST(Deadline, PriorityMovesForwardInTheQueueButNotBeforeTheArrival) {
    const DeadlinePolicy policy;
    const TimeMs normal = due_score(policy, Priority::normal, kNow + 480 * kMinute, kNow);
    const TimeMs high = due_score(policy, Priority::high, kNow + 480 * kMinute, kNow);
    const TimeMs urgent = due_score(policy, Priority::urgent, kNow + 60 * kMinute, kNow);
    EXPECT_EQ(normal, kNow + 480 * kMinute);
    EXPECT_EQ(high, normal - 60 * kMinute);
    EXPECT_EQ(urgent, kNow);
    // An ordinary message that is overdue goes before an urgent one that has just come.
    EXPECT_LT(due_score(policy, Priority::normal, kNow - kMinute, kNow - 481 * kMinute), urgent);
    // A deadline is never later in the queue than it is.
    EXPECT_EQ(due_score(policy, Priority::urgent, kNow - kMinute, kNow), kNow - kMinute);
}

TEST(Deadline, OnlyTightens) {
    EXPECT_EQ(tighten(0, 50), 50);
    EXPECT_EQ(tighten(40, 50), 40);
    EXPECT_EQ(tighten(60, 50), 50);
}

TEST(Deadline, ChecksThePolicy) {
    DeadlinePolicy policy;
    EXPECT_TRUE(policy.check().ok());
    policy.next_answer.private_minutes[1] = -1;
    EXPECT_FALSE(policy.check().ok());
    policy = {};
    policy.advance_minutes[3] = 10'000'000;
    EXPECT_FALSE(policy.check().ok());
}

}  // namespace
}  // namespace guichet::routing
