#include "tests/bench/lib/statistics.hpp"

#include <numeric>

#include <gtest/gtest.h>

namespace guichet::bench {
namespace {

std::vector<double> one_to(int most) {
    std::vector<double> values(static_cast<std::size_t>(most));
    std::iota(values.rbegin(), values.rend(), 1.0);
    return values;
}

TEST(Statistics, TheMedianIsTheMiddleOne) {
    EXPECT_EQ(interval({3, 1, 2}).median, 2);
    EXPECT_EQ(interval({4, 1, 3, 2}).median, 2.5);
    EXPECT_EQ(interval({7}).median, 7);
}

// The table of the sign test: with 15 values three at each end are outside of the 95 % interval, with 6 none.
TEST(Statistics, TheIntervalLeavesOutAsManyAsTheSignTestAllows) {
    EXPECT_EQ(outside(1), 0U);
    EXPECT_EQ(outside(5), 0U);
    EXPECT_EQ(outside(6), 0U);
    EXPECT_EQ(outside(9), 1U);
    EXPECT_EQ(outside(15), 3U);
    EXPECT_EQ(outside(20), 5U);
    const auto fifteen = interval(one_to(15));
    EXPECT_EQ(fifteen.low, 4);
    EXPECT_EQ(fifteen.high, 12);
}

TEST(Statistics, FewRoundsGiveTheWholeRange) {
    const auto three = interval({5, 1, 9});
    EXPECT_EQ(three.low, 1);
    EXPECT_EQ(three.high, 9);
}

TEST(Statistics, AQuantileIsAValueThatWasSeen) {
    EXPECT_EQ(quantile(one_to(100), 0.99), 99);
    EXPECT_EQ(quantile(one_to(100), 1.0), 100);
    EXPECT_EQ(quantile(one_to(10), 0.0), 1);
    EXPECT_EQ(quantile({4}, 0.5), 4);
}

}  // namespace
}  // namespace guichet::bench
