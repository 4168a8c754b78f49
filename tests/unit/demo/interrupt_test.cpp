#include "services/demo/show/interrupt.hpp"

#include <atomic>
#include <thread>

#include <gtest/gtest.h>

namespace guichet::demo {
namespace {

using namespace std::chrono_literals;

TEST(Interrupt, WaitsEndAtOnceWhenItHappens) {
    Interrupt interrupt;
    std::atomic<bool> whole{true};
    std::thread waiting([&] { whole = interrupt.wait(1h); });
    interrupt.set();
    waiting.join();
    EXPECT_FALSE(whole);
    EXPECT_TRUE(interrupt.happened());
    EXPECT_FALSE(interrupt.wait(1h)) << "later waits end too";
}

TEST(Interrupt, AWaitRunsItsTime) {
    Interrupt interrupt;
    EXPECT_TRUE(interrupt.wait(1ms));
    EXPECT_FALSE(interrupt.happened());
}

TEST(Interrupt, AConditionIsAskedUntilItHolds) {
    Interrupt interrupt;
    int asked = 0;
    EXPECT_TRUE(interrupt.wait_until([&] { return ++asked == 3; }, 1h));
    EXPECT_EQ(asked, 3);
    EXPECT_FALSE(interrupt.wait_until([] { return false; }, 0ms));
    interrupt.set();
    EXPECT_FALSE(interrupt.wait_until([] { return false; }, 1h));
}

}  // namespace
}  // namespace guichet::demo
