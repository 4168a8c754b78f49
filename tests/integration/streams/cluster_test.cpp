// Consumers, tailers and leases on a Redis Cluster.
#include <map>
#include <set>

#include <gtest/gtest.h>

#include "common/redis/masters.hpp"
#include "common/redis/slots.hpp"
#include "common/streams/consumer.hpp"
#include "common/streams/redis_lease_store.hpp"
#include "common/streams/tailer.hpp"
#include "tests/support/redis_cluster.hpp"

namespace guichet::streams {
namespace {

using namespace std::chrono_literals;
using redis::Command;
using test::run;
using test::wait_until;

constexpr int kPartitions = 6;
constexpr auto kLimit = 60s;

std::string work_of(int partition) {
    return "{p0" + std::to_string(partition) + "}:work:test";
}

class StreamsOfACluster : public ::testing::Test {
  protected:
    StreamsOfACluster() {
        // What a client leads to is known from its first call on.
        if (!run(io, client->call(Command("GET", work_of(0))))) throw std::runtime_error("no cluster");
    }
    ~StreamsOfACluster() override {
        if (consumer) run(io, consumer->stop());
        if (tailer) run(io, tailer->stop());
        run(io, client->stop());
    }

    void consume() {
        ConsumerOptions options;
        options.group = "test";
        options.consumer = "one";
        options.block = 200ms;
        options.retry_min = 10ms;
        options.retry_max = 100ms;
        options.outage_retry_max = 100ms;
        options.stream_key = work_of;
        ConsumerHandlers handlers;
        handlers.handle = [this](Entry entry) { return handle(std::move(entry)); };
        handlers.dead_letter = [](Entry, std::string) -> asio::awaitable<Result<void>> {
            co_return internal("nothing is given up here");
        };
        consumer =
            std::make_unique<Consumer>(io.get_executor(), cluster.client_options(), *client, partitions,
                                       options, handlers, test::system_clock(), test::system_random());
        consumer->start();
    }
    asio::awaitable<Result<void>> handle(Entry entry) {
        std::vector<Command> commands;
        commands.emplace_back("XACK", work_of(entry.partition), "test", entry.id);
        commands.emplace_back("XDEL", work_of(entry.partition), entry.id);
        auto replies = co_await client->call_many(std::move(commands));
        if (!replies) co_return replies.error();
        for (const auto& reply : *replies) {
            if (reply.is_error()) co_return redis::to_status(reply);
        }
        seen[entry.partition].push_back(entry.field("n"));
        co_return Result<void>();
    }
    void follow() {
        TailerOptions options;
        options.block = 200ms;
        options.retry_min = 10ms;
        options.retry_max = 100ms;
        options.stream_key = work_of;
        TailerHandlers handlers;
        handlers.deliver = [this](int partition,
                                  std::vector<Entry> entries) -> asio::awaitable<Result<void>> {
            for (const Entry& entry : entries) seen[partition].push_back(entry.field("n"));
            co_return Result<void>();
        };
        tailer = std::make_unique<Tailer>(io.get_executor(), cluster.client_options(), *client, options,
                                          handlers, test::system_clock(), test::system_random());
        Tailer::Positions from;
        for (int partition = 0; partition < kPartitions; ++partition) from[partition] = "0-0";
        tailer->start(from);
    }
    // n = first..last to a partition; all of one conversation.
    void append(int partition, int first, int last) {
        std::vector<Command> commands;
        for (int n = first; n <= last; ++n)
            commands.emplace_back("XADD", work_of(partition), "*", "w", "w", "c", "c", "n", n);
        ASSERT_TRUE(run(io, client->call_many(std::move(commands))));
    }
    std::set<int> partitions_at(std::size_t master) const {
        std::set<int> found;
        for (int partition = 0; partition < kPartitions; ++partition) {
            if (cluster.owner(redis::slot_of_key(work_of(partition))) == master) found.insert(partition);
        }
        return found;
    }
    bool has_seen(int partition, int last) {
        return wait_until(
            io, [&] { return seen[partition].size() >= static_cast<std::size_t>(last); }, kLimit);
    }
    // Each once and in order: a redelivery of what was acknowledged would be one too many.
    void expect_in_order(int partition, int last) {
        ASSERT_EQ(seen[partition].size(), static_cast<std::size_t>(last)) << "partition " << partition;
        for (int n = 1; n <= last; ++n)
            EXPECT_EQ(seen[partition][static_cast<std::size_t>(n - 1)], std::to_string(n));
    }

