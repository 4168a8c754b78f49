#pragma once
// A private redis-server for a test: unix socket in a temporary directory, killed with the test.
//
//     RedisServer server;                       // started, answers PING
//     auto client = server.client(io);          // started redis::Client
//     EXPECT_TRUE(run(io, client->call(redis::Command("SET", "k", "v"))));
//     server.kill9(); server.start();
#include <memory>
#include <string>
#include <sys/types.h>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "common/redis/client.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/support/wait.hpp"

namespace guichet::test {

struct RedisServerOptions {
    // "no": nothing is kept; "always" and "everysec": append-only file with this fsync.
    std::string appendfsync = "no";
    // Further arguments, e.g. {"--maxmemory", "50mb", "--maxmemory-policy", "noeviction"}.
    std::vector<std::string> arguments;
    // When given, the sign-in that start() uses to see whether the server answers.
    std::string user;
    std::string password;
};

class RedisServer {
  public:
    explicit RedisServer(RedisServerOptions options = {});
    ~RedisServer();
    RedisServer(const RedisServer&) = delete;
    RedisServer& operator=(const RedisServer&) = delete;

    // Returns when the server answers PING; throws with the end of its log when it does not.
    void start();
    // SIGKILL, and waits for the end.
    void kill9();
    // SIGTERM, and waits for the end.
    void terminate();
    void restart() {
        kill9();
        start();
    }
    // SIGSTOP and SIGCONT: a server that hangs.
    void freeze();
    void thaw();

    bool running() const { return pid_ > 0; }
    pid_t pid() const { return pid_; }
    std::string socket_path() const { return dir_ / "redis.sock"; }
    std::string log() const;
    const TempDir& dir() const { return dir_; }
    // "unix:///tmp/.../redis.sock"
    std::string url() const;
    redis::Address address() const;
    // Options for a client of this server with short waits.
    redis::ClientOptions client_options() const;
    // A started client. It must be destroyed before `io`.
    std::unique_ptr<redis::Client> client(boost::asio::io_context& io) const;
    // One command on a connection of its own, without an io_context; throws on failure.
    redis::Reply command(const redis::Command& command) const;

  private:
    std::vector<std::string> command_line() const;
    void end(int signal);

    TempDir dir_;
    RedisServerOptions options_;
    pid_t pid_ = -1;
};

// A port that was free a moment ago on 127.0.0.1, for servers that cannot choose one themselves.
int free_port();

}  // namespace guichet::test
