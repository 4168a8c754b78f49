#include "services/ingest/backoff.hpp"

#include <gtest/gtest.h>

namespace guichet::ingest {
namespace {

using namespace std::chrono_literals;

const PollOptions kOptions;
const Status kAway = make_status(Code::unavailable, "away");

TEST(Backoff, DoublesUpToItsLongest) {
    EXPECT_EQ(backoff_after(1, kAway, kOptions, 1.0), 1s);
    EXPECT_EQ(backoff_after(2, kAway, kOptions, 1.0), 2s);
    EXPECT_EQ(backoff_after(9, kAway, kOptions, 1.0), 256s);
    EXPECT_EQ(backoff_after(10, kAway, kOptions, 1.0), 5min);
    EXPECT_EQ(backoff_after(1'000'000, kAway, kOptions, 1.0), 5min);
}

TEST(Backoff, ChanceTakesAtMostHalf) {
    EXPECT_EQ(backoff_after(1, kAway, kOptions, 0.0), 500ms);
    EXPECT_EQ(backoff_after(1, kAway, kOptions, 0.5), 750ms);
}

TEST(Backoff, ThePlatformMayAskForMoreButNotForEver) {
    auto busy = kAway;
    busy.retry_after_s = 60;
    EXPECT_EQ(backoff_after(1, busy, kOptions, 0.0), 60s);
    EXPECT_EQ(backoff_after(10, busy, kOptions, 0.0), 150s);
    busy.retry_after_s = 1'000'000;
    EXPECT_EQ(backoff_after(1, busy, kOptions, 0.0), kMaxPatience);
}

TEST(Backoff, ARefusedSignInWaitsLongest) {
    EXPECT_EQ(backoff_after(1, make_status(Code::unauthenticated, "no"), kOptions, 1.0), 5min);
}

}  // namespace
}  // namespace guichet::ingest
