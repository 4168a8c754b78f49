#pragma once
// Internal: one connection of the client, plain or TLS, and the alarm that ends what waits too long.
#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>

#include "common/core/status.hpp"
#include "common/http/ip_address.hpp"
#include "common/http/text.hpp"

namespace guichet::http::detail {

namespace asio = boost::asio;
using ErrorCode = boost::system::error_code;
using LinkExecutor = asio::io_context::executor_type;
using LinkTimer = asio::basic_waitable_timer<std::chrono::steady_clock,
                                             asio::wait_traits<std::chrono::steady_clock>, LinkExecutor>;

// Rings once, unless destroyed before. What it cuts changes as the request goes on.
class Alarm {
  public:
    Alarm(LinkExecutor executor, std::chrono::milliseconds limit);
    ~Alarm();
    // Called at once when the alarm has rung already.
    void cut_with(std::function<void()> cut);
    bool rung() const { return state_->rung; }

  private:
    struct State {
        explicit State(LinkExecutor executor) : timer(executor) {}
        LinkTimer timer;
        std::function<void()> cut;
        bool rung = false;
    };
    std::shared_ptr<State> state_;
};

class Link : public std::enable_shared_from_this<Link> {
  public:
    explicit Link(LinkExecutor executor) : socket_(executor) {}

    asio::awaitable<ErrorCode> connect(IpAddress ip, std::uint16_t port);
    // Verifies the certificate against `host`. The error's words name the reason.
    asio::awaitable<Status> start_tls(asio::ssl::context& context, std::string host);
    // `sent` is how many bytes surely left when it failed; for TLS, any failure counts as at least one.
    asio::awaitable<ErrorCode> write(const std::string& head, const std::string& body, std::size_t& sent);
    asio::awaitable<std::size_t> read_some(asio::mutable_buffer space, ErrorCode& ec);
    // An idle connection on which something happened: closed, or bytes that nobody asked for.
    bool stale();
    // Ends what waits with operation_aborted; the connection remains good.
    void cancel();
    void close();

  private:
    using Socket = asio::basic_stream_socket<asio::ip::tcp, LinkExecutor>;
    Socket socket_;
    std::unique_ptr<asio::ssl::stream<Socket&>> tls_;
};

}  // namespace guichet::http::detail
