#pragma once
// A connection to a mail server: bytes with deadlines, plain or TLS, TLS also later (STARTTLS).
#include <chrono>
#include <memory>
#include <string>

#include <boost/asio/awaitable.hpp>

#include "common/channels/mail/settings.hpp"
#include "common/core/status.hpp"
#include "common/http/dial.hpp"

namespace guichet::channels::mail {

namespace asio = boost::asio;
using Milliseconds = std::chrono::milliseconds;

class Wire {
  public:
    Wire(asio::io_context& io, http::detail::LinkPtr link, std::shared_ptr<asio::ssl::context> tls,
         std::string host)
        : io_(io), link_(std::move(link)), tls_(std::move(tls)), host_(std::move(host)) {}
    ~Wire() { close(); }
    Wire(const Wire&) = delete;
    Wire& operator=(const Wire&) = delete;

    // Verifies the server's certificate. Only while nothing that was read before is left over.
    asio::awaitable<Status> start_tls(Milliseconds limit);
    // UNAVAILABLE: cut; DEADLINE_EXCEEDED: not all of it left in time, and the connection is closed.
    asio::awaitable<Status> write(std::string bytes, Milliseconds limit);
    // What has come, at least a byte. DEADLINE_EXCEEDED: nothing did; the connection remains good.
    asio::awaitable<Result<std::string>> read(Milliseconds limit);
    void close() { link_->close(); }
    const std::string& host() const { return host_; }

  private:
    asio::io_context& io_;
    http::detail::LinkPtr link_;
    std::shared_ptr<asio::ssl::context> tls_;
    std::string host_;
};

using WirePtr = std::unique_ptr<Wire>;

// Connects; shared by what may outlive the connector's call.
class Dialer {
  public:
    // `anywhere`: channels may ask for addresses that are not public (their setting allow_private).
    Dialer(asio::io_context& io, bool anywhere);

    // With TLS at once where the server's security says so. FAILED_PRECONDITION: its certificate is not good;
    // PERMISSION_DENIED: its address may not be reached.
    asio::awaitable<Result<WirePtr>> dial(Server server, Milliseconds limit);
    bool anywhere() const { return anywhere_; }
    asio::io_context& io() { return io_; }

  private:
    Result<std::shared_ptr<asio::ssl::context>> tls_for(const std::string& authorities);

    asio::io_context& io_;
    bool anywhere_;
    http::CidrSet none_;
    http::CidrSet all_;
    http::ResolveHost system_resolver_;
    std::shared_ptr<asio::ssl::context> system_tls_;
};

}  // namespace guichet::channels::mail
