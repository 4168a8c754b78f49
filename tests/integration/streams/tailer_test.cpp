#include "common/streams/tailer.hpp"

#include <gtest/gtest.h>

#include "tests/support/redis_server.hpp"

namespace guichet::streams {
namespace {

using namespace std::chrono_literals;
using redis::Command;
using test::run;
using test::wait_until;

std::string events_of(int partition) {
    return "{p" + std::to_string(partition) + "}:events";
}

class TailerTest : public ::testing::Test {
  protected:
    ~TailerTest() override {
        tailer.reset();
        run(io, client->stop());
    }

    void make(std::size_t batch = 50, std::chrono::milliseconds rest = 0ms) {
        TailerOptions options;
        options.batch = batch;
        options.block = 100ms;
        options.rest = rest;
        options.retry_min = 2ms;
        options.retry_max = 20ms;
        options.stream_key = events_of;
        TailerHandlers handlers;
        handlers.deliver = [this](int partition, std::vector<Entry> entries) {
            return deliver(partition, std::move(entries));
        };
        handlers.gap = [this](Gap gap) { return remember(gap); };
        tailer = std::make_unique<Tailer>(io.get_executor(), server.client_options(), *client, options,
                                          handlers, test::system_clock(), test::system_random());
    }
    asio::awaitable<Result<void>> deliver(int partition, std::vector<Entry> entries) {
        if (on_batch) on_batch();
        if (failures > 0) {
            --failures;
            co_return unavailable("not now");
        }
        for (const Entry& entry : entries) seen[partition].push_back(entry.field("n"));
        total += entries.size();
        co_return Result<void>();
    }
    asio::awaitable<void> remember(Gap gap) {
        gaps.push_back(gap);
        co_return;
    }
    // Appends n = first..last with the ids "<n>-0", to partitions in turn.
    void append(int first, int last, int partitions = 1) {
        std::vector<Command> commands;
        for (int n = first; n <= last; ++n) {
            commands.emplace_back("XADD", events_of(n % partitions), std::to_string(n) + "-0", "n", n);
        }
        redis::Client* writer = client.get();
        ASSERT_TRUE(run(io, writer->call_many(std::move(commands))));
    }
    static std::vector<std::string> numbers(int first, int last, int step = 1) {
        std::vector<std::string> out;
        for (int n = first; n <= last; n += step) out.push_back(std::to_string(n));
        return out;
    }

