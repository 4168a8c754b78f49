#pragma once
// Works through one service's work streams: the entries of the partitions that this process holds.
//
// What it promises, and asks for:
//   - Every entry is handed to `handle` at least once, also after a crash of this process, of another, or of
//     Redis. A handler must be idempotent.
//   - Entries of one lane (by default: of one conversation) are handled in the order of the stream, one at a
//     time; lanes beside each other, at most max_in_flight at once. A failing entry holds up its lane only.
//   - THE HANDLER ACKNOWLEDGES: the function that records the outcome also does XACK and XDEL. An entry whose
//     handler returned OK without that is handed out again after `min_idle`.
//   - A failed entry is tried again after a wait that doubles. When the status is retryable (Redis away) or
//     DEADLINE_EXCEEDED that goes on for ever; any other failure counts, and so does every redelivery after a
//     crash: above `delivery_limit` the entry goes to `dead_letter`, which has to acknowledge it too.
//
// Partitions come from a LeaseKeeper (or FixedPartitions). A partition that is new here is read only after
// what is pending in it was taken over, whoever had it: with leases nobody else reads it.
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
#include "common/redis/client.hpp"
#include "common/streams/entry.hpp"
#include "common/streams/partitions.hpp"

namespace guichet::streams {

namespace asio = boost::asio;

struct ConsumerOptions {
    // Consumer group (made when missing, from the beginning of the stream) and this process's name in it.
    std::string group;
    std::string consumer;
    // Entries asked for in one read, of each partition.
    std::size_t batch = 64;
    std::chrono::milliseconds block{1000};
    // Handlers at once, and entries in memory (running, waiting for their turn or for another try).
    std::size_t max_in_flight = 128;
    std::size_t max_buffered = 2048;
    // Between a failure and the next try: doubled from min to max, the upper half being chance.
    std::chrono::milliseconds retry_min{100};
    std::chrono::milliseconds retry_max{30000};
    // The most while a failure passes by itself, so that work goes on soon after an outage.
    std::chrono::milliseconds outage_retry_max{2000};
    int delivery_limit = 8;
    // Every `reclaim_every` entries that were pending for `min_idle` without being worked on here are taken.
    std::chrono::milliseconds min_idle{60000};
    std::chrono::milliseconds reclaim_every{15000};
    // The same for a partition that is new here. 0 suits leases; without them (FixedPartitions shared by
    // several processes) use min_idle.
    std::chrono::milliseconds takeover_idle{0};
    // Stream of a partition: required.
    std::function<std::string(int partition)> stream_key;
    // Lane of an entry; by default its fields "w" and "c". Empty: a lane of its own.
    std::function<std::string(const Entry& entry)> lane;
};

struct ConsumerHandlers {
    std::function<asio::awaitable<Result<void>>(Entry entry)> handle;
    std::function<asio::awaitable<Result<void>>(Entry entry, std::string reason)> dead_letter;
    // Entries that were deleted or trimmed away before anyone had finished them: an alarm. May be empty.
    std::function<void(int partition, std::vector<std::string> ids)> lost;
};

struct ConsumerCounters {
    std::uint64_t handled = 0;
    std::uint64_t failed = 0;  // attempts
    std::uint64_t dead = 0;    // handed to dead_letter
    std::uint64_t taken_over =
        0;                   // pending entries taken from a dead consumer, or our own of an earlier life
    std::uint64_t lost = 0;  // see ConsumerHandlers::lost
    std::uint64_t read_errors = 0;  // reads that Redis did not answer well
    std::size_t buffered = 0;       // now
    std::size_t in_flight = 0;      // now
};

class Consumer {
  public:
    // `reader`: how to make the connection for blocking reads. `client`: the common one, for the rest.
    // Client, partitions, clock and random must outlive the consumer, and also handlers that outlive a
    // stop().
    Consumer(asio::any_io_executor executor, redis::ClientOptions reader, redis::Client& client,
             Partitions& partitions, ConsumerOptions options, ConsumerHandlers handlers, const Clock& clock,
             Random& random);
    ~Consumer();
    Consumer(const Consumer&) = delete;
    Consumer& operator=(const Consumer&) = delete;

    void start();
    // Reads no more, drops what waits (it stays pending in Redis), and waits for running handlers; false when
    // some were still running after `drain`. To be called before the partitions are given back.
    asio::awaitable<bool> stop(std::chrono::milliseconds drain = std::chrono::seconds(10));

    ConsumerCounters counters() const;
    // Why reading does not get on; OK when it does.
    Status last_error() const;

  private:
    class Impl;
    std::shared_ptr<Impl> impl_;
};

}  // namespace guichet::streams
