#include "common/redis/transport.hpp"

#include <array>
#include <string>
#include <vector>

#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "common/redis/command.hpp"
#include "common/redis/reply.hpp"

namespace guichet::redis {
namespace {

using boost::system::error_code;
using Milliseconds = std::chrono::milliseconds;
using TransportResult = Result<std::shared_ptr<Transport>>;

Status connect_failed(const Address& address, const std::string& why) {
    auto status = unavailable("cannot connect to " + address.redacted() + ": " + why);
    status.reason = "not_connected";
    return status;
}

// Runs `on_late` at the deadline or when the attempt is aborted, unless destroyed before.
class Watchdog {
  public:
    Watchdog(asio::any_io_executor executor, Milliseconds deadline, Attempt& attempt,
             std::function<void()> on_late)
        : timer_(executor), attempt_(attempt), armed_(std::make_shared<bool>(true)) {
        attempt_.abort = on_late;
        timer_.expires_after(deadline);
        // A handler that is already due runs even after the timer's destruction.
        timer_.async_wait([armed = armed_, on_late = std::move(on_late)](error_code error) {
            if (!error && *armed) on_late();
        });
    }
    ~Watchdog() {
        *armed_ = false;
        attempt_.abort = nullptr;
    }
    Watchdog(const Watchdog&) = delete;
    Watchdog& operator=(const Watchdog&) = delete;

