#pragma once
// Internal to common/streams: a consumer's two halves, reading (consumer_read.cpp) and working
// (consumer_work.cpp), around one Backlog.
#include <list>
#include <map>
#include <memory>
#include <optional>
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
    Status last_error() const;

    void partitions_changed() override;
    bool busy(int partition) const override;

  private:
    struct Partition {
        std::uint64_t fence = 0;
        // Pending entries are taken before anything new is read; the cursor remembers how far that got.
        bool taken_over = false;
        bool has_group = false;
        std::string cursor = "0-0";
    };

    // Who reads: of one Redis one reader all partitions together, of a cluster each partition a reader of its
    // own, since a read of two slots is refused even where one master holds both.
    struct Reader {
        Reader(asio::any_io_executor executor, std::optional<int> only_partition)
            : only(only_partition), wake(executor) {}
        bool reads(int partition) const { return !only || *only == partition; }

        std::optional<int> only;
        std::unique_ptr<redis::Client> connection;
        asio::steady_timer wake;
        Nanoseconds reclaimed_at{};
        int failures = 0;
        Status last_error;
    };
    using ReaderPtr = std::shared_ptr<Reader>;

    // Reading.
    void add_reader(std::optional<int> only);
    void add_readers();
    void wake_readers();
    static asio::awaitable<void> run(std::shared_ptr<Impl> self, ReaderPtr reader);
    void sync_partitions();
    std::size_t share_of(const Reader& reader) const;
    asio::awaitable<Result<void>> take_over(ReaderPtr reader);
    asio::awaitable<Result<void>> ensure_group(int partition);
    // One XAUTOCLAIM from `cursor` on; the next cursor, "0-0" at the end.
    asio::awaitable<Result<std::string>> claim_batch(int partition, std::string cursor, Milliseconds idle);
    asio::awaitable<Result<void>> claim_unknown(int partition, std::vector<std::string> ids);
    asio::awaitable<Result<void>> reclaim(ReaderPtr reader);
    asio::awaitable<Result<void>> read_new(ReaderPtr reader);
    void on_read_error(Reader& reader, const Status& error);
    static asio::awaitable<void> pause(ReaderPtr reader, Milliseconds time);
    std::size_t room() const;
    std::vector<int> readable(const Reader& reader) const;
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
    redis::ClientOptions reader_options_;
    std::vector<ReaderPtr> readers_;
    redis::Client& client_;
    Partitions& partitions_;
    ConsumerOptions options_;
    ConsumerHandlers handlers_;
    const Clock& clock_;
    Random& random_;
    ConsumerCounters counters_;
    std::map<int, Partition> own_;
    std::set<int> reading_;  // asked for in the reads under way
    Backlog backlog_;
    std::size_t running_ = 0;  // readers
    bool started_ = false;
    bool stopping_ = false;
    asio::steady_timer ended_;  // stop() waits here
    std::list<asio::steady_timer*> delays_;
};

}  // namespace guichet::streams
