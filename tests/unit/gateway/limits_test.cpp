// Who is refused, and for how long.
#include <gtest/gtest.h>

#include "services/gateway/api_limits.hpp"
#include "services/gateway/login_limits.hpp"

namespace guichet::gateway {
namespace {

TEST(LoginLimits, RefusesAfterTheLastAttemptUntilTheWindowIsOver) {
    LoginLimits limits(3, 60'000);
    for (int i = 0; i < 3; ++i) EXPECT_EQ(limits.attempt("a", 1'000 + i), 0);
    EXPECT_EQ(limits.attempt("a", 11'000), 50'000);
    EXPECT_EQ(limits.attempt("b", 11'000), 0);
    EXPECT_EQ(limits.attempt("a", 61'000), 0);
}

TEST(LoginLimits, TheRightPersonStartsAnewAndAnAddressIsForgivenOnce) {
    LoginLimits limits(2, 60'000);
    limits.attempt("account", 1);
    limits.attempt("account", 1);
    limits.succeeded("account");
    EXPECT_EQ(limits.attempt("account", 2), 0);
    limits.attempt("ip", 1);
    limits.attempt("ip", 1);
    limits.forgive("ip");
    EXPECT_EQ(limits.attempt("ip", 2), 0);
    EXPECT_GT(limits.attempt("ip", 2), 0);
}

TEST(LoginLimits, AnAddressThatIsUsedUpLocksNobodyElseOut) {
    LoginLimits limits(2, 60'000, 10);
    EXPECT_EQ(limits.attempt("a", "sue", 1000), 0);
    EXPECT_EQ(limits.attempt("a", "sue", 1000), 0);
    for (int i = 0; i < 5; ++i) EXPECT_EQ(limits.attempt("a", "dora", 1000), 60'000);
    for (const auto* name : {"x", "y", "z"}) EXPECT_EQ(limits.attempt("a", name, 1000), 60'000);
    EXPECT_EQ(limits.keys(), 2U);
    EXPECT_EQ(limits.attempt("b", "dora", 1000), 0);
    EXPECT_GT(limits.attempt("c", "sue", 1000), 0) << "her own attempts still count";
}

TEST(LoginLimits, AClockThatStepsBackLocksNobodyOut) {
    LoginLimits limits(1, 60'000);
    limits.attempt("a", 1'000'000);
    EXPECT_GT(limits.attempt("a", 1'000'001), 0);
    EXPECT_EQ(limits.attempt("a", 5), 0);
}

TEST(LoginLimits, RemembersABoundedNumberOfKeys) {
    LoginLimits limits(1, 60'000, 10);
    for (int i = 0; i < 100; ++i) limits.attempt("key" + std::to_string(i), i);
    EXPECT_EQ(limits.keys(), 10u);
    EXPECT_GT(limits.attempt("key99", 100), 0);
}

config::GatewaySettings slow() {
    config::GatewaySettings settings;
    settings.api_rate = 2;
    settings.api_burst = 3;
    return settings;
}

TEST(ApiLimits, ACallerHasItsBurstThenItsRate) {
    ApiLimits limits(slow());
    for (int i = 0; i < 3; ++i) EXPECT_EQ(limits.take("10.0.0.1", "gt_a", 0), 0);
    EXPECT_EQ(limits.take("10.0.0.1", "gt_a", 0), 500);
    EXPECT_EQ(limits.take("10.0.0.1", "gt_b", 0), 0);
    EXPECT_EQ(limits.take("10.0.0.1", "gt_a", 500), 0);
}

TEST(ApiLimits, InventedCredentialsDoNotHelpAnAddress) {
    ApiLimits limits(slow());
    int let_through = 0;
    for (int i = 0; i < 1000; ++i)
        let_through += limits.take("10.0.0.1", "gt_" + std::to_string(i), 0) == 0 ? 1 : 0;
    EXPECT_EQ(let_through, static_cast<int>(3 * ApiLimits::kCallersOfOneAddress));
    EXPECT_EQ(limits.take("10.0.0.2", "", 0), 0);
}

TEST(ApiLimits, ARefusalSaysWhenToComeBack) {
    ApiLimits limits(slow());
    http::Request request;
    request.client_ip = "10.0.0.1";
    for (int i = 0; i < 3; ++i) EXPECT_FALSE(limits.check(request, 0));
    const auto refused = limits.check(request, 0);
    ASSERT_TRUE(refused);
    EXPECT_EQ(refused->status, 429);
    EXPECT_EQ(refused->headers.get("retry-after"), "1");
    EXPECT_NE(refused->body.find("\"code\":\"resource_exhausted\""), std::string::npos);
}

}  // namespace
}  // namespace guichet::gateway
