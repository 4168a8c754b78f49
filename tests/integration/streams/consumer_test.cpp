// What common/streams/consumer.hpp promises, on a real Redis: order, bounds, failures, the end.
#include "tests/integration/streams/consumer_fixture.hpp"

namespace guichet::streams {
namespace {

TEST_F(ConsumerTest, HandlesEverythingOnceInTheOrderOfEachConversation) {
    FixedPartitions four(4);
    append(0, 499, 4);
    Worker worker(io, *server, four, "a");
    worker.consumer->start();
    ASSERT_TRUE(wait_until(io, [&] { return worker.done.size() == 500; }));
    append(500, 999, 4);
    ASSERT_TRUE(wait_until(io, [&] { return worker.done.size() == 1000; }));
    for (int c = 0; c < 10; ++c) EXPECT_EQ(worker.by_lane["c" + std::to_string(c)], numbers(c, 999, 10));
    EXPECT_GT(worker.most_at_once, 1);
    EXPECT_LE(worker.most_at_once, 10);
    for (int p = 0; p < 4; ++p) {
        EXPECT_EQ(length(p), 0);
        EXPECT_EQ(pending(p), 0);
    }
    EXPECT_TRUE(run(io, worker.consumer->stop()));
    EXPECT_EQ(worker.consumer->counters().handled, 1000u);
    EXPECT_EQ(worker.consumer->counters().buffered, 0u);
}

TEST_F(ConsumerTest, BoundsHandlersAndMemory) {
    append(0, 399, 1, 400);
    Worker worker(io, *server, one, "a", [](ConsumerOptions& options) {
        options.max_in_flight = 7;
        options.max_buffered = 40;
        options.batch = 16;
    });
    std::size_t most = 0;
    worker.deed = [&](const Entry&) {
        most = std::max(most, worker.consumer->counters().buffered);
        return Deed::acknowledge;
    };
    worker.consumer->start();
    ASSERT_TRUE(wait_until(io, [&] { return worker.done.size() == 400; }));
    EXPECT_EQ(worker.most_at_once, 7);
    EXPECT_LE(most, 40u);
}

TEST_F(ConsumerTest, AFailureHoldsUpItsConversationOnlyAndIsTriedAgainInPlace) {
    append(0, 29);
    Worker worker(io, *server, one, "a");
    int failures = 4;
    worker.deed = [&](const Entry& entry) {
        return entry.field("n") == "3" && failures-- > 0 ? Deed::fail : Deed::acknowledge;
    };
    worker.consumer->start();
    ASSERT_TRUE(wait_until(io, [&] { return worker.done.size() == 30; }));
    EXPECT_EQ(worker.by_lane["c3"], (std::vector<std::string>{"3", "13", "23"}));
    EXPECT_EQ(worker.consumer->counters().failed, 4u);
    EXPECT_TRUE(worker.dead.empty());
    // The others did not wait for it.
    auto position = std::find(worker.done.begin(), worker.done.end(), "3") - worker.done.begin();
    EXPECT_GE(position, 9);
}

TEST_F(ConsumerTest, WhatCannotBeDoneGoesToTheDeadLettersWithItsReason) {
    append(0, 9);
    Worker worker(io, *server, one, "a", [](ConsumerOptions& options) { options.delivery_limit = 3; });
    worker.deed = [](const Entry& entry) { return entry.field("n") == "5" ? Deed::fail : Deed::acknowledge; };
    worker.consumer->start();
    ASSERT_TRUE(wait_until(io, [&] { return worker.done.size() == 9 && worker.dead.size() == 1; }));
    EXPECT_EQ(worker.dead[0].first, "5");
    EXPECT_NE(worker.dead[0].second.find("3 deliveries"), std::string::npos);
    EXPECT_NE(worker.dead[0].second.find("it does not work"), std::string::npos);
    EXPECT_EQ(std::count(worker.started.begin(), worker.started.end(), "5"), 3);
    EXPECT_EQ(worker.consumer->counters().dead, 1u);
    EXPECT_EQ(length(), 0);
    EXPECT_EQ(pending(), 0);
}

TEST_F(ConsumerTest, AnEntryThatCrashesItsProcessEndsAsDeadLetterToo) {
    append(0, 0);
    auto small = [](ConsumerOptions& options) { options.delivery_limit = 3; };
    for (int life = 0; life < 3; ++life) {
        Worker crashing(io, *server, one, "a", small);
        crashing.deed = [](const Entry&) { return Deed::hang; };
        crashing.consumer->start();
        ASSERT_TRUE(wait_until(io, [&] { return crashing.started.size() == 1; }));
    }
    Worker last(io, *server, one, "a", small);
    last.consumer->start();
    ASSERT_TRUE(wait_until(io, [&] { return last.dead.size() == 1; }));
    EXPECT_TRUE(last.started.empty());
}

TEST_F(ConsumerTest, WhatPassesByItselfIsTriedForEver) {
    append(0, 0);
    Worker worker(io, *server, one, "a", [](ConsumerOptions& options) { options.delivery_limit = 2; });
    int times = 10;
    worker.deed = [&](const Entry&) { return times-- > 0 ? Deed::unavailable : Deed::acknowledge; };
    worker.consumer->start();
    ASSERT_TRUE(wait_until(io, [&] { return worker.done.size() == 1; }));
    EXPECT_TRUE(worker.dead.empty());
}

TEST_F(ConsumerTest, WhatWasNotAcknowledgedComesAgain) {
    append(0, 0);
    Worker worker(io, *server, one, "a");
    bool first = true;
    worker.deed = [&](const Entry&) {
        return std::exchange(first, false) ? Deed::forget : Deed::acknowledge;
    };
    worker.consumer->start();
    ASSERT_TRUE(wait_until(io, [&] { return worker.done.size() == 2; }));
    EXPECT_EQ(worker.deliveries["0"], 2);
    EXPECT_EQ(pending(), 0);
}

TEST_F(ConsumerTest, StopIsQuickAndLeavesTheRestPending) {
    append(0, 99);
    Worker worker(io, *server, one, "a", [](ConsumerOptions& options) {
        options.block = 10000ms;
        options.retry_min = options.retry_max = 60000ms;
    });
    worker.deed = [](const Entry& entry) { return entry.field("n") == "0" ? Deed::fail : Deed::acknowledge; };
    worker.consumer->start();
    // c0 waits for its next try, the reader blocks.
    ASSERT_TRUE(wait_until(io, [&] { return worker.done.size() == 90; }));
    auto start = test::system_clock().steady();
    EXPECT_TRUE(run(io, worker.consumer->stop()));
    EXPECT_LT(test::system_clock().steady() - start, 5s);
    EXPECT_EQ(pending(), 10);
    EXPECT_EQ(length(), 10);
    Worker next(io, *server, one, "b");
    next.consumer->start();
    ASSERT_TRUE(wait_until(io, [&] { return next.done.size() == 10; }));
    EXPECT_EQ(next.done, numbers(0, 99, 10));
}

TEST_F(ConsumerTest, StopTellsWhenHandlersDoNotEnd) {
    append(0, 0);
    Worker worker(io, *server, one, "a");
    worker.deed = [](const Entry&) { return Deed::hang; };
    worker.consumer->start();
    ASSERT_TRUE(wait_until(io, [&] { return worker.started.size() == 1; }));
    EXPECT_FALSE(run(io, worker.consumer->stop(50ms)));
    worker.release.cancel();
    EXPECT_TRUE(run(io, worker.consumer->stop(5s)));
}

}  // namespace
}  // namespace guichet::streams
