#include <set>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <gtest/gtest.h>

#include "common/redis/blocking.hpp"
#include "common/redis/masters.hpp"
#include "common/redis/slots.hpp"
#include "tests/support/redis_cluster.hpp"

namespace guichet::redis {
namespace {

using namespace std::chrono_literals;
using test::run;

constexpr auto kLoaded = 60s;

class ClusterTest : public ::testing::Test {
  protected:
    ~ClusterTest() override {
        if (client) run(io, client->stop());
    }

    // A key of a slot that this master holds.
    std::string key_at(std::size_t master) const {
        for (int i = 0;; ++i) {
            auto key = "k" + std::to_string(i);
            if (cluster.owner(slot_of_key(key)) == master) return key;
        }
    }
    // How many keys of its slot a master has.
    std::int64_t keys_at(std::size_t master, const std::string& key) {
        return cluster.master(master)
            .command(Command("CLUSTER", "COUNTKEYSINSLOT", slot_of_key(key)))
            .to_integer();
    }
    Result<Reply> call(Command command) { return run(io, client->call(std::move(command))); }

    asio::io_context io;
    test::RedisCluster cluster;
    std::unique_ptr<Client> client = cluster.client(io);
};

TEST_F(ClusterTest, IsFoundOutAndEveryMasterReached) {
    // Asked before there is a connection, and so before anybody knows.
    EXPECT_EQ(call(Command("SET", key_at(2), "v"))->text(), "OK");
    EXPECT_TRUE(is_cluster(*client));
    for (std::size_t master = 0; master < 3; ++master) {
        ASSERT_EQ(call(Command("SET", key_at(master), master))->text(), "OK");
        EXPECT_EQ(keys_at(master, key_at(master)), 1);
    }
    EXPECT_EQ(client->state(), ClientState::ready);
    EXPECT_EQ(call(Command("PING"))->text(), "PONG");
    EXPECT_EQ(call(Command("LPUSH", key_at(1), "x")).error().reason, "wrongtype");
}

TEST_F(ClusterTest, AListOverAllSlotsComesBackInOrderWithErrorsInTheirPlaces) {
    constexpr int kKeys = 500;
    std::vector<Command> commands;
    for (int i = 0; i < kKeys; ++i) {
        commands.emplace_back("SET", "k" + std::to_string(i), i);
        commands.emplace_back("LPUSH", "k" + std::to_string(i), "x");
        commands.emplace_back("GET", "k" + std::to_string(i));
        commands.emplace_back("PING");
    }
    // The first list finds no map yet.
    for (int round = 0; round < 2; ++round) {
        auto replies = run(io, client->call_many(commands));
        ASSERT_TRUE(replies) << to_string(replies.error());
        ASSERT_EQ(replies->size(), commands.size());
        for (std::size_t i = 0; i < kKeys; ++i) {
            ASSERT_EQ((*replies)[4 * i].text(), "OK");
            ASSERT_EQ(to_status((*replies)[4 * i + 1]).reason, "wrongtype");
            ASSERT_EQ((*replies)[4 * i + 2].text(), std::to_string(i));
            ASSERT_EQ((*replies)[4 * i + 3].text(), "PONG");
        }
    }
    EXPECT_TRUE(run(io, client->call_many({}))->empty());
}

TEST_F(ClusterTest, WhatNamesNoKeyGoesWithItsNeighbour) {
    for (std::size_t master = 0; master < 3; ++master) {
        std::vector<Command> commands;
        commands.emplace_back("CLUSTER", "MYID");
        commands.emplace_back("GET", key_at(master));
        commands.emplace_back("CLUSTER", "MYID");
        auto replies = run(io, client->call_many(commands));
        ASSERT_TRUE(replies);
        const auto id = cluster.master(master).command(Command("CLUSTER", "MYID")).text();
        EXPECT_EQ((*replies)[0].text(), id);
        EXPECT_EQ((*replies)[2].text(), id);
    }
}

TEST_F(ClusterTest, EveryMasterIsAskedAndAnyByItsName) {
    const auto ids = run(io, call_every(*client, Command("CLUSTER", "MYID")));
    ASSERT_TRUE(ids);
    ASSERT_EQ(ids->size(), 3u);
    const auto names = run(io, masters(*client));
    ASSERT_EQ(names->size(), 3u);
    std::set<std::string> different;
    for (std::size_t i = 0; i < 3; ++i) {
        EXPECT_EQ(run(io, call_at(*client, (*names)[i], Command("CLUSTER", "MYID")))->text(),
                  (*ids)[i].text());
        different.insert((*ids)[i].text());
    }
    EXPECT_EQ(different.size(), 3u);
    EXPECT_EQ(run(io, call_every(*client, Command("NONSENSE"))).error().reason, "err");
    EXPECT_EQ(run(io, call_at(*client, "127.0.0.1:1", Command("PING"))).error().reason, "moved");
}

TEST_F(ClusterTest, ASlotThatMovedIsFollowed) {
    const auto key = key_at(0);
    ASSERT_TRUE(call(Command("SET", key, "before")));
    cluster.move(slot_of_key(key), 2);
    EXPECT_EQ(call(Command("GET", key))->text(), "before");
    EXPECT_EQ(call(Command("SET", key, "after"))->text(), "OK");
    EXPECT_EQ(keys_at(2, key), 1);
    cluster.move(slot_of_key(key), 1);
    std::vector<Command> commands;
    commands.emplace_back("GET", key_at(2));
    commands.emplace_back("APPEND", key, "wards");
    commands.emplace_back("GET", key);
    auto replies = run(io, client->call_many(commands));
    ASSERT_TRUE(replies);
    EXPECT_EQ((*replies)[1].to_integer(), 10);
    EXPECT_EQ((*replies)[2].text(), "afterwards");
}

TEST_F(ClusterTest, ASlotOnItsWayIsReadWhereItsKeysAreAndRunsNoFunction) {
    const auto key = key_at(0);
    const auto slot = slot_of_key(key);
    const auto second = "{" + key + "}second";
    const char library[] =
        "#!lua name=t\nredis.register_function('t_put', function(keys, args) "
        "redis.call('APPEND', keys[1] .. 'x', args[1]) return 'put' end)";
    ASSERT_TRUE(run(io, call_every(*client, Command("FUNCTION", "LOAD", library))));
    ASSERT_TRUE(call(Command("SET", key, "v")));
    cluster.begin_move(slot, 1);
    // Still here; what is not here is asked for, and made, there.
    EXPECT_EQ(call(Command("GET", key))->text(), "v");
    EXPECT_EQ(call(Command("SET", second, "w"))->text(), "OK");
    EXPECT_EQ(call(Command("GET", second))->text(), "w");
    std::vector<Command> commands;
    commands.emplace_back("GET", key);
    commands.emplace_back("GET", second);
    commands.emplace_back("FCALL", "t_put", 1, "{" + key + "}", "z");
    auto replies = run(io, client->call_many(commands));
    ASSERT_TRUE(replies);
    EXPECT_EQ((*replies)[0].text(), "v");
    EXPECT_EQ((*replies)[1].text(), "w");
    EXPECT_EQ(to_status((*replies)[2]).reason, "ask");
    auto refused = call(Command("FCALL", "t_put", 1, "{" + key + "}", "z"));
    ASSERT_FALSE(refused);
    EXPECT_TRUE(refused.error().retryable);
    cluster.move_keys(slot, 1);
    EXPECT_EQ(call(Command("GET", key))->text(), "v");
    cluster.end_move(slot, 1);
    EXPECT_EQ(call(Command("FCALL", "t_put", 1, "{" + key + "}", "z"))->text(), "put");
    EXPECT_EQ(call(Command("GET", "{" + key + "}x"))->text(), "z");
}

TEST_F(ClusterTest, AMasterThatDiesFailsItsOwnSlotsUntilItIsBack) {
    for (std::size_t master = 0; master < 3; ++master) ASSERT_TRUE(call(Command("SET", key_at(master), "v")));
    cluster.master(1).kill9();
    EXPECT_EQ(call(Command("GET", key_at(0)))->text(), "v");
    EXPECT_EQ(call(Command("GET", key_at(2)))->text(), "v");
    auto away = call(Command("GET", key_at(1)));
    ASSERT_FALSE(away);
    EXPECT_TRUE(away.error().retryable || away.error().code == Code::deadline_exceeded)
        << to_string(away.error());
    EXPECT_NE(client->state(), ClientState::ready);
    EXPECT_EQ(reach(*client).masters, 3u);
    EXPECT_EQ(reach(*client).away, 1u);
    std::vector<Command> commands;
    for (std::size_t master = 0; master < 3; ++master) commands.emplace_back("GET", key_at(master));
    EXPECT_FALSE(run(io, client->call_many(commands)));
    cluster.master(1).start();
    ASSERT_TRUE(test::wait_until(
        io, [&] { return call(Command("SET", key_at(1), "back")).has_value(); }, kLoaded));
    EXPECT_TRUE(run(io, client->call_many(commands)));
    EXPECT_EQ(client->state(), ClientState::ready);
    EXPECT_EQ(reach(*client).away, 0u);
}

// What the client was told first is of no more weight than the others.
TEST_F(ClusterTest, TheConfiguredMasterMayDieToo) {
    ASSERT_TRUE(run(io, call_every(*client, Command("PING"))));
    const auto key = key_at(1);
    cluster.master(0).kill9();
    cluster.move(slot_of_key(key), 2);
    EXPECT_TRUE(call(Command("SET", key, "v")));
    EXPECT_TRUE(call(Command("GET", key)));
}

TEST_F(ClusterTest, ABlockedReadIsFollowedToItsMasterAndEndedByStop) {
    Client reader(io.get_executor(), blocking_options(cluster.client_options(), "reader"),
                  test::system_clock(), test::system_random());
    reader.start();
    std::vector<Result<Reply>> results;
    auto read = [](Client& from, Command command, std::vector<Result<Reply>>& into) -> asio::awaitable<void> {
        auto reply = co_await from.call(std::move(command), blocking_deadline(50s));
        into.push_back(std::move(reply));
    };
    const auto key = key_at(2);
    asio::co_spawn(io, read(reader, Command("BLPOP", key, 50), results), asio::detached);
    ASSERT_TRUE(test::wait_until(io, [&] {
        return cluster.master(2).command(Command("INFO", "clients")).text().find("blocked_clients:1") !=
               std::string::npos;
    }));
    ASSERT_TRUE(call(Command("RPUSH", key, "v")));
    ASSERT_TRUE(test::wait_until(io, [&] { return results.size() == 1; }));
    EXPECT_EQ((*results[0])[1].text(), "v");
    asio::co_spawn(io, read(reader, Command("BLPOP", key, 50), results), asio::detached);
    ASSERT_TRUE(test::wait_until(io, [&] { return reader.counters().outstanding == 1; }));
    run(io, reader.stop());
    ASSERT_TRUE(test::wait_until(io, [&] { return results.size() == 2; }));
    EXPECT_EQ(results[1].error().reason, "stopped");
}

TEST(ClusterOfTwo, AThirdMasterIsNoticedWhenItGetsASlot) {
    asio::io_context io;
    test::RedisClusterOptions options;
    options.holders = 2;
    test::RedisCluster cluster(options);
    auto client = cluster.client(io);
    ASSERT_TRUE(run(io, client->call(Command("SET", "k", "v"))));
    EXPECT_EQ(run(io, masters(*client))->size(), 2u);
    EXPECT_EQ(new_masters(*client), 0u);
    // By an ASK before the map names it.
    cluster.begin_move(slot_of_key("k"), 2);
    EXPECT_TRUE(run(io, client->call(Command("SET", "{k}x", "w"))));
    cluster.move_keys(slot_of_key("k"), 2);
    cluster.end_move(slot_of_key("k"), 2);
    EXPECT_EQ(run(io, client->call(Command("GET", "k")))->text(), "v");
    EXPECT_EQ(new_masters(*client), 1u);
    ASSERT_TRUE(test::wait_until(io, [&] { return run(io, masters(*client))->size() == 3; }));
    run(io, client->stop());
}

}  // namespace
}  // namespace guichet::redis