    asio::io_context io;
    // What was answered is on disk: a master may be killed.
    test::RedisCluster cluster{{.appendfsync = "always"}};
    std::unique_ptr<redis::Client> client = cluster.client(io);
    FixedPartitions partitions{kPartitions};
    std::map<int, std::vector<std::string>> seen;
    std::unique_ptr<Consumer> consumer;
    std::unique_ptr<Tailer> tailer;
};

TEST_F(StreamsOfACluster, WorkOfAllMastersIsDoneInOrder) {
    for (std::size_t master = 0; master < 3; ++master) ASSERT_FALSE(partitions_at(master).empty());
    consume();
    for (int partition = 0; partition < kPartitions; ++partition) append(partition, 1, 100);
    for (int partition = 0; partition < kPartitions; ++partition) {
        ASSERT_TRUE(has_seen(partition, 100)) << partition << ": " << to_string(consumer->last_error());
        expect_in_order(partition, 100);
    }
    EXPECT_EQ(consumer->counters().read_errors, 0u);
    EXPECT_TRUE(consumer->last_error().ok());
}

TEST_F(StreamsOfACluster, AMasterThatDiesHoldsUpItsOwnWorkOnly) {
    consume();
    for (int partition = 0; partition < kPartitions; ++partition) append(partition, 1, 20);
    for (int partition = 0; partition < kPartitions; ++partition) ASSERT_TRUE(has_seen(partition, 20));
    cluster.master(1).kill9();
    const auto held_up = partitions_at(1);
    for (int partition = 0; partition < kPartitions; ++partition) {
        if (held_up.contains(partition)) continue;
        append(partition, 21, 40);
        EXPECT_TRUE(has_seen(partition, 40));
    }
    ASSERT_TRUE(wait_until(
        io, [&] { return !consumer->last_error().ok(); }, kLimit));
    cluster.master(1).start();
    for (int partition : held_up) {
        ASSERT_TRUE(wait_until(
            io, [&] { return run(io, client->call(Command("XLEN", work_of(partition)))).has_value(); },
            kLimit));
        append(partition, 21, 40);
        EXPECT_TRUE(has_seen(partition, 40));
    }
    for (int partition = 0; partition < kPartitions; ++partition) expect_in_order(partition, 40);
}

TEST_F(StreamsOfACluster, AnEventLogIsFollowedThroughTheMoveOfItsSlot) {
    follow();
    for (int partition = 0; partition < kPartitions; ++partition) append(partition, 1, 20);
    for (int partition = 0; partition < kPartitions; ++partition) ASSERT_TRUE(has_seen(partition, 20));
    EXPECT_TRUE(wait_until(
        io, [&] { return tailer->caught_up(); }, kLimit));
    EXPECT_EQ(tailer->positions().size(), static_cast<std::size_t>(kPartitions));
    const auto slot = redis::slot_of_key(work_of(0));
    cluster.move(slot, (cluster.owner(slot) + 1) % 3);
    for (int partition = 0; partition < kPartitions; ++partition) append(partition, 21, 40);
    for (int partition = 0; partition < kPartitions; ++partition) {
        ASSERT_TRUE(has_seen(partition, 40)) << to_string(tailer->last_error());
        expect_in_order(partition, 40);
    }
}

TEST_F(StreamsOfACluster, LeasesAreKeptWithTheirLibraryOnEveryMaster) {
    RedisLeaseStore leases(*client, "{sys}:leases:test", "me");
    auto got = run(io, leases.acquire({0, 1, 2}, 30s));
    ASSERT_TRUE(got) << to_string(got.error());
    EXPECT_EQ(got->size(), 3u);
    for (std::size_t master = 0; master < 3; ++master)
        EXPECT_EQ(cluster.master(master).command(Command("FUNCTION", "LIST")).size(), 1u);
    RedisLeaseStore other(*client, "{sys}:leases:test", "other");
    EXPECT_TRUE(run(io, other.acquire({0, 1, 2}, 30s))->empty());
}

}  // namespace
}  // namespace guichet::streams
