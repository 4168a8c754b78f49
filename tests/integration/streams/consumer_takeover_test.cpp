// What becomes of the work of a consumer, a connection, a stream or a process that is gone.
#include <set>

#include "common/streams/lease_keeper.hpp"
#include "common/streams/redis_lease_store.hpp"
#include "tests/integration/streams/consumer_fixture.hpp"

namespace guichet::streams {
namespace {

TEST_F(ConsumerTest, WhatACrashedProcessHadIsTakenOverAndCounted) {
    append(0, 19);
    {
        Worker crashed(io, *server, one, "a");
        crashed.deed = [](const Entry&) { return Deed::hang; };
        crashed.consumer->start();
        ASSERT_TRUE(wait_until(io, [&] { return crashed.started.size() == 10; }));
        EXPECT_EQ(pending(), 20);
    }
    append(20, 29);
    Worker next(io, *server, one, "b");
    next.consumer->start();
    ASSERT_TRUE(wait_until(io, [&] { return next.done.size() == 30; }));
    // What was pending comes before what is new.
    for (int c = 0; c < 10; ++c) EXPECT_EQ(next.by_lane["c" + std::to_string(c)], numbers(c, 29, 10));
    EXPECT_EQ(next.deliveries["0"], 2);
    EXPECT_EQ(next.deliveries["25"], 1);
    EXPECT_EQ(next.consumer->counters().taken_over, 20u);
    EXPECT_EQ(pending(), 0);
}

TEST_F(ConsumerTest, LongWorkIsNeitherRepeatedNorCounted) {
    append(0, 0);
    Worker worker(io, *server, one, "a");
    worker.deed = [&](const Entry&) { return worker.started.size() == 1 ? Deed::hang : Deed::acknowledge; };
    worker.consumer->start();
    ASSERT_TRUE(wait_until(io, [&] { return worker.started.size() == 1; }));
    // Reclaimed several times over while it runs: min_idle is 200 ms here.
    EXPECT_FALSE(wait_until(
        io, [&] { return worker.started.size() > 1; }, 700ms));
    auto listed = server->command(Command("XPENDING", key_of(0), "test", "-", "+", 10));
    EXPECT_EQ(listed[0][3].to_integer(), 1);
    worker.release.cancel();
    ASSERT_TRUE(wait_until(io, [&] { return worker.done.size() == 1; }));
}

TEST_F(ConsumerTest, ADeadConsumerOfASharedPartitionIsReclaimedFrom) {
    // Without leases: two processes read the same partition, so pending entries are left alone until idle.
    auto shared = [](ConsumerOptions& options) { options.takeover_idle = options.min_idle; };
    append(0, 9);
    {
        Worker dead(io, *server, one, "a", shared);
        dead.deed = [](const Entry&) { return Deed::hang; };
        dead.consumer->start();
        ASSERT_TRUE(wait_until(io, [&] { return dead.started.size() == 10; }));
    }
    Worker alive(io, *server, one, "b", shared);
    alive.consumer->start();
    append(10, 19);
    ASSERT_TRUE(wait_until(io, [&] { return alive.done.size() == 20; }));
    EXPECT_EQ(alive.consumer->counters().taken_over, 10u);
    EXPECT_EQ(pending(), 0);
}

TEST_F(ConsumerTest, EntriesTrimmedWhilePendingRaiseTheAlarm) {
    append(0, 9);
    {
        Worker crashed(io, *server, one, "a");
        crashed.deed = [](const Entry&) { return Deed::hang; };
        crashed.consumer->start();
        ASSERT_TRUE(wait_until(io, [&] { return crashed.started.size() == 10; }));
    }
    server->command(Command("XTRIM", key_of(0), "MAXLEN", 4));
    Worker next(io, *server, one, "b");
    next.consumer->start();
    ASSERT_TRUE(wait_until(io, [&] { return next.done.size() == 4; }));
    EXPECT_EQ(next.lost, 6u);
    EXPECT_EQ(next.consumer->counters().lost, 6u);
    EXPECT_EQ(pending(), 0);
}

TEST_F(ConsumerTest, RedisKilledInTheMiddleLosesNothing) {
    Worker worker(io, *server, one, "a");
    worker.consumer->start();
    int appended = 0;
    for (int round = 0; round < 4; ++round) {
        append(appended, appended + 199);
        appended += 200;
        std::size_t half = static_cast<std::size_t>(appended) - 150;
        ASSERT_TRUE(wait_until(io, [&] { return worker.done.size() >= half; }));
        server->kill9();
        server->start();
        ASSERT_TRUE(wait_until([&] { return run(io, writer->call(Command("PING"))).has_value(); }));
    }
    auto all = [&] {
        return std::set(worker.done.begin(), worker.done.end()).size() == 800 && pending() == 0;
    };
    ASSERT_TRUE(wait_until(io, all));
    EXPECT_EQ(length(), 0);
    EXPECT_TRUE(worker.dead.empty());
    for (auto& [lane, seen] : worker.by_lane) {
        // An outcome whose answer was lost is done again, at once, never after a later one.
        seen.erase(std::unique(seen.begin(), seen.end()), seen.end());
        EXPECT_EQ(seen.size(), 80u) << lane;
        EXPECT_TRUE(std::is_sorted(seen.begin(), seen.end(), [](const std::string& a, const std::string& b) {
            return std::stoi(a) < std::stoi(b);
        })) << lane;
    }
    EXPECT_TRUE(wait_until(io, [&] { return worker.consumer->last_error().ok(); }));
}

TEST_F(ConsumerTest, AStreamThatVanishesIsMadeAgain) {
    Worker worker(io, *server, one, "a");
    worker.consumer->start();
    append(0, 9);
    ASSERT_TRUE(wait_until(io, [&] { return worker.done.size() == 10; }));
    server->command(Command("FLUSHALL"));
    append(10, 19);
    ASSERT_TRUE(wait_until(io, [&] { return worker.done.size() == 20; }));
}

// A process with leases: what it holds it reads.
struct LeasedWorker {
    LeasedWorker(asio::io_context& io, test::RedisServer& server, redis::Client& client,
                 const std::string& name)
        : store(client, "{sys}:leases:test", name),
          keeper(std::make_unique<LeaseKeeper>(io.get_executor(), store, name,
                                               LeaseOptions{.partitions = 8, .ttl = 500ms, .beat = 50ms},
                                               test::system_clock())),
          worker(io, server, *keeper, name) {
        keeper->start();
        worker.consumer->start();
    }
    RedisLeaseStore store;
    std::unique_ptr<LeaseKeeper> keeper;
    Worker worker;
};

TEST_F(ConsumerTest, ConsumersShareThePartitionsAndTakeOverFromOneThatDied) {
    auto client = server->client(io);
    auto count = [](const LeasedWorker& a, const LeasedWorker& b) {
        return a.worker.done.size() + b.worker.done.size();
    };
    {
        LeasedWorker a(io, *server, *client, "a");
        append(0, 399, 8, 40);
        ASSERT_TRUE(wait_until(io, [&] { return a.worker.done.size() == 400; }));
        LeasedWorker b(io, *server, *client, "b");
        ASSERT_TRUE(wait_until(io, [&] { return b.keeper->holdings().size() == 4; }));
        append(400, 799, 8, 40);
        ASSERT_TRUE(wait_until(io, [&] { return count(a, b) == 800; }));
        EXPECT_EQ(b.worker.done.size(), 200u);

        // b stops working and dies with entries in hand; a finishes them.
        b.worker.deed = [](const Entry&) { return Deed::hang; };
        b.worker.started.clear();
        append(800, 1199, 8, 40);
        ASSERT_TRUE(wait_until(io, [&] { return !b.worker.started.empty(); }));
        b.worker.consumer.reset();
        b.keeper.reset();
        ASSERT_TRUE(wait_until(io, [&] { return count(a, b) == 1200; }));
        EXPECT_EQ(a.keeper->holdings().size(), 8u);
        for (int c = 0; c < 40; ++c) {
            auto lane = b.worker.by_lane["c" + std::to_string(c)];
            auto& rest = a.worker.by_lane["c" + std::to_string(c)];
            for (const auto& seen : {lane, rest}) {
                EXPECT_TRUE(std::is_sorted(
                    seen.begin(), seen.end(),
                    [](const std::string& x, const std::string& y) { return std::stoi(x) < std::stoi(y); }));
            }
            EXPECT_EQ(lane.size() + rest.size(), 30u);
        }
        run(io, a.worker.consumer->stop());
        run(io, a.keeper->stop());
    }
    for (int p = 0; p < 8; ++p) EXPECT_EQ(pending(p), 0);
    run(io, client->stop());
}

}  // namespace
}  // namespace guichet::streams
