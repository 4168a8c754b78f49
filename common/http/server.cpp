#include "common/http/server.hpp"

#include <sys/stat.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "common/http/connection.hpp"

namespace guichet::http {

using detail::ErrorCode;
using detail::PlainStream;
using detail::TlsStream;
using Tcp = asio::ip::tcp;

namespace {

constexpr std::chrono::milliseconds kSweep{100};
// At certificates.
constexpr std::chrono::seconds kLook{1};
constexpr std::size_t kMaxRefusals = 64;
constexpr std::string_view kFull =
    "HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\nRetry-After: 1\r\nConnection: "
    "close\r\n"
    "Content-Length: 66\r\n\r\n"
    "{\"code\":\"unavailable\",\"message\":\"too many connections; try again\"}";

using Acceptor = asio::basic_socket_acceptor<Tcp, detail::Executor>;
using Timer = asio::basic_waitable_timer<std::chrono::steady_clock,
                                         asio::wait_traits<std::chrono::steady_clock>, detail::Executor>;

struct Listener {
    Listener(asio::io_context& io, const ListenOptions& the_options)
        : acceptor(io.get_executor()), options(the_options) {}
    Acceptor acceptor;
    const ListenOptions& options;
    // Connections hold what they need of it: it may be replaced under them.
    std::unique_ptr<asio::ssl::context> tls;
    // Of the files, when `tls` was read or refused; and at the last look.
    std::string read, seen;
};

// Another one when a file has become another.
std::string stamp_of(const ListenOptions& options) {
    std::string stamp;
    for (const auto& path : {options.tls_certificate_file, options.tls_key_file}) {
        struct stat found {};
        if (::stat(path.c_str(), &found) != 0) return {};
        for (const long long part :
             {static_cast<long long>(found.st_ino), static_cast<long long>(found.st_size),
              static_cast<long long>(found.st_mtim.tv_sec), static_cast<long long>(found.st_mtim.tv_nsec)}) {
            stamp += std::to_string(part) + " ";
        }
    }
    return stamp;
}

IpAddress to_ip(const asio::ip::address& address) {
    IpAddress out;
    if (address.is_v6()) {
        const auto bytes = address.to_v6().to_bytes();
        std::copy(bytes.begin(), bytes.end(), out.bytes.begin());
        return out;
    }
    const auto bytes = asio::ip::make_address_v6(asio::ip::v4_mapped, address.to_v4()).to_bytes();
    std::copy(bytes.begin(), bytes.end(), out.bytes.begin());
    return out;
}

Result<std::unique_ptr<asio::ssl::context>> load_tls(const ListenOptions& options) {
    auto context = std::make_unique<asio::ssl::context>(asio::ssl::context::tls_server);
    ErrorCode ec;
    context->set_options(asio::ssl::context::no_sslv2 | asio::ssl::context::no_sslv3 |
                             asio::ssl::context::no_tlsv1 | asio::ssl::context::no_tlsv1_1,
                         ec);
    context->use_certificate_chain_file(options.tls_certificate_file, ec);
    if (ec)
        return invalid("tls_certificate_file",
                       "cannot use " + options.tls_certificate_file + ": " + ec.message());
    context->use_private_key_file(options.tls_key_file, asio::ssl::context::pem, ec);
    if (ec) return invalid("tls_key_file", "cannot use " + options.tls_key_file + ": " + ec.message());
    return context;
}

// A connection that ends by an exception is a bug (or no memory), and takes only itself down.
auto report_to(std::shared_ptr<detail::ServerCore> core) {
    return [core](std::exception_ptr failure) {
        if (!failure) return;
        try {
            std::rethrow_exception(failure);
        } catch (const std::exception& e) {
            core->report(std::string("a connection broke: ") + e.what());
        }
    };
}

asio::awaitable<void> refuse_connection(std::shared_ptr<detail::ServerCore> core, PlainStream socket) {
    ++core->refusals;
    ErrorCode ec;
    co_await asio::async_write(socket, asio::buffer(kFull), asio::redirect_error(asio::use_awaitable, ec));
    // Give the answer time to be read: a close on unread bytes would reset it away.
    socket.shutdown(asio::socket_base::shutdown_send, ec);
    Timer pause(socket.get_executor(), std::chrono::milliseconds(250));
    co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, ec));
    --core->refusals;
}

}  // namespace

