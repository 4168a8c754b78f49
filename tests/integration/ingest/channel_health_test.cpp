// What asking for news tells of a channel, and what a channel that is gone leaves.
#include "common/access/channel_health.hpp"

#include "tests/integration/ingest/polled_world.hpp"

namespace guichet::test {
namespace {

using namespace std::chrono_literals;

class ChannelIn : public Polled {
  protected:
    std::string health_of(const std::string& id) {
        return expect(access::ChannelHealth::of(store_, kMain))[id];
    }
    void restart() {
        run(io_, service_->stop());
        service_ = std::make_unique<ingest::Service>(*context_, connectors_, options_);
        expect(service_->start());
    }
};

TEST_F(ChannelIn, ARefusedSignInIsSaidAtOnceAndGoneWhenAnsweredAgain) {
    options_.poll.backoff_max = 1h;
    restart();
    box_.failures.push_back(make_status(Code::unauthenticated, "wrong password"));
    put_channel(channel());
    ASSERT_TRUE(wait_until(io_, [&] { return !health_of("support").empty(); }));
    const auto said = health_of("support");
    EXPECT_NE(said.find("nothing is read since 20"), std::string::npos) << said;
    EXPECT_NE(said.find("give the channel a new token or password (wrong password)"), std::string::npos)
        << said;
    box_.put(mail("m0"));
    put_channel(channel());
    EXPECT_TRUE(wait_until(io_, [&] { return health_of("support").empty(); }));
}

TEST_F(ChannelIn, OtherTroubleIsSaidFromTheThirdFailure) {
    for (int i = 0; i < 2; ++i) box_.failures.push_back(make_status(Code::unavailable, "away"));
    put_channel(channel());
    ASSERT_TRUE(is_waiting());
    EXPECT_EQ(health_of("support"), "");
    for (int i = 0; i < 30; ++i) box_.failures.push_back(make_status(Code::unavailable, "away"));
    box_.put(mail("m0"));
    ASSERT_TRUE(wait_until(io_, [&] { return !health_of("support").empty(); }));
    EXPECT_NE(health_of("support").find("tried again by itself (away)"), std::string::npos);
    EXPECT_TRUE(wait_until(io_, [&] { return health_of("support").empty(); }));
}

TEST_F(ChannelIn, WhatAChannelLeavesGoesWithIt) {
    put_channel(channel());
    put_channel(channel("other"));
    box_.put(mail("m0"));
    ASSERT_TRUE(wait_for_cursor("1"));
    ASSERT_TRUE(is_waiting("other"));
    expect(store_.put_document({kMain, "test", {}, "*"}, access::kHealth, "support|out", -1, "1|broken"));
    expect(store_.put_document({kMain, "test", {}, "*"}, access::kChannel, "support", -1, ""));
    catalog_.forget();
    // Whoever begins to ask looks first.
    restart();
    EXPECT_TRUE(wait_until(io_, [&] { return cursor().empty(); }));
    EXPECT_TRUE(wait_until(io_, [&] { return health_of("support").empty(); }));
    EXPECT_TRUE(expect(store_.document(kMain, "cursor", "other"))) << "that of a channel that is there stays";
}

}  // namespace
}  // namespace guichet::test
