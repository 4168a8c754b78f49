#include <gtest/gtest.h>

#include "services/reply/engine/pace.hpp"
#include "services/reply/engine/retry.hpp"

namespace guichet::reply {
namespace {

using Kind = LookVerdict::Kind;

TEST(JudgeLook, OneLookProvesNoAbsence) {
    const RetryPolicy policy;
    EXPECT_EQ(judge_look(policy, Shown::absent, 0, true).kind, Kind::again);
    EXPECT_EQ(judge_look(policy, Shown::absent, 0, true).wait, policy.look);
    EXPECT_EQ(judge_look(policy, Shown::absent, 1, true).kind, Kind::resend);
}

TEST(JudgeLook, WithoutTheChannelsConsentAHumanSettles) {
    EXPECT_EQ(judge_look({}, Shown::absent, 1, false).kind, Kind::human);
    EXPECT_EQ(judge_look({}, Shown::absent, 7, false).kind, Kind::human);
}

TEST(JudgeLook, WhatIsShownWasSentAndWhatCannotBeToldIsLookedAtAgain) {
    EXPECT_EQ(judge_look({}, Shown::present, 1, false).kind, Kind::sent);
    EXPECT_EQ(judge_look({}, Shown::nothing, 5, true).kind, Kind::again)
        << "never sent again on no knowledge";
}

TEST(LookAfter, NeverBeforeThePlatformCanShowWhatItTook) {
    RetryPolicy policy;
    policy.look = Milliseconds(1'000);
    EXPECT_EQ(look_after(policy, Milliseconds(10'000)).count(), 10'000);
    EXPECT_EQ(look_after(policy, Milliseconds(0)).count(), 1'000);
}

TEST(Pace, IsReadAsPerMinuteAndAtOnce) {
    EXPECT_EQ(parse_pace("90/20").per_minute, 90);
    EXPECT_EQ(parse_pace("90/20").burst, 20);
    EXPECT_EQ(parse_pace("90").burst, 1);
    for (const auto* text : {"", "fast", "-3", "0", "9x"}) EXPECT_EQ(parse_pace(text).per_minute, 0) << text;
}

TEST(Buckets, HoldWhoIsTooFastAndSayForHowLong) {
    ManualClock clock{1'700'000'000'000};
    Buckets buckets(clock);
    const WorkspaceId brand("brand");
    const ChannelId page("page");
    const Pace pace{60, 2};
    EXPECT_EQ(buckets.take(brand, page, pace).count(), 0);
    EXPECT_EQ(buckets.take(brand, page, pace).count(), 0);
    const auto wait = buckets.take(brand, page, pace);
    EXPECT_GT(wait.count(), 900);
    EXPECT_LE(wait.count(), 1000);
    EXPECT_EQ(buckets.take(brand, ChannelId("other"), pace).count(), 0) << "each account has its own";
    clock.advance(wait);
    EXPECT_EQ(buckets.take(brand, page, pace).count(), 0);
    EXPECT_EQ(buckets.take(brand, page, {}).count(), 0) << "no pace, no wait";
}

}  // namespace
}  // namespace guichet::reply
