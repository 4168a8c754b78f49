// A client whose answers wait for a replica, against a master with one.
#include "common/redis/replicas.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <gtest/gtest.h>

#include "common/redis/client.hpp"
#include "tests/support/redis_server.hpp"

namespace guichet::redis {
namespace {

using namespace std::chrono_literals;
using test::run;

constexpr auto kPatience = 60s;

class ReplicasTest : public ::testing::Test {
  protected:
    ReplicasTest() {
        const auto linked = [this] {
            return replica.command(Command("INFO", "replication")).text().find("master_link_status:up") !=
                   std::string::npos;
        };
        replica.command(Command("REPLICAOF", "127.0.0.1", port));
        if (!test::wait_until(linked, kPatience)) throw std::runtime_error(replica.log());
        wait_for_replicas(*client, {1, 30s});
    }
    ~ReplicasTest() override {
        replica.thaw();
        run(io, client->stop());
    }

    Result<Reply> call(Command command) { return run(io, client->call(std::move(command), 60s), kPatience); }
    // Briefly: it is known that nobody will confirm.
    std::string reason_of(Command command) {
        wait_for_replicas(*client, {1, 100ms});
        const auto answer = call(std::move(command));
        wait_for_replicas(*client, {1, 30s});
        return answer ? "confirmed" : answer.error().reason;
    }

    const int port = test::free_port();
    asio::io_context io;
    test::RedisServer master{
        {"no", {"--port", std::to_string(port), "--repl-diskless-sync-delay", "0"}, {}, {}}};
    test::RedisServer replica{{"no", {"--repl-diskless-sync-delay", "0"}, {}, {}}};
    std::unique_ptr<Client> client = master.client(io);
};

TEST_F(ReplicasTest, WhatIsAnsweredTheReplicaHas) {
    for (int i = 0; i < 100; ++i) {
        const auto key = "k" + std::to_string(i);
        ASSERT_TRUE(call(Command("SET", key, i)));
        ASSERT_EQ(replica.command(Command("GET", key)).to_integer(), i);
    }
}

TEST_F(ReplicasTest, WithoutItsConfirmationNothingIsAnswered) {
    ASSERT_TRUE(call(Command("SET", "k", "before")));
    replica.freeze();
    EXPECT_EQ(reason_of(Command("SET", "k", "after")), "not_replicated");
    EXPECT_EQ(master.command(Command("GET", "k")).text(), "after");
    replica.thaw();
    EXPECT_TRUE(call(Command("SET", "k", "again")));
}

// As when a platform delivers again what another process stored: nothing is written, and yet it must not be
// promised.
TEST_F(ReplicasTest, WhatAnotherWroteIsWaitedForAsWell) {
    ASSERT_TRUE(call(Command("GET", "k")));
    replica.freeze();
    master.command(Command("SET", "k", "v"));
    EXPECT_EQ(reason_of(Command("GET", "k")), "not_replicated");
    replica.thaw();
    EXPECT_EQ(call(Command("GET", "k"))->text(), "v");
    EXPECT_EQ(replica.command(Command("GET", "k")).text(), "v");
}

asio::awaitable<void> count_up(Client& client, int& answered) {
    Command command("INCR", "n");
    auto reply = co_await client.call(std::move(command), 60s);
    if (reply) ++answered;
}

TEST_F(ReplicasTest, WhoComesMeanwhileSharesTheNextWait) {
    ASSERT_TRUE(call(Command("PING")));
    const auto [commands, writes] = std::pair(client->counters().commands, client->counters().writes);
    replica.freeze();
    int answered = 0;
    for (int i = 0; i < 500; ++i) {
        asio::co_spawn(io, count_up(*client, answered), asio::detached);
        // Each comes in a turn of its own.
        const auto asked = commands + static_cast<std::uint64_t>(i) + 1;
        ASSERT_TRUE(test::wait_until(
            io, [&] { return client->counters().commands == asked; }, kPatience));
    }
    EXPECT_EQ(answered, 0);
    replica.thaw();
    ASSERT_TRUE(test::wait_until(
        io, [&] { return answered == 500; }, kPatience));
    EXPECT_LE(client->counters().writes - writes, 5u);
}

TEST_F(ReplicasTest, RedisSaysHowManyItAsksFor) {
    EXPECT_EQ(run(io, replicas_asked_for(*client)).value(), 0);
    master.command(Command("CONFIG", "SET", "min-replicas-to-write", 1));
    EXPECT_EQ(run(io, replicas_asked_for(*client)).value(), 1);
    wait_for_replicas(*client, {});
    replica.freeze();
    EXPECT_TRUE(call(Command("PING")));
}

}  // namespace
}  // namespace guichet::redis
