#include "common/http/client_link.hpp"

#include <array>
#include <sys/socket.h>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

namespace guichet::http::detail {

Alarm::Alarm(LinkExecutor executor, std::chrono::milliseconds limit)
    : state_(std::make_shared<State>(executor)) {
    state_->timer.expires_after(limit);
    state_->timer.async_wait([weak = std::weak_ptr<State>(state_)](ErrorCode ec) {
        const auto state = weak.lock();
        if (ec || !state) return;
        state->rung = true;
        if (state->cut) state->cut();
    });
}

Alarm::~Alarm() {
    state_->cut = nullptr;
    state_->timer.cancel();
}

void Alarm::cut_with(std::function<void()> cut) {
    state_->cut = std::move(cut);
    if (state_->rung && state_->cut) state_->cut();
}

asio::awaitable<ErrorCode> Link::connect(IpAddress ip, std::uint16_t port) {
    asio::ip::address address;
    if (ip.is_v4()) {
        address = asio::ip::address_v4({ip.bytes[12], ip.bytes[13], ip.bytes[14], ip.bytes[15]});
    } else {
        address = asio::ip::address_v6(ip.bytes);
    }
    const asio::ip::tcp::endpoint endpoint(address, port);
    ErrorCode ec;
    co_await socket_.async_connect(endpoint, asio::redirect_error(asio::use_awaitable, ec));
    ErrorCode ignored;
    if (!ec) socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
    co_return ec;
}

asio::awaitable<Status> Link::start_tls(asio::ssl::context& context, std::string host) {
    tls_ = std::make_unique<asio::ssl::stream<Socket&>>(socket_, context);
    ErrorCode ec;
    tls_->set_verify_mode(asio::ssl::verify_peer, ec);
    tls_->set_verify_callback(asio::ssl::host_name_verification(host), ec);
    // Server names are names: an address is not sent (RFC 6066 section 3).
    if (!parse_ip(host)) SSL_set_tlsext_host_name(tls_->native_handle(), host.c_str());
    co_await tls_->async_handshake(asio::ssl::stream_base::client,
                                   asio::redirect_error(asio::use_awaitable, ec));
    if (!ec) co_return Status{};
    const long verdict = SSL_get_verify_result(tls_->native_handle());
    if (ec.category() == asio::error::get_ssl_category() && verdict != X509_V_OK) {
        co_return make_status(
            Code::failed_precondition,
            "the certificate of " + host + " is not good: " + X509_verify_cert_error_string(verdict),
            "certificate");
    }
    co_return unavailable("the TLS handshake with " + host + " failed: " + ec.message());
}

asio::awaitable<ErrorCode> Link::write(const std::string& head, const std::string& body, std::size_t& sent) {
    const std::array<asio::const_buffer, 2> bytes{asio::buffer(head), asio::buffer(body)};
    ErrorCode ec;
    if (tls_) {
        sent = 1;
        co_await asio::async_write(*tls_, bytes, asio::redirect_error(asio::use_awaitable, ec));
    } else {
        sent = co_await asio::async_write(socket_, bytes, asio::redirect_error(asio::use_awaitable, ec));
    }
    co_return ec;
}

asio::awaitable<std::size_t> Link::read_some(asio::mutable_buffer space, ErrorCode& ec) {
    std::size_t n = 0;
    if (tls_) {
        n = co_await tls_->async_read_some(space, asio::redirect_error(asio::use_awaitable, ec));
    } else {
        n = co_await socket_.async_read_some(space, asio::redirect_error(asio::use_awaitable, ec));
    }
    co_return n;
}

bool Link::stale() {
    char byte;
    const auto n = ::recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return !(n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK));
}

void Link::cancel() {
    ErrorCode ignored;
    socket_.cancel(ignored);
}

void Link::close() {
    ErrorCode ignored;
    socket_.close(ignored);
}

}  // namespace guichet::http::detail
