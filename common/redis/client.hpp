#pragma once
// One connection to Redis that pipelines the commands of all its callers: what is asked while a write is in
// flight leaves in the next write, and replies go back in order. It connects by itself, again and again.
//
//     redis::Client client(io.get_executor(), {.address = address}, clock, random);
//     client.start();
//     Result<Reply> reply = co_await client.call(Command("GET", key));
//     ...
//     co_await client.stop();
//
// Everything runs on the executor's one thread; callers are resumed from within the client's read handler.
// A call is not cancellable; its deadline bounds it.
//
// Errors of call and call_many:
//   UNAVAILABLE "not_connected"      no connection within the grace wait; the command was not sent
//   UNAVAILABLE "connection_lost"    sent or about to be; the outcome is unknown
//   UNAVAILABLE "overloaded"         too many commands outstanding; not sent
//   UNAVAILABLE "stopped"            the client was stopped; the outcome is unknown
//   DEADLINE_EXCEEDED                no answer in time; the outcome is unknown
//   what to_status(Reply) tells      Redis answered with an error (call only)
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "common/core/clock.hpp"
#include "common/core/random.hpp"
#include "common/core/status.hpp"
#include "common/redis/command.hpp"
#include "common/redis/reply.hpp"
#include "common/redis/url.hpp"

namespace guichet::redis {

namespace asio = boost::asio;

enum class ClientState : std::uint8_t { stopped, connecting, ready };
const char* to_string(ClientState state);

struct ClientOptions {
    Address address;
    // CLIENT SETNAME; empty: none. No spaces.
    std::string name;
    // Commands sent or waiting to be sent, and their bytes.
    std::size_t max_outstanding = 16384;
    std::size_t max_outstanding_bytes = std::size_t{64} << 20;
    std::size_t max_reply_bytes = std::size_t{64} << 20;
    // For resolving, connecting, TLS and AUTH, each.
    std::chrono::milliseconds connect_timeout{5000};
    // How long after the loss of a connection calls still wait for the next one before they fail at once.
    std::chrono::milliseconds grace{1000};
    // Between attempts to connect: doubled from min to max, the upper half of each wait being chance.
    std::chrono::milliseconds backoff_min{50};
    std::chrono::milliseconds backoff_max{2000};
    // A connection whose oldest command is unanswered for so long is given up; 0: never.
    std::chrono::milliseconds stall_timeout{15000};
    // Called at each change: `why` is OK or what went wrong. For logs; must not use the client.
    std::function<void(ClientState state, const Status& why)> on_state;
};

struct ClientCounters {
    std::uint64_t commands = 0;  // accepted so far
    std::uint64_t failed = 0;    // calls that ended without an answer from Redis
    std::uint64_t connects = 0;  // connections made so far
    std::uint64_t bytes_out = 0;
    std::uint64_t bytes_in = 0;
    std::uint64_t writes = 0;     // writes started: commands / writes is the coalescing
    std::size_t outstanding = 0;  // now
};

class Client {
  public:
    using Milliseconds = std::chrono::milliseconds;
    static constexpr Milliseconds kDefaultDeadline{5000};

    Client(asio::any_io_executor executor, ClientOptions options, const Clock& clock, Random& random);
    // Without stop() before: the connection is closed and waiting callers are destroyed where they wait.
    ~Client();
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    void start();
    // Waiting callers end with UNAVAILABLE "stopped". Final.
    asio::awaitable<void> stop();

    // An error reply of Redis becomes a Status.
    asio::awaitable<Result<Reply>> call(Command command, Milliseconds deadline = kDefaultDeadline);
    // All in one write, though not one transaction: others' commands may run in between only if Redis is used
    // by others. Fails as a whole only if the connection does; error replies stay in their places.
    asio::awaitable<Result<std::vector<Reply>>> call_many(std::vector<Command> commands,
                                                          Milliseconds deadline = kDefaultDeadline);

    ClientState state() const;
    bool connected() const { return state() == ClientState::ready; }
    // Why there is no connection; OK while there is one.
    Status last_error() const;
    ClientCounters counters() const;
    const Address& address() const;

  private:
    class Impl;
    std::shared_ptr<Impl> impl_;
};

}  // namespace guichet::redis
