#include "common/channels/mail/wire.hpp"

namespace guichet::channels::mail {

using http::detail::Alarm;
using http::detail::ErrorCode;

namespace {

constexpr Milliseconds kConnectLimit{10'000};
constexpr std::size_t kReadAtOnce = 64 * 1024;

}  // namespace

asio::awaitable<Status> Wire::start_tls(Milliseconds limit) {
    Alarm alarm(io_.get_executor(), limit);
    alarm.cut_with([link = link_] { link->close(); });
    auto status = co_await link_->start_tls(*tls_, host_);
    if (alarm.rung()) co_return deadline("the TLS handshake with " + host_ + " took too long");
    co_return status;
}

asio::awaitable<Status> Wire::write(std::string bytes, Milliseconds limit) {
    Alarm alarm(io_.get_executor(), limit);
    alarm.cut_with([link = link_] { link->close(); });
    std::size_t sent = 0;
    const std::string nothing;
    const auto ec = co_await link_->write(bytes, nothing, sent);
    if (!ec) co_return Status{};
    if (alarm.rung()) co_return deadline(host_ + " did not take what was sent in time");
    co_return unavailable("the connection to " + host_ + " was cut: " + ec.message());
}

asio::awaitable<Result<std::string>> Wire::read(Milliseconds limit) {
    std::string space(kReadAtOnce, '\0');
    ErrorCode ec;
    Alarm alarm(io_.get_executor(), limit);
    alarm.cut_with([link = link_] { link->cancel(); });
    const auto n = co_await link_->read_some(asio::buffer(space), ec);
    if (ec && alarm.rung()) co_return deadline(host_ + " did not answer in time");
    if (ec) co_return unavailable("the connection to " + host_ + " was cut: " + ec.message());
    space.resize(n);
    co_return space;
}

Dialer::Dialer(asio::io_context& io, bool anywhere) : io_(io), anywhere_(anywhere) {
    if (auto all = http::CidrSet::parse({"0.0.0.0/0", "::/0"})) all_ = std::move(*all);
}

Result<std::shared_ptr<asio::ssl::context>> Dialer::tls_for(const std::string& authorities) {
    if (authorities.empty() && system_tls_) return system_tls_;
    auto context = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_client);
    http::detail::modern_tls(*context);
    ErrorCode ec;
    if (authorities.empty()) {
        context->set_default_verify_paths(ec);
        system_tls_ = context;
    } else {
        context->add_certificate_authority(asio::buffer(authorities), ec);
    }
    if (ec) return invalid("settings.ca_pem", "the authorities cannot be read: " + ec.message());
    return context;
}

asio::awaitable<Result<WirePtr>> Dialer::dial(Server server, Milliseconds limit) {
    auto tls = tls_for(server.authorities);
    if (!tls) co_return tls.error();
    const bool anywhere = server.allow_private && anywhere_;
    const http::detail::Dial how{io_,
                                 system_resolver_,
                                 anywhere ? all_ : none_,
                                 kConnectLimit,
                                 server.security == Security::tls ? tls->get() : nullptr,
                                 server.bares_secrets()};
    Alarm alarm(io_.get_executor(), limit);
    auto link = co_await http::detail::dial(how, server.host, server.port, alarm);
    if (!link) co_return link.error();
    co_return std::make_unique<Wire>(io_, std::move(*link), std::move(*tls), server.host);
}

}  // namespace guichet::channels::mail