  private:
    asio::steady_timer timer_;
    Attempt& attempt_;
    std::shared_ptr<bool> armed_;
};

asio::awaitable<TransportResult> connect_unix(asio::any_io_executor executor, Address address,
                                              Milliseconds limit, Attempt& attempt) {
    error_code error;
    asio::local::stream_protocol::socket socket(executor);
    Watchdog watchdog(executor, limit, attempt, [&socket] { socket.close(); });
    asio::local::stream_protocol::endpoint endpoint;
    if (address.path.size() > 107) co_return connect_failed(address, "the path is longer than 107 bytes");
    endpoint.path(address.path);
    co_await socket.async_connect(endpoint, asio::redirect_error(asio::use_awaitable, error));
    if (error) co_return connect_failed(address, error.message());
    co_return std::make_shared<Transport>(Transport::Socket(std::move(socket)));
}

asio::awaitable<Result<asio::ip::tcp::socket>> connect_tcp(asio::any_io_executor executor, Address address,
                                                           Milliseconds limit, Attempt& attempt) {
    error_code error;
    asio::ip::tcp::resolver resolver(executor);
    asio::ip::tcp::socket socket(executor);
    Watchdog watchdog(executor, limit, attempt, [&] {
        resolver.cancel();
        socket.close();
    });
    auto endpoints = co_await resolver.async_resolve(address.host, std::to_string(address.port),
                                                     asio::redirect_error(asio::use_awaitable, error));
    if (error) co_return connect_failed(address, error.message());
    co_await asio::async_connect(socket, endpoints, asio::redirect_error(asio::use_awaitable, error));
    if (error) co_return connect_failed(address, error.message());
    socket.set_option(asio::ip::tcp::no_delay(true), error);
    socket.set_option(asio::socket_base::keep_alive(true), error);
    co_return std::move(socket);
}

Result<std::unique_ptr<asio::ssl::context>> make_context(const Address& address) {
    auto context = std::make_unique<asio::ssl::context>(asio::ssl::context::tls_client);
    error_code error;
    if (address.ca_file.empty()) {
        context->set_default_verify_paths(error);
    } else {
        context->load_verify_file(address.ca_file, error);
    }
    if (error) return connect_failed(address, "certificate authorities: " + error.message());
    context->set_verify_mode(asio::ssl::verify_peer, error);
    context->set_verify_callback(asio::ssl::host_name_verification(address.host), error);
    SSL_CTX_set_min_proto_version(context->native_handle(), TLS1_2_VERSION);
    if (error) return connect_failed(address, error.message());
    return context;
}

asio::awaitable<TransportResult> start_tls(asio::any_io_executor executor, asio::ip::tcp::socket socket,
                                           Address address, Milliseconds limit, Attempt& attempt) {
    auto context = make_context(address);
    if (!context) co_return context.error();
    auto transport = std::make_shared<Transport>(Transport::Socket(std::move(socket)), std::move(*context));
    SSL_set_tlsext_host_name(transport->tls()->native_handle(), address.host.c_str());
    Watchdog watchdog(executor, limit, attempt, [transport] { transport->close(); });
    error_code error;
    co_await transport->tls()->async_handshake(asio::ssl::stream_base::client,
                                               asio::redirect_error(asio::use_awaitable, error));
    if (error) co_return connect_failed(address, error.message());
    co_return transport;
}

std::vector<Command> greeting(const Address& address, const std::string& name) {
    std::vector<Command> commands;
    if (!address.password.empty()) {
        Command& auth = commands.emplace_back("AUTH");
        if (!address.user.empty()) auth.add(address.user);
        auth.add(address.password);
    }
    if (address.database != 0) commands.emplace_back("SELECT", address.database);
    if (!name.empty()) commands.emplace_back("CLIENT", "SETNAME", name);
    commands.emplace_back("PING");
    commands.emplace_back("INFO", "cluster");
    return commands;
}

}  // namespace

void Transport::close() {
    error_code ignored;
    if (tls_) tls_->next_layer().close(ignored);
    if (socket_) socket_->close(ignored);
}

asio::awaitable<TransportResult> connect(asio::any_io_executor executor, Address address, Milliseconds limit,
                                         Attempt& attempt) {
    if (address.kind == Address::Kind::unix_socket) {
        co_return co_await connect_unix(executor, std::move(address), limit, attempt);
    }
    auto socket = co_await connect_tcp(executor, address, limit, attempt);
    if (!socket) co_return socket.error();
    if (address.kind == Address::Kind::tls) {
        co_return co_await start_tls(executor, std::move(*socket), std::move(address), limit, attempt);
    }
    co_return std::make_shared<Transport>(Transport::Socket(std::move(*socket)));
}

asio::awaitable<Result<Greeted>> handshake(asio::any_io_executor executor,
                                           std::shared_ptr<Transport> transport, Address address,
                                           std::string name, Milliseconds limit, Attempt& attempt) {
    auto commands = greeting(address, name);
    std::string output;
    for (const Command& command : commands) command.append_to(output);
    Watchdog watchdog(executor, limit, attempt, [transport] { transport->close(); });
    std::array<char, 4096> buffer;
    ReplyReader reader(std::size_t{1} << 20);
    error_code error;
    auto token = asio::redirect_error(asio::use_awaitable, error);
    for (std::size_t sent = 0; sent < output.size();) {
        auto rest = asio::buffer(output) + sent;
        if (transport->tls()) {
            sent += co_await transport->tls()->async_write_some(rest, token);
        } else {
            sent += co_await transport->socket()->async_write_some(rest, token);
        }
        if (error) co_return connect_failed(address, error.message());
    }
    for (std::size_t answered = 0;;) {
        Reply reply;
        auto outcome = reader.next(reply);
        if (outcome == ReplyReader::Outcome::error) co_return connect_failed(address, reader.error());
        if (outcome == ReplyReader::Outcome::reply) {
            // INFO, the last, may be denied to this user.
            if (++answered == commands.size()) {
                co_return Greeted{reply.text().find("cluster_enabled:1") != std::string::npos};
            }
            if (reply.is_error()) {
                auto refused = connect_failed(address, reply.text());
                refused.reason = to_status(reply).reason;
                co_return refused;
            }
            continue;
        }
        std::size_t got = 0;
        if (transport->tls()) {
            got = co_await transport->tls()->async_read_some(asio::buffer(buffer), token);
        } else {
            got = co_await transport->socket()->async_read_some(asio::buffer(buffer), token);
        }
        if (error) co_return connect_failed(address, error.message());
        reader.feed({buffer.data(), got});
    }
}

}  // namespace guichet::redis
