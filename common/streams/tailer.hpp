#pragma once
// Follows an append log (`events`) in all its partitions and hands on what is added, in order within a
// partition. Nothing is acknowledged: whoever needs to go on where he was keeps the id of the last entry he
// is done with and starts from there. A log must be trimmed to an id that every reader has passed, keeping
// that entry (XTRIM MINID <id>): a reader whose last entry is older than the first one left is told of a gap.
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
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

namespace guichet::streams {

namespace asio = boost::asio;

struct TailerOptions {
    // Name of the connection.
    std::string name = "guichet-tailer";
    // Entries of one partition in one batch.
    std::size_t batch = 500;
    std::chrono::milliseconds block{1000};
    // After a read that found something, before the next: a read of all partitions costs more than a few
    // entries do, and what comes meanwhile comes together.
    std::chrono::milliseconds rest{0};
    // Between a failed delivery or read and the next try: doubled from min to max.
    std::chrono::milliseconds retry_min{50};
    std::chrono::milliseconds retry_max{5000};
    // Stream of a partition: required.
    std::function<std::string(int partition)> stream_key;
};

// What is missing between where the reader was and where it goes on.
struct Gap {
    int partition = 0;
    EntryId wanted;  // the last entry that the reader has seen
    EntryId first;   // the first entry there is now; wanted again when the log is empty
    // The log is shorter than what the reader has seen: it was restored or lost its end. It goes on from the
    // beginning of what there is.
    bool went_back = false;
};

struct TailerHandlers {
    // Called for one batch at a time, never empty. After an error the same batch comes again; the position is
    // past the batch once it succeeded.
    std::function<asio::awaitable<Result<void>>(int partition, std::vector<Entry> entries)> deliver;
    // Called before the entries behind the gap are delivered. May be empty.
    std::function<asio::awaitable<void>(Gap gap)> gap;
};

class Tailer {
  public:
    // Where to start: the id of the last entry seen; "0-0" from the beginning, "$" with what is added from
    // now.
    using Positions = std::map<int, std::string>;

    Tailer(asio::any_io_executor executor, redis::ClientOptions reader, redis::Client& client,
           TailerOptions options, TailerHandlers handlers, const Clock& clock, Random& random);
    ~Tailer();
    Tailer(const Tailer&) = delete;
    Tailer& operator=(const Tailer&) = delete;

    // Follows exactly the partitions of `from`.
    void start(Positions from);
    // Ends once the delivery under way (if any) has returned.
    asio::awaitable<void> stop();

    // The last entry delivered of each partition; of a partition started with "$" once that id is known.
    Positions positions() const;
    // True when the last read found nothing to deliver: it has caught up.
    bool caught_up() const;
    // Why it does not get on; OK when it does.
    Status last_error() const;

  private:
    class Impl;
    std::shared_ptr<Impl> impl_;
};

}  // namespace guichet::streams
