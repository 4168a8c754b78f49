#pragma once
// A bounded queue of messages between two coroutines of the io thread: one writes, one reads.
#include <deque>
#include <optional>
#include <string>

#include "common/rpc/caller.hpp"
#include "common/rpc/stream.hpp"
#include "common/rpc/wakeup.hpp"

namespace guichet::rpc {

// How much a stream holds for a slow reader. A message larger than `bytes` passes when the queue is empty.
struct StreamLimits {
    std::size_t messages = 64;
    std::size_t bytes = 1024 * 1024;
};

class Pipe {
  public:
    explicit Pipe(const asio::any_io_executor& executor, StreamLimits limits = {});
    // Nothing after end(); an error after close(), what is queued first.
    asio::awaitable<Result<std::optional<std::string>>> read();
    // An error when the reading side is gone.
    asio::awaitable<Result<void>> write(std::string message);
    // False, and nothing is written, where write() would wait or fail.
    bool try_write(const std::string& message);
    // See ReadStream::take_with.
    void take_with(Take take) { take_ = std::move(take); }
    // Queues beyond the limits: for a first message.
    void push(std::string message);
    // The writer is done.
    void end();
    // Either side gives up; what is queued can still be read unless `drop`.
    void close(Status why, bool drop);

  private:
    bool full() const;
    bool taken(const std::string& message) { return queue_.empty() && take_ && take_(message); }

    const StreamLimits limits_;
    std::deque<std::string> queue_;
    std::size_t bytes_ = 0;
    bool ended_ = false;
    std::optional<Status> closed_;
    Take take_;
    Wakeup readable_;
    Wakeup writable_;
};

}  // namespace guichet::rpc
