#pragma once
// Consumers of work on a real Redis, each as in a process of its own, whose handlers do what the test says.
#include <algorithm>
#include <map>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <gtest/gtest.h>

#include "common/streams/consumer.hpp"
#include "tests/support/redis_server.hpp"

namespace guichet::streams {

using namespace std::chrono_literals;
using redis::Command;
using test::run;
using test::wait_until;

inline std::string key_of(int partition) {
    return "{p" + std::to_string(partition) + "}:work:test";
}

// What the outcome functions of common/store do with an entry.
inline asio::awaitable<Result<void>> acknowledge(redis::Client& client, const Entry& entry) {
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

inline std::vector<std::string> numbers(int first, int last, int step = 1) {
    std::vector<std::string> out;
    for (int n = first; n <= last; n += step) out.push_back(std::to_string(n));
    return out;
}

}  // namespace guichet::streams