    asio::io_context io;
    test::RedisServer server{test::RedisServerOptions{.appendfsync = "always"}};
    std::unique_ptr<redis::Client> client = server.client(io);
    std::unique_ptr<Tailer> tailer;
    std::map<int, std::vector<std::string>> seen;
    std::size_t total = 0;
    std::vector<Gap> gaps;
    int failures = 0;
    std::function<void()> on_batch;
};

TEST_F(TailerTest, FollowsAllPartitionsInOrderAndResumes) {
    append(1, 400, 4);
    make();
    tailer->start({{0, "0-0"}, {1, "0-0"}, {2, "200-0"}, {3, "$"}});
    ASSERT_TRUE(wait_until(io, [&] { return tailer->caught_up(); }));
    append(401, 800, 4);
    ASSERT_TRUE(wait_until(io, [&] { return total == 200 + 200 + 150 + 100; }));
    EXPECT_EQ(seen[0], numbers(4, 800, 4));
    EXPECT_EQ(seen[1], numbers(1, 797, 4));
    EXPECT_EQ(seen[2], numbers(202, 798, 4));
    EXPECT_EQ(seen[3], numbers(403, 799, 4));
    EXPECT_TRUE(gaps.empty());
    run(io, tailer->stop());
    auto positions = tailer->positions();
    EXPECT_EQ(positions[0], "800-0");
    seen.clear();
    total = 0;
    append(801, 900, 4);
    make();
    tailer->start(positions);
    ASSERT_TRUE(wait_until(io, [&] { return total == 100; }));
    EXPECT_EQ(seen[0], numbers(804, 900, 4));
    EXPECT_TRUE(gaps.empty());
}

TEST_F(TailerTest, WhatComesWhileItRestsComesTogether) {
    // Longer than any test: only a full batch or the end of the rest lets it read again.
    make(10, 1h);
    append(1, 25);
    tailer->start({{0, "0-0"}});
    ASSERT_TRUE(wait_until(io, [&] { return total > 0 && total % 10 != 0; }));
    const auto read = total;
    append(26, 27);
    EXPECT_EQ(total, read) << "it rests";
    run(io, tailer->stop());
    EXPECT_EQ(total, read) << "and is stopped in the middle of it";
    make(10, 1ms);
    tailer->start({{0, std::to_string(read) + "-0"}});
    ASSERT_TRUE(wait_until(io, [&] { return total == 27; }));
    EXPECT_EQ(seen[0], numbers(1, 27));
}

TEST_F(TailerTest, AFailedDeliveryComesAgain) {
    append(1, 10);
    make();
    failures = 3;
    tailer->start({{0, "0-0"}});
    ASSERT_TRUE(wait_until(io, [&] { return total == 10; }));
    EXPECT_EQ(seen[0], numbers(1, 10));
    EXPECT_EQ(failures, 0);
}

TEST_F(TailerTest, TellsOfAGapWhenTheLogWasTrimmedPastThePosition) {
    append(1, 100);
    server.command(Command("XTRIM", events_of(0), "MINID", "50"));
    make();
    tailer->start({{0, "20-0"}});
    ASSERT_TRUE(wait_until(io, [&] { return total == 51; }));
    ASSERT_EQ(gaps.size(), 1u);
    EXPECT_EQ(gaps[0].wanted.str(), "20-0");
    EXPECT_EQ(gaps[0].first.str(), "50-0");
    EXPECT_FALSE(gaps[0].went_back);
    EXPECT_EQ(seen[0], numbers(50, 100));
}

TEST_F(TailerTest, TrimmingUpToThePositionIsNoGap) {
    append(1, 100);
    server.command(Command("XTRIM", events_of(0), "MINID", "50"));
    make();
    tailer->start({{0, "50-0"}});
    ASSERT_TRUE(wait_until(io, [&] { return total == 50; }));
    EXPECT_TRUE(gaps.empty());
}

TEST_F(TailerTest, OneWhoLagsNoticesThatItWasOvertaken) {
    append(1, 100);
    make(10);
    int batches = 0;
    // While the third batch is in hand, everything up to 60 goes away.
    on_batch = [&] {
        if (++batches != 3) return;
        server.command(Command("XTRIM", events_of(0), "MINID", "61"));
    };
    tailer->start({{0, "0-0"}});
    ASSERT_TRUE(wait_until(io, [&] { return !seen[0].empty() && seen[0].back() == "100"; }));
    ASSERT_EQ(gaps.size(), 1u);
    EXPECT_EQ(gaps[0].wanted.str(), "30-0");
    EXPECT_EQ(gaps[0].first.str(), "61-0");
    EXPECT_EQ(total, 70u);
}

TEST_F(TailerTest, AnEmptiedLogIsAGapAndALogThatWentBackToo) {
    append(1, 10);
    server.command(Command("XTRIM", events_of(0), "MAXLEN", 0));
    append(20, 29, 1);
    make();
    // Partition 1 has never existed, though the reader remembers an entry of it.
    tailer->start({{0, "5-0"}, {1, "7-0"}});
    ASSERT_TRUE(wait_until(io, [&] { return total == 10; }));
    server.command(Command("XADD", events_of(1), "3-0", "n", "3"));
    ASSERT_TRUE(wait_until(io, [&] { return total == 11; }));
    ASSERT_EQ(gaps.size(), 2u);
    EXPECT_FALSE(gaps[0].went_back);
    EXPECT_TRUE(gaps[1].went_back);
    EXPECT_EQ(gaps[1].partition, 1);
    EXPECT_EQ(seen[1], numbers(3, 3));
}

TEST_F(TailerTest, GoesOnAfterRedisWasKilled) {
    append(1, 100);
    make();
    tailer->start({{0, "0-0"}});
    for (int round = 0; round < 3; ++round) {
        ASSERT_TRUE(wait_until(io, [&] { return tailer->caught_up(); }));
        server.restart();
        ASSERT_TRUE(wait_until([&] { return run(io, client->call(Command("PING"))).has_value(); }));
        append(101 + round * 100, 200 + round * 100);
        auto expected = static_cast<std::size_t>(200 + round * 100);
        ASSERT_TRUE(wait_until(io, [&] { return total == expected; }));
    }
    EXPECT_EQ(seen[0], numbers(1, 400));
    EXPECT_TRUE(gaps.empty());
}

TEST_F(TailerTest, StopEndsABlockedRead) {
    make();
    tailer->start({{0, "$"}});
    ASSERT_TRUE(wait_until(io, [&] { return tailer->caught_up(); }));
    run(io, tailer->stop());
    append(1, 1);
    io.restart();
    io.run_for(5ms);
    EXPECT_EQ(total, 0u);
}

}  // namespace
}  // namespace guichet::streams
