#include "common/obs/metrics.hpp"

#include <stdexcept>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace guichet::obs {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Metrics, ExpositionShowsWhatWasCounted) {
    Metrics metrics;
    metrics.counter("guichet_messages_total", "Messages stored").add(2);
    metrics.gauge("guichet_waiting", "Conversations waiting").set(7);
    metrics.histogram("guichet_call_seconds", "Calls", {0.1, 1}).observe(0.5);
    const auto text = metrics.exposition();
    EXPECT_THAT(text, HasSubstr("# HELP guichet_messages_total Messages stored"));
    EXPECT_THAT(text, HasSubstr("guichet_messages_total 2"));
    EXPECT_THAT(text, HasSubstr("guichet_waiting 7"));
    EXPECT_THAT(text, HasSubstr("guichet_call_seconds_bucket{le=\"0.1\"} 0"));
    EXPECT_THAT(text, HasSubstr("guichet_call_seconds_bucket{le=\"1\"} 1"));
}

TEST(Metrics, TheSameNameIsTheSameMetric) {
    Metrics metrics;
    metrics.counter("guichet_x_total", "X").add();
    metrics.counter("guichet_x_total", "X").add();
    EXPECT_EQ(metrics.counter("guichet_x_total", "X").value(), 2);
}

TEST(Metrics, ANameHasOneKindAndOneSetOfLabels) {
    Metrics metrics;
    metrics.counters("guichet_x_total", "X", {"a"});
    EXPECT_THROW(metrics.gauge("guichet_x_total", "X"), std::exception);
    EXPECT_THROW(metrics.counters("guichet_x_total", "X", {"b"}), std::logic_error);
    EXPECT_THROW(metrics.counters("guichet_x_total", "X", {"a"}).with({"1", "2"}), std::logic_error);
}

TEST(Metrics, LabelsAreBounded) {
    Metrics metrics;
    auto family = metrics.counters("guichet_calls_total", "Calls", {"method", "code"}, 3);
    for (int i = 0; i < 10; ++i) family.with({"m" + std::to_string(i), "OK"}).add();
    family.with({"m1", "OK"}).add();
    const auto text = metrics.exposition();
    EXPECT_THAT(text, HasSubstr(R"(guichet_calls_total{code="OK",method="m1"} 2)"));
    EXPECT_THAT(text, HasSubstr(R"(guichet_calls_total{code="other",method="other"} 7)"));
    EXPECT_THAT(text, Not(HasSubstr("m3")));
}

TEST(Metrics, ObservedGaugesAreReadWhenAsked) {
    Metrics metrics;
    int length = 3;
    metrics.observe("guichet_pool_queue", "Jobs waiting", [&length] { return length; });
    EXPECT_THAT(metrics.exposition(), HasSubstr("guichet_pool_queue 3"));
    length = 4;
    EXPECT_THAT(metrics.exposition(), HasSubstr("guichet_pool_queue 4"));
    metrics.forget("guichet_pool_queue");
    EXPECT_THAT(metrics.exposition(), Not(HasSubstr("guichet_pool_queue")));
}

TEST(Metrics, BucketsAscend) {
    for (const auto& bounds : {buckets::latency(), buckets::bytes(), buckets::counts()}) {
        EXPECT_TRUE(std::is_sorted(bounds.begin(), bounds.end()));
    }
}

}  // namespace
}  // namespace guichet::obs
