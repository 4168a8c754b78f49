#pragma once
// Streams of messages, as handlers see them (Reader, Writer) and as a transport provides them (ByteStream).
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/awaitable.hpp>

#include "common/core/status.hpp"

namespace guichet::rpc {

namespace asio = boost::asio;

// Serialized messages of one call, in both directions. One reader and one writer at a time; io thread.
class ByteStream {
  public:
    virtual ~ByteStream() = default;
    // The next message of the client; nothing once it has sent its last; an error when the call is over.
    virtual asio::awaitable<Result<std::optional<std::string>>> read() = 0;
    // Returns when the message has a place in the transport's bounded buffer: a slow reader slows the writer.
    virtual asio::awaitable<Result<void>> write(std::string message) = 0;
    // The same where it need not wait; false: it was not written. While a write() waits it must not be
    // called.
    virtual bool try_write(const std::string& message) {
        static_cast<void>(message);
        return false;
    }
    // Ends the stream early: a read or write that waits, and every later one, returns `why`.
    virtual void close(Status why) = 0;
};

namespace detail {
Status unreadable(const std::string& type);
}

// Cheap to copy; stays valid after the call has ended (reads and writes then return an error).
template <class Message>
class Reader {
  public:
    explicit Reader(std::shared_ptr<ByteStream> stream) : stream_(std::move(stream)) {}

    asio::awaitable<Result<std::optional<Message>>> read() {
        auto bytes = co_await stream_->read();
        if (!bytes) co_return bytes.error();
        if (!*bytes) co_return std::optional<Message>();
        std::optional<Message> message(std::in_place);
        if (!message->ParseFromString(**bytes)) co_return detail::unreadable(message->GetTypeName());
        co_return message;
    }

  private:
    std::shared_ptr<ByteStream> stream_;
};

template <class Message>
class Writer {
  public:
    explicit Writer(std::shared_ptr<ByteStream> stream) : stream_(std::move(stream)) {}

    asio::awaitable<Result<void>> write(const Message& message) {
        auto bytes = message.SerializeAsString();
        co_return co_await stream_->write(std::move(bytes));
    }
    // A Message that was serialized before: for one that goes to many.
    bool try_write_serialized(const std::string& bytes) { return stream_->try_write(bytes); }
    asio::awaitable<Result<void>> write_serialized(std::string bytes) {
        co_return co_await stream_->write(std::move(bytes));
    }

  private:
    std::shared_ptr<ByteStream> stream_;
};

}  // namespace guichet::rpc
