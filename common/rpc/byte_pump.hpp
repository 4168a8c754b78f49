#pragma once
// Between a gRPC streaming reactor (gRPC's threads) and coroutines (io thread): bounded queues both ways, so
// that a message does not cost a change of thread each time. Common to the server's and the client's side.
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include <boost/asio/io_context.hpp>
#include <grpcpp/support/byte_buffer.h>

#include "common/rpc/pipe.hpp"
#include "common/rpc/stream.hpp"
#include "common/rpc/wakeup.hpp"

namespace guichet::rpc {

class BytePump : public std::enable_shared_from_this<BytePump> {
  public:
    // A server must not read once it ends the call; a client reads on, and drops, until the call is over.
    enum class Side { server, client };

    BytePump(asio::io_context& io, Side side, StreamLimits limits = {});
    virtual ~BytePump() = default;

    // io thread.
    asio::awaitable<Result<std::optional<std::string>>> pump_read();
    asio::awaitable<Result<void>> pump_write(std::string message);
    // Queues beyond the limits: for a first message.
    void pump_push(const std::string& message);
    // After the queued messages: on_drained().
    void pump_end();
    // Waiting and later reads and writes return `why`; received messages are dropped unless `keep_received`.
    // True when a message is being written still.
    bool pump_close(Status why, bool keep_received);
    // The peer has sent its last message: reads end with nothing.
    void pump_end_of_reads();
    // The call is over: later writes fail, and what is queued will not be written; then on_drained(). Any
    // thread.
    void pump_break();

  protected:
    // Starts the first read. The reactor must be able to start operations.
    void pump_start();
    // Reactions; any thread. on_read(false) only stops reading: who knows why says it by end_of_reads or
    // close.
    void pump_on_read(bool ok);
    void pump_on_write(bool ok);

    virtual void start_read(grpc::ByteBuffer* into) = 0;
    virtual void start_write(const grpc::ByteBuffer* from, bool more_follows) = 0;
    // Once, after pump_end() or pump_break(), when nothing is written any more. Any thread.
    virtual void on_drained() = 0;

    asio::io_context& io_;

  private:
    void wake(Wakeup& who);
    // Under the lock; true: the caller starts the write after unlocking.
    bool next_write();
    bool next_read();
    bool drained();

    const Side side_;
    const StreamLimits limits_;
    std::mutex mutex_;
    std::deque<std::string> received_;
    std::size_t received_bytes_ = 0;
    std::deque<grpc::ByteBuffer> outgoing_;
    std::size_t outgoing_bytes_ = 0;
    grpc::ByteBuffer read_buffer_;
    grpc::ByteBuffer write_buffer_;
    bool reading_ = false;
    bool writing_ = false;
    bool more_ = false;
    bool broken_ = false;
    bool read_ended_ = false;
    bool end_of_reads_ = false;
    bool ending_ = false;
    bool drained_ = false;
    bool reader_waits_ = false;
    bool writer_waits_ = false;
    std::optional<Status> closed_;
    Wakeup readable_;
    Wakeup writable_;
};

}  // namespace guichet::rpc
