#pragma once
// A private redis-server: started, watched, restarted when it dies, stopped without loss.
//
//     redis::EmbeddedServer server(io.get_executor(), {.data_dir = "/var/lib/guichet/redis"}, clock, random);
//     Result<void> started = co_await server.start(std::chrono::seconds(60));
//     redis::Client client(..., {.address = server.address()}, ...);
//     ...
//     co_await client.stop();  co_await server.stop();
//
// It listens on a unix socket only, open to this user alone. Data is kept in an append-only file, fsynced at
// every write unless configured otherwise. The directory is locked (data_lock.hpp); the server gets SIGTERM
// when this process dies, and one that lives on all the same is ended by the next start.
//
// start() must run on the main thread, and the executor's thread be that thread: the kernel ties the
// parent-death signal to the thread that forks.
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <sys/types.h>
#include <utility>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "common/core/clock.hpp"
#include "common/core/random.hpp"
#include "common/core/status.hpp"
#include "common/redis/url.hpp"

namespace guichet::redis {

namespace asio = boost::asio;

//   starting: launched, not listening yet      loading: reads its file
//   down: ended unexpectedly, to be started again after a wait
enum class EmbeddedState : std::uint8_t { stopped, starting, loading, ready, down };
const char* to_string(EmbeddedState state);

// A conversation is a hash of some forty short fields, the preview of its last message the longest. Kept in
// one piece by these two settings it takes 0.7 KB, as a table 1.7 KB.
inline constexpr std::pair<const char*, const char*> kCompactHashes[] = {{"hash-max-listpack-entries", "128"},
                                                                         {"hash-max-listpack-value", "1024"}};

struct EmbeddedOptions {
    // Holds the append-only files, `redis.log`, `redis.conf` (written at each start) and `lock`. Made if
    // missing.
    std::filesystem::path data_dir;
    // A path, or a name looked up in PATH.
    std::string binary = "redis-server";
    // "always": every acknowledged write survives a power cut; "everysec": up to a second may be lost then.
    std::string appendfsync = "always";
    // Above it Redis refuses writes that need memory; nothing is ever evicted.
    std::uint64_t max_memory_bytes = std::uint64_t{2} << 30;
    // Where the socket goes when `<data_dir>/redis.sock` is too long for a socket's name (107 bytes).
    std::filesystem::path runtime_dir = "/tmp";
    // How long an older server of the same directory gets to end, and ours at stop(), before it is killed.
    std::chrono::milliseconds orphan_patience{20000};
    std::chrono::milliseconds stop_patience{20000};
    // Between restarts: doubled from min to max, the upper half of each wait being chance.
    std::chrono::milliseconds backoff_min{100};
    std::chrono::milliseconds backoff_max{5000};
    // Called at each change; `why` tells what happened, with the last lines of the server's log when it died.
    std::function<void(EmbeddedState state, const std::string& why)> on_state;
};

class EmbeddedServer {
  public:
    EmbeddedServer(asio::any_io_executor executor, EmbeddedOptions options, const Clock& clock,
                   Random& random);
    // Without stop() before: the server is killed (acknowledged writes are safe all the same).
    ~EmbeddedServer();
    EmbeddedServer(const EmbeddedServer&) = delete;
    EmbeddedServer& operator=(const EmbeddedServer&) = delete;

    // Returns when the server answers PING.
    //   FAILED_PRECONDITION "data_in_use": another live process uses the directory; the message names it
    //   INTERNAL: the server cannot be run, or ended before it was ready; with its last words
    //   DEADLINE_EXCEEDED: not ready in time, e.g. still loading; it goes on, state() tells
    asio::awaitable<Result<void>> start(std::chrono::milliseconds deadline);
    // SIGTERM (Redis writes and syncs what is left), after stop_patience SIGKILL. Releases the directory.
    asio::awaitable<void> stop();

    EmbeddedState state() const;
    // What is wrong, in words; empty while ready.
    std::string why() const;
    // Of the server; -1 when there is none.
    pid_t pid() const;
    // Times it was started again after it had died.
    int restarts() const;
    // Of the unix socket; known from construction on.
    Address address() const;

  private:
    class Impl;
    std::shared_ptr<Impl> impl_;
};

}  // namespace guichet::redis