struct Server::Impl : std::enable_shared_from_this<Server::Impl> {
    Impl(asio::io_context& the_io, const Clock& clock, Random& random, ServerOptions options,
         std::shared_ptr<const Router> router)
        : io(the_io),
          core(std::make_shared<detail::ServerCore>(clock, random, std::move(options), std::move(router))),
          sweep_timer(the_io.get_executor()) {}

    Result<> open(const ListenOptions& options);
    void admit(PlainStream socket, Listener& listener);
    void sweep();
    void renew(Listener& listener);
    void stop_accepting();
    std::vector<std::shared_ptr<detail::ConnectionBase>> all();
    static asio::awaitable<void> accept_loop(std::shared_ptr<Impl> self, std::shared_ptr<Listener> listener);
    static asio::awaitable<bool> wait_empty(std::shared_ptr<Impl> self, std::chrono::milliseconds limit);

    asio::io_context& io;
    std::shared_ptr<detail::ServerCore> core;
    std::vector<std::shared_ptr<Listener>> listeners;
    Timer sweep_timer;
    std::chrono::nanoseconds next_look{0};
};

Result<> Server::Impl::open(const ListenOptions& options) {
    auto listener = std::make_shared<Listener>(io, options);
    if (options.tls_certificate_file.empty() != options.tls_key_file.empty()) {
        return invalid("tls_key_file", "TLS needs both a certificate and a key");
    }
    if (!options.tls_certificate_file.empty()) {
        listener->read = listener->seen = stamp_of(options);
        auto tls = load_tls(options);
        if (!tls) return tls.error();
        listener->tls = std::move(*tls);
    }
    ErrorCode ec;
    const auto address = asio::ip::make_address(options.address, ec);
    if (ec) return invalid("address", "not an IP address: " + options.address);
    const Tcp::endpoint endpoint(address, options.port);
    auto& acceptor = listener->acceptor;
    acceptor.open(endpoint.protocol(), ec);
    if (!ec) acceptor.set_option(asio::socket_base::reuse_address(true), ec);
    if (!ec && address.is_v6()) acceptor.set_option(asio::ip::v6_only(false), ec);
    if (!ec) acceptor.bind(endpoint, ec);
    if (!ec) acceptor.listen(asio::socket_base::max_listen_connections, ec);
    if (ec) {
        return unavailable("cannot listen on " + options.address + " port " + std::to_string(options.port) +
                           ": " + ec.message());
    }
    listeners.push_back(std::move(listener));
    return {};
}

asio::awaitable<void> Server::Impl::accept_loop(std::shared_ptr<Impl> self,
                                                std::shared_ptr<Listener> listener) {
    Timer pause(self->io.get_executor());
    while (listener->acceptor.is_open()) {
        ErrorCode ec;
        PlainStream socket =
            co_await listener->acceptor.async_accept(asio::redirect_error(asio::use_awaitable, ec));
        if (!ec) {
            self->admit(std::move(socket), *listener);
        } else if (ec != asio::error::operation_aborted && ec != asio::error::connection_aborted) {
            // Out of descriptors, most likely: trying again at once would only spin.
            self->core->report("accepting a connection failed: " + ec.message());
            pause.expires_after(std::chrono::milliseconds(100));
            co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, ec));
        }
    }
}

void Server::Impl::admit(PlainStream socket, Listener& listener) {
    ErrorCode ec;
    const auto peer = socket.remote_endpoint(ec);
    if (ec || core->stopping) return;
    socket.set_option(Tcp::no_delay(true), ec);
    socket.non_blocking(true, ec);
    if (core->connections.size() >= core->options.max_connections) {
        if (!listener.tls && core->refusals < kMaxRefusals) {
            asio::co_spawn(io, refuse_connection(core, std::move(socket)), asio::detached);
        }
        return;
    }
    if (listener.tls) {
        auto connection = std::make_shared<detail::Connection<TlsStream>>(
            core, TlsStream(std::move(socket), *listener.tls), io.get_executor(), to_ip(peer.address()));
        asio::co_spawn(io, detail::Connection<TlsStream>::run(std::move(connection)), report_to(core));
    } else {
        auto connection = std::make_shared<detail::Connection<PlainStream>>(
            core, std::move(socket), io.get_executor(), to_ip(peer.address()));
        asio::co_spawn(io, detail::Connection<PlainStream>::run(std::move(connection)), report_to(core));
    }
}

