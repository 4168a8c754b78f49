// What deliveries tell of their channel.
#include <limits>

#include <gtest/gtest.h>

#include "tests/integration/reply/process.hpp"

namespace guichet::test {
namespace {

using stand_in::Fault;

class ChannelOut : public ::testing::Test {
  protected:
    // One attempt at what waits now.
    void attempt() {
        auto steps = std::numeric_limits<std::size_t>::max();
        for (auto& entry : outside_.work()) ASSERT_TRUE(process_.handle(std::move(entry), steps));
    }
    void next_attempt() {
        while (outside_.work().empty()) ASSERT_TRUE(outside_.pass_time());
        attempt();
    }

    Outside outside_;
    Process process_{outside_, 1};
};

TEST_F(ChannelOut, ARefusedSignInIsSaidAtOnceAndGoneOnceSomethingGoesOut) {
    outside_.page->faults().script(Fault::expired_token());
    outside_.answer_comment("page", "Sorry");
    attempt();
    const auto said = outside_.health("page");
    EXPECT_NE(said.find("nothing is sent since 2027-01-15 08:00 UTC: the platform refuses our sign-in"),
              std::string::npos)
        << said;
    EXPECT_EQ(outside_.health("mailbox"), "");
    next_attempt();
    EXPECT_EQ(outside_.published("Sorry"), 1);
    EXPECT_EQ(outside_.health("page"), "");
}

TEST_F(ChannelOut, OneFailureIsNoTroubleTheThirdIs) {
    outside_.page->faults().script(Fault::throttled(), 3);
    outside_.answer_comment("page", "Sorry");
    attempt();
    next_attempt();
    EXPECT_EQ(outside_.health("page"), "");
    next_attempt();
    EXPECT_NE(outside_.health("page").find("tried again by itself"), std::string::npos)
        << outside_.health("page");
    next_attempt();
    EXPECT_EQ(outside_.health("page"), "");
}

}  // namespace
}  // namespace guichet::test
