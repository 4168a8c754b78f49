#pragma once
// A connected byte stream to Redis: TCP, unix socket or TLS. Internal to common/redis.
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>

#include "common/core/status.hpp"
#include "common/redis/url.hpp"

namespace guichet::redis {

namespace asio = boost::asio;

class Transport {
  public:
    using Socket = asio::generic::stream_protocol::socket;
    using TlsStream = asio::ssl::stream<Socket>;

    explicit Transport(Socket socket) : socket_(std::move(socket)) {}
    Transport(Socket socket, std::unique_ptr<asio::ssl::context> context)
        : context_(std::move(context)), tls_(std::in_place, std::move(socket), *context_) {}

    template <class Handler>
    void read_some(asio::mutable_buffer buffer, Handler handler) {
        if (tls_) {
            tls_->async_read_some(buffer, std::move(handler));
        } else {
            socket_->async_read_some(buffer, std::move(handler));
        }
    }
    template <class Handler>
    void write_some(asio::const_buffer buffer, Handler handler) {
        if (tls_) {
            tls_->async_write_some(buffer, std::move(handler));
        } else {
            socket_->async_write_some(buffer, std::move(handler));
        }
    }
    Socket* socket() { return socket_ ? &*socket_ : nullptr; }
    TlsStream* tls() { return tls_ ? &*tls_ : nullptr; }
    // What was started ends with operation_aborted. A TLS farewell is not said: nothing depends on it.
    void close();

  private:
    std::optional<Socket> socket_;
    std::unique_ptr<asio::ssl::context> context_;
    std::optional<TlsStream> tls_;
};

// What is going on inside connect() or handshake(), so that it can be ended early.
struct Attempt {
    std::function<void()> abort;  // empty: nothing to end
};

// Resolves, connects and (TLS) verifies the server's certificate and host name. UNAVAILABLE on any failure.
asio::awaitable<Result<std::shared_ptr<Transport>>> connect(asio::any_io_executor executor, Address address,
                                                            std::chrono::milliseconds deadline,
                                                            Attempt& attempt);

struct Greeted {
    // The server is a node of a Redis Cluster. One that does not let itself be asked is taken for none.
    bool cluster = false;
};

// AUTH, SELECT, CLIENT SETNAME, PING and INFO cluster, as `address` and `name` ask; fails with the server's
// words (a server that is loading its data fails too).
asio::awaitable<Result<Greeted>> handshake(asio::any_io_executor executor,
                                           std::shared_ptr<Transport> transport, Address address,
                                           std::string name, std::chrono::milliseconds deadline,
                                           Attempt& attempt);

}  // namespace guichet::redis
