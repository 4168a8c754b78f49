#include "common/redis/client.hpp"

#include <boost/asio/detached.hpp>
#include <gtest/gtest.h>

#include "tests/support/redis_server.hpp"

namespace guichet::redis {
namespace {

using namespace std::chrono_literals;
using test::run;

class ClientTest : public ::testing::Test {
  protected:
    // What is left in the context must not outlive the client.
    ~ClientTest() override {
        if (client) run(io, client->stop());
    }

    asio::io_context io;
    test::RedisServer server;
    std::unique_ptr<Client> client = server.client(io);
};

asio::awaitable<void> increment(Client& client, std::vector<std::int64_t>& seen, std::size_t index) {
    auto reply = co_await client.call(Command("INCR", "counter"));
    seen[index] = reply ? reply->to_integer() : -1;
}

asio::awaitable<void> keep(asio::awaitable<Result<Reply>> call, std::vector<Result<Reply>>& results) {
    auto result = co_await std::move(call);
    results.push_back(std::move(result));
}

TEST_F(ClientTest, AnswersEveryTypeOfReply) {
    EXPECT_EQ(run(io, client->call(Command("SET", "k", "v")))->text(), "OK");
    EXPECT_EQ(run(io, client->call(Command("GET", "k")))->text(), "v");
    EXPECT_TRUE(run(io, client->call(Command("GET", "none")))->is_nil());
    EXPECT_EQ(run(io, client->call(Command("STRLEN", "k")))->to_integer(), 1);
    auto list = run(io, client->call(Command("RPUSH", "l", "a", "b", 3)));
    EXPECT_EQ(list->to_integer(), 3);
    auto range = run(io, client->call(Command("LRANGE", "l", 0, -1)));
    ASSERT_EQ(range->size(), 3u);
    EXPECT_EQ((*range)[2].text(), "3");
    EXPECT_EQ((*range)[2].to_integer(), 3);
    auto wrong = run(io, client->call(Command("GET", "l")));
    ASSERT_FALSE(wrong);
    EXPECT_EQ(wrong.error().code, Code::internal);
    EXPECT_EQ(wrong.error().reason, "wrongtype");
    auto unknown = run(io, client->call(Command("FCALL", "nowhere", 0)));
    EXPECT_EQ(unknown.error().reason, "function_not_found");
}

TEST_F(ClientTest, AThousandCallersShareFewWritesAndKeepTheirOrder) {
    run(io, client->call(Command("PING")));
    auto before = client->counters();
    std::vector<std::int64_t> seen(1000);
    for (std::size_t i = 0; i < seen.size(); ++i)
        asio::co_spawn(io, increment(*client, seen, i), asio::detached);
    ASSERT_TRUE(test::wait_until(io, [&] {
        return client->counters().commands - before.commands == 1000 && client->counters().outstanding == 0;
    }));
    for (std::size_t i = 0; i < seen.size(); ++i) ASSERT_EQ(seen[i], static_cast<std::int64_t>(i) + 1);
    EXPECT_LT(client->counters().writes - before.writes, 20u);
}

TEST_F(ClientTest, ManyCommandsInOneCallKeepErrorsInTheirPlaces) {
    std::vector<Command> commands;
    commands.emplace_back("SET", "k", "1");
    commands.emplace_back("LPUSH", "k", "x");
    commands.emplace_back("INCR", "k");
    auto replies = run(io, client->call_many(commands));
    ASSERT_TRUE(replies);
    ASSERT_EQ(replies->size(), 3u);
    EXPECT_TRUE((*replies)[0].is_status());
    EXPECT_TRUE((*replies)[1].is_error());
    EXPECT_EQ((*replies)[2].to_integer(), 2);
    EXPECT_TRUE(run(io, client->call_many({}))->empty());
}

TEST_F(ClientTest, LargeValuesGoThroughWhole) {
    std::string large(5'000'000, 'x');
    large[4'999'999] = 'y';
    ASSERT_TRUE(run(io, client->call(Command("SET", "large", large))));
    EXPECT_EQ(run(io, client->call(Command("GET", "large")))->text(), large);
}

TEST_F(ClientTest, ADeadlineEndsOnlyItsOwnCall) {
    run(io, client->call(Command("PING")));
    server.freeze();
    std::vector<Result<Reply>> late, patient;
    asio::co_spawn(io, keep(client->call(Command("SET", "a", "1"), 30ms), late), asio::detached);
    asio::co_spawn(io, keep(client->call(Command("GET", "a"), 15s), patient), asio::detached);
    ASSERT_TRUE(test::wait_until(io, [&] { return !late.empty(); }));
    EXPECT_EQ(late[0].error().code, Code::deadline_exceeded);
    EXPECT_TRUE(patient.empty());
    server.thaw();
    ASSERT_TRUE(test::wait_until(io, [&] { return !patient.empty(); }));
    // The late SET was done all the same and its answer did not become that of GET.
    EXPECT_EQ(patient[0]->text(), "1");
}

TEST_F(ClientTest, ALostConnectionFailsWhoWaitsAndComesBack) {
    run(io, client->call(Command("PING")));
    server.freeze();
    std::vector<Result<Reply>> waiting;
    for (int i = 0; i < 10; ++i) {
        asio::co_spawn(io, keep(client->call(Command("INCR", "n"), 15s), waiting), asio::detached);
    }
    ASSERT_TRUE(test::wait_until(io, [&] { return client->counters().outstanding == 10; }));
    server.kill9();
    ASSERT_TRUE(test::wait_until(io, [&] { return waiting.size() == 10; }));
    for (auto& result : waiting) {
        EXPECT_EQ(result.error().code, Code::unavailable);
        EXPECT_EQ(result.error().reason, "connection_lost");
        EXPECT_TRUE(result.error().retryable);
    }
    EXPECT_FALSE(client->connected());
    server.start();
    // Within the grace wait a call waits for the new connection by itself.
    EXPECT_TRUE(run(io, client->call(Command("SET", "k", "v"))));
    EXPECT_EQ(client->counters().connects, 2u);
}

TEST_F(ClientTest, WithoutAServerCallsFailAfterTheGraceWait) {
    run(io, client->stop());
    server.kill9();
    auto options = server.client_options();
    options.grace = 50ms;
    Client away(io.get_executor(), options, test::system_clock(), test::system_random());
    EXPECT_EQ(run(io, away.call(Command("PING"))).error().reason, "stopped");
    away.start();
    auto first = run(io, away.call(Command("PING")));
    EXPECT_EQ(first.error().reason, "not_connected");
    auto second = run(io, away.call(Command("PING")));
    EXPECT_EQ(second.error().reason, "not_connected");
    EXPECT_FALSE(away.last_error().ok());
    server.start();
    ASSERT_TRUE(test::wait_until(io, [&] { return away.connected(); }));
    EXPECT_TRUE(run(io, away.call(Command("PING"))));
    run(io, away.stop());
}

TEST_F(ClientTest, OutstandingCommandsAreBounded) {
    auto options = server.client_options();
    options.max_outstanding = 5;
    Client small(io.get_executor(), options, test::system_clock(), test::system_random());
    small.start();
    run(io, small.call(Command("PING")));
    server.freeze();
    std::vector<Result<Reply>> results;
    for (int i = 0; i < 6; ++i)
        asio::co_spawn(io, keep(small.call(Command("PING"), 15s), results), asio::detached);
    ASSERT_TRUE(test::wait_until(io, [&] { return !results.empty(); }));
    EXPECT_EQ(results[0].error().reason, "overloaded");
    EXPECT_EQ(small.counters().outstanding, 5u);
    server.thaw();
    ASSERT_TRUE(test::wait_until(io, [&] { return results.size() == 6; }));
    for (std::size_t i = 1; i < 6; ++i) EXPECT_TRUE(results[i]);
    run(io, small.stop());
}

TEST_F(ClientTest, AStalledConnectionIsGivenUp) {
    auto options = server.client_options();
    options.stall_timeout = 50ms;
    Client hasty(io.get_executor(), options, test::system_clock(), test::system_random());
    hasty.start();
    run(io, hasty.call(Command("PING")));
    server.freeze();
    auto result = run(io, hasty.call(Command("PING"), 15s));
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().reason, "connection_lost");
    server.thaw();
    // On a busy machine an answer takes longer than so little patience now and then.
    EXPECT_TRUE(test::wait_until(io, [&] { return run(io, hasty.call(Command("PING"))).has_value(); }));
    run(io, hasty.stop());
}

TEST_F(ClientTest, StopEndsABlockingReadAtOnce) {
    run(io, client->call(Command("PING")));
    std::vector<Result<Reply>> results;
    asio::co_spawn(io, keep(client->call(Command("BLPOP", "never", 0), 60s), results), asio::detached);
    ASSERT_TRUE(test::wait_until(io, [&] { return client->counters().outstanding == 1; }));
    run(io, client->stop());
    ASSERT_EQ(results.size(), 1u);
    EXPECT_EQ(results[0].error().reason, "stopped");
    EXPECT_EQ(client->state(), ClientState::stopped);
    EXPECT_EQ(run(io, client->call(Command("PING"))).error().reason, "stopped");
}

TEST_F(ClientTest, DestructionWithWaitingCallersLeaksNothing) {
    std::vector<Result<Reply>> results;
    asio::co_spawn(io, keep(client->call(Command("BLPOP", "never", 0), 60s), results), asio::detached);
    ASSERT_TRUE(test::wait_until(io, [&] { return client->counters().outstanding == 1; }));
    client.reset();
    io.restart();
    io.run_for(10ms);
    EXPECT_TRUE(results.empty());
}

TEST_F(ClientTest, SelectsItsDatabaseAndName) {
    auto options = server.client_options();
    options.address.database = 3;
    options.name = "guichet-test";
    Client third(io.get_executor(), options, test::system_clock(), test::system_random());
    third.start();
    run(io, third.call(Command("SET", "where", "3")));
    EXPECT_TRUE(run(io, client->call(Command("GET", "where")))->is_nil());
    EXPECT_EQ(run(io, third.call(Command("CLIENT", "GETNAME")))->text(), "guichet-test");
    run(io, third.stop());
}

}  // namespace
}  // namespace guichet::redis
