#include "common/core/ids.hpp"

#include <set>

#include <gtest/gtest.h>

namespace guichet {
namespace {

TEST(Ids, UlidsSortByTimeAndDoNotRepeat) {
    SeededRandom random(1);
    const auto early = make_ulid(1'700'000'000'000, random);
    const auto late = make_ulid(1'700'000'000'001, random);
    EXPECT_EQ(early.size(), 26u);
    EXPECT_LT(early, late);
    std::set<std::string> seen;
    for (int i = 0; i < 10'000; ++i) seen.insert(make_ulid(1, random));
    EXPECT_EQ(seen.size(), 10'000u);
}

TEST(Ids, CallersIdsAreBounded) {
    EXPECT_TRUE(valid_id("team-1.a_b:c@d+e"));
    EXPECT_FALSE(valid_id(""));
    EXPECT_FALSE(valid_id("a b"));
    EXPECT_FALSE(valid_id("a{b}"));
    EXPECT_FALSE(valid_id(std::string(129, 'a')));
}

TEST(Random, SeededRepeatsAndSystemDoesNot) {
    SeededRandom a(7);
    SeededRandom b(7);
    EXPECT_EQ(a.token(), b.token());
    EXPECT_EQ(a.token().size(), 43u);
    SystemRandom system;
    EXPECT_NE(system.token(), system.token());
    for (int i = 0; i < 1000; ++i) {
        EXPECT_LT(a.below(3), 3u);
        EXPECT_LT(a.unit(), 1.0);
    }
}

TEST(Clock, Iso8601AlsoBefore1970) {
    EXPECT_EQ(to_iso8601(0), "1970-01-01T00:00:00.000Z");
    EXPECT_EQ(to_iso8601(1'700'000'000'123), "2023-11-14T22:13:20.123Z");
    EXPECT_EQ(to_iso8601(-1), "1969-12-31T23:59:59.999Z");
}

}  // namespace
}  // namespace guichet