void Server::Impl::sweep() {
    sweep_timer.expires_after(kSweep);
    sweep_timer.async_wait([weak = weak_from_this()](ErrorCode ec) {
        const auto self = weak.lock();
        if (ec || !self) return;
        const auto now = self->core->clock.steady();
        // A check never ends a connection on the spot: what it cancels completes later.
        for (detail::ConnectionBase* connection : self->core->connections) connection->check_deadline(now);
        if (now >= self->next_look) {
            self->next_look = now + kLook;
            for (const auto& listener : self->listeners) self->renew(*listener);
        }
        self->sweep();
    });
}

// Certificate and key are two files, written one after the other: they are read once both have rested for a
// look.
void Server::Impl::renew(Listener& listener) {
    if (!listener.tls) return;
    const auto stamp = stamp_of(listener.options);
    const bool rests = !stamp.empty() && stamp == listener.seen;
    listener.seen = stamp;
    if (!rests || stamp == listener.read) return;
    listener.read = stamp;
    auto fresh = load_tls(listener.options);
    if (fresh) {
        listener.tls = std::move(*fresh);
    } else {
        core->report("the new TLS certificate is not used, the old one stays: " + fresh.error().message);
    }
}

void Server::Impl::stop_accepting() {
    core->stopping = true;
    ErrorCode ignored;
    for (const auto& listener : listeners) listener->acceptor.close(ignored);
}

std::vector<std::shared_ptr<detail::ConnectionBase>> Server::Impl::all() {
    std::vector<std::shared_ptr<detail::ConnectionBase>> out;
    for (detail::ConnectionBase* connection : core->connections) out.push_back(connection->share());
    return out;
}

asio::awaitable<bool> Server::Impl::wait_empty(std::shared_ptr<Impl> self, std::chrono::milliseconds limit) {
    const auto end = std::chrono::nanoseconds(limit) + self->core->clock.steady();
    Timer pause(self->io.get_executor());
    while (!self->core->connections.empty() && self->core->clock.steady() < end) {
        ErrorCode ec;
        pause.expires_after(std::chrono::milliseconds(5));
        co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, ec));
    }
    co_return self->core->connections.empty();
}

Server::Server(asio::io_context& io, const Clock& clock, Random& random, ServerOptions options,
               std::shared_ptr<const Router> router)
    : impl_(std::make_shared<Impl>(io, clock, random, std::move(options), std::move(router))) {}

Server::~Server() {
    impl_->stop_accepting();
    impl_->sweep_timer.cancel();
    for (const auto& connection : impl_->all()) connection->cut();
}

Result<> Server::start() {
    for (const ListenOptions& options : impl_->core->options.listeners) {
        auto opened = impl_->open(options);
        if (!opened) {
            impl_->listeners.clear();
            return opened;
        }
    }
    for (const auto& listener : impl_->listeners) {
        asio::co_spawn(impl_->io, Impl::accept_loop(impl_, listener), asio::detached);
    }
    impl_->sweep();
    return {};
}

std::uint16_t Server::port(std::size_t index) const {
    ErrorCode ec;
    return impl_->listeners.at(index)->acceptor.local_endpoint(ec).port();
}

std::size_t Server::connections() const {
    return impl_->core->connections.size();
}

asio::awaitable<bool> Server::stop(std::chrono::milliseconds deadline) {
    const auto impl = impl_;
    impl->stop_accepting();
    for (const auto& connection : impl->all()) connection->begin_stop();
    const bool clean = co_await Impl::wait_empty(impl, deadline);
    if (!clean) {
        for (const auto& connection : impl->all()) connection->cut();
        // A handler that still runs cannot be ended from here; it holds its connection until it returns.
        co_await Impl::wait_empty(impl, std::chrono::milliseconds(500));
    }
    impl->sweep_timer.cancel();
    co_return clean;
}

}  // namespace guichet::http
