// What common/streams/consumer.hpp promises, on a real Redis.
#include "common/streams/consumer.hpp"

#include <algorithm>
#include <map>
#include <set>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <gtest/gtest.h>

#include "common/streams/lease_keeper.hpp"
#include "common/streams/redis_lease_store.hpp"
#include "tests/support/redis_server.hpp"

namespace guichet::streams {
namespace {

using namespace std::chrono_literals;
using redis::Command;
using test::run;
using test::wait_until;

std::string key_of(int partition) {
    return "{p" + std::to_string(partition) + "}:work:test";
}

// What the outcome functions of common/store do with an entry.
asio::awaitable<Result<void>> acknowledge(redis::Client& client, const Entry& entry) {
    std::vector<Command> commands;
    commands.emplace_back("XACK", key_of(entry.partition), "test", entry.id);
    commands.emplace_back("XDEL", key_of(entry.partition), entry.id);
    auto replies = co_await client.call_many(std::move(commands));
    if (!replies) co_return replies.error();
    co_return Result<void>();
}

// A process: its own client, and a consumer whose handler does what the test says.
class Worker {
  public:
    enum class Deed { acknowledge, forget, fail, unavailable, hang };

    Worker(asio::io_context& io, test::RedisServer& server, Partitions& partitions, const std::string& name,
           std::function<void(ConsumerOptions&)> change = {})
        : io_(io), client_(server.client(io)) {
        ConsumerOptions options;
        options.group = "test";
        options.consumer = name;
        options.block = 100ms;
        options.retry_min = 2ms;
        options.retry_max = 20ms;
        options.min_idle = 200ms;
        options.reclaim_every = 50ms;
        options.stream_key = key_of;
        if (change) change(options);
        ConsumerHandlers handlers;
        handlers.handle = [this](Entry entry) { return handle(std::move(entry)); };
        handlers.dead_letter = [this](Entry entry, std::string reason) {
            return bury(std::move(entry), reason);
        };
        handlers.lost = [this](int, std::vector<std::string> ids) { lost += ids.size(); };
        consumer =
            std::make_unique<Consumer>(io.get_executor(), server.client_options(), *client_, partitions,
                                       options, handlers, test::system_clock(), test::system_random());
    }
    ~Worker() {
        if (consumer) run(io_, consumer->stop(100ms));
        release.cancel();
        run(io_, client_->stop());
        io_.restart();
        io_.run_for(5ms);
    }

    asio::awaitable<Result<void>> handle(Entry entry) {
        std::string what = entry.field("n");
        most_at_once = std::max(most_at_once, ++at_once);
        started.push_back(what);
        Deed todo = deed(entry);
        if (todo == Deed::hang) {
            boost::system::error_code ignored;
            co_await release.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
            --at_once;
            co_return unavailable("released");
        }
        // Others get their turn in between, so that order is a matter of the consumer.
        auto echo = co_await client_->call(Command("PING"));
        Result<void> result;
        if (todo == Deed::acknowledge) result = co_await acknowledge(*client_, entry);
        if (todo == Deed::fail) result = internal("it does not work");
        if (todo == Deed::unavailable) result = unavailable("not now");
        --at_once;
        if (result) {
            done.push_back(what);
            by_lane[entry.field("c")].push_back(what);
            deliveries[what] = entry.deliveries;
        }
        co_return result;
    }

    asio::awaitable<Result<void>> bury(Entry entry, std::string reason) {
        auto result = co_await acknowledge(*client_, entry);
        if (result) dead.emplace_back(entry.field("n"), reason);
        co_return result;
    }

    std::function<Deed(const Entry&)> deed = [](const Entry&) { return Deed::acknowledge; };
    std::vector<std::string> started, done;
    std::map<std::string, std::vector<std::string>> by_lane;
    std::map<std::string, int> deliveries;
    std::vector<std::pair<std::string, std::string>> dead;
    std::size_t lost = 0;
    int at_once = 0;
    int most_at_once = 0;
    std::unique_ptr<Consumer> consumer;

  private:
    asio::io_context& io_;
    std::unique_ptr<redis::Client> client_;

  public:
    // Handlers that hang wait here until it is cancelled.
    asio::steady_timer release{io_, asio::steady_timer::time_point::max()};
};

using Deed = Worker::Deed;

class ConsumerTest : public ::testing::Test {
  protected:
    // Appends entries n = first..last, of conversations c0..c9 in turn, to partitions in turn.
    void append(int first, int last, int partitions = 1, int conversations = 10) {
        std::vector<Command> commands;
        for (int n = first; n <= last; ++n) {
            int conversation = n % conversations;
            commands.emplace_back("XADD", key_of(conversation % partitions), "*", "k", "test", "w", "ws", "c",
                                  "c" + std::to_string(conversation), "n", n);
        }
        redis::Client* client = writer.get();
        auto replies = run(io, client->call_many(std::move(commands)));
        ASSERT_TRUE(replies) << to_string(replies.error());
    }
    std::int64_t length(int partition = 0) {
        return server->command(Command("XLEN", key_of(partition))).to_integer();
    }
    std::int64_t pending(int partition = 0) {
        return server->command(Command("XPENDING", key_of(partition), "test"))[0].to_integer();
    }
    ~ConsumerTest() override { run(io, writer->stop()); }

    asio::io_context io;
    std::unique_ptr<test::RedisServer> server =
        std::make_unique<test::RedisServer>(test::RedisServerOptions{.appendfsync = "always"});
    std::unique_ptr<redis::Client> writer = server->client(io);
    FixedPartitions one{1};
};

std::vector<std::string> numbers(int first, int last, int step = 1) {
    std::vector<std::string> out;
    for (int n = first; n <= last; n += step) out.push_back(std::to_string(n));
    return out;
}

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
