#pragma once
// Internal to common/streams: a consumer's two halves, reading (consumer_read.cpp) and working
// (consumer_work.cpp), around one Backlog.
#include <list>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include <boost/asio/steady_timer.hpp>

#include "common/streams/backlog.hpp"
#include "common/streams/consumer.hpp"

namespace guichet::streams {

class Consumer::Impl : public std::enable_shared_from_this<Impl>, public Partitions::Subscriber {
  public:
    using Milliseconds = std::chrono::milliseconds;
    using Nanoseconds = std::chrono::nanoseconds;

    Impl(asio::any_io_executor executor, redis::ClientOptions reader, redis::Client& client,
         Partitions& partitions, ConsumerOptions options, ConsumerHandlers handlers, const Clock& clock,
         Random& random);

    void start();
    static asio::awaitable<bool> stop(std::shared_ptr<Impl> self, Milliseconds drain);
    // Leaves without waiting for anything.
    void abandon();
    ConsumerCounters counters() const;
    const Status& last_error() const { return last_error_; }

    void partitions_changed() override { wake_.cancel(); }
    bool busy(int partition) const override;

  private:
    struct Partition {
        std::uint64_t fence = 0;
        // Pending entries are taken before anything new is read; the cursor remembers how far that got.
        bool taken_over = false;
        bool has_group = false;
        std::string cursor = "0-0";
    };

    // Reading.
    static asio::awaitable<void> run(std::shared_ptr<Impl> self);
    void sync_partitions();
    asio::awaitable<Result<void>> take_over();
    asio::awaitable<Result<void>> ensure_group(int partition);
    // One XAUTOCLAIM from `cursor` on; the next cursor, "0-0" at the end.
    asio::awaitable<Result<std::string>> claim_batch(int partition, std::string cursor, Milliseconds idle);
    asio::awaitable<Result<void>> claim_unknown(int partition, std::vector<std::string> ids);
    asio::awaitable<Result<void>> reclaim();
    asio::awaitable<Result<void>> read_new();
    void on_read_error(const Status& error);
    asio::awaitable<void> pause(Milliseconds time);
    std::size_t room() const;
    std::vector<int> readable() const;
    void add(Entry entry);

    // Working.
    void pump();
    static asio::awaitable<void> work(std::shared_ptr<Impl> self, Backlog::LanePtr lane);
    static asio::awaitable<void> try_again(std::shared_ptr<Impl> self, Backlog::LanePtr lane,
                                           Milliseconds delay);
    asio::awaitable<Result<void>> attempt(WorkEntry& work);
    Milliseconds backoff(int attempts, Milliseconds most);
    void finished();

    asio::any_io_executor executor_;
    std::unique_ptr<redis::Client> reader_;
    redis::Client& client_;
    Partitions& partitions_;
    ConsumerOptions options_;
    ConsumerHandlers handlers_;
    const Clock& clock_;
    Random& random_;
    ConsumerCounters counters_;
    Status last_error_;
    std::map<int, Partition> own_;
    std::set<int> reading_;  // asked for in the read under way
    Backlog backlog_;
    Nanoseconds reclaimed_at_{};
    int read_failures_ = 0;
    bool running_ = false;
    bool stopping_ = false;
    asio::steady_timer wake_;   // the reading half waits here
    asio::steady_timer ended_;  // stop() waits here
    std::list<asio::steady_timer*> delays_;
};

}  // namespace guichet::streams
