#include "common/obs/health.hpp"

#include <gtest/gtest.h>

namespace guichet::obs {
namespace {

TEST(Health, StartsNotReady) {
    Health health;
    EXPECT_EQ(health.readyz().http_status, 503);
    EXPECT_EQ(health.readyz().json, R"({"status":"starting","checks":{}})");
    EXPECT_EQ(health.healthz().http_status, 200);
    health.started();
    EXPECT_EQ(health.readyz().http_status, 200);
    EXPECT_EQ(health.readyz().json, R"({"status":"ok","checks":{}})");
}

TEST(Health, OneComponentDownIsNotReadyAndSaysWhy) {
    Health health;
    health.started();
    health.report("archive", Condition::ok);
    health.report("redis", Condition::down, "the disk is \"full\"");
    EXPECT_EQ(health.readyz().http_status, 503);
    EXPECT_EQ(health.readyz().json, R"({"status":"down","checks":{"archive":{"status":"ok"},)"
                                    R"("redis":{"status":"down","words":"the disk is \"full\""}}})");
    health.report("redis", Condition::ok);
    EXPECT_TRUE(health.ready());
}

TEST(Health, DegradedIsStillReady) {
    Health health;
    health.started();
    health.add("archive", [] { return Report{Condition::degraded, "behind by 3 min"}; });
    EXPECT_EQ(health.readyz().http_status, 200);
    EXPECT_NE(health.readyz().json.find("behind by 3 min"), std::string::npos);
    health.remove("archive");
    EXPECT_EQ(health.readyz().json, R"({"status":"ok","checks":{}})");
}

TEST(Health, StoppingIsFinal) {
    Health health;
    health.started();
    health.stopping();
    health.started();
    EXPECT_EQ(health.readyz().http_status, 503);
    EXPECT_EQ(health.readyz().json, R"({"status":"stopping","checks":{}})");
}

}  // namespace
}  // namespace guichet::obs
