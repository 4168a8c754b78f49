#pragma once
// Serves a Dispatcher over gRPC, with reflection and grpc.health.v1. No gRPC header is needed to use it.
#include <chrono>
#include <memory>
#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include "common/core/status.hpp"
#include "common/rpc/dispatcher.hpp"
#include "common/rpc/live_certificate.hpp"

namespace guichet::rpc {

struct GrpcServerOptions {
    // "host:port", ":0" for any free port, "unix:/path".
    std::string address = "127.0.0.1:0";
    // PEM texts, both or none; none: plain text.
    std::string tls_certificate;
    std::string tls_key;
    // PEM text; set: every client must show a certificate of one of these authorities.
    std::string tls_client_authorities;
    int max_message_bytes = 4 * 1024 * 1024;
    // For each connection.
    int max_concurrent_streams = 1000;
    // A client that says nothing for this long is asked whether it is there, and cut when it does not answer.
    std::chrono::milliseconds keepalive{60'000};
    // Clients that ping more often are cut.
    std::chrono::milliseconds min_ping_interval{10'000};
};

// Every service with at least one method in the dispatcher is served; its other methods are UNIMPLEMENTED.
// Dispatcher and io_context must outlive it.
class GrpcServer {
  public:
    GrpcServer(asio::io_context& io, Dispatcher& dispatcher, GrpcServerOptions options);
    // Without shutdown() before: ends all calls at once with UNAVAILABLE; the io thread must not be running a
    // call meanwhile, so destroy it on that thread.
    ~GrpcServer();
    GrpcServer(const GrpcServer&) = delete;
    GrpcServer& operator=(const GrpcServer&) = delete;

    // UNAVAILABLE when the address cannot be bound, INVALID_ARGUMENT when the TLS pair is not usable.
    Result<void> start();
    // 0 before start() and for unix sockets.
    int port() const { return port_; }
    // grpc.health.v1: of the whole ("") and of each service. True after start().
    void set_serving(bool serving);
    // Another certificate for connections from now on (within two seconds); those there are stay as they are.
    // INVALID_ARGUMENT when it is not usable, or whether clients must show one would change: the old one
    // stays.
    Result<void> renew_tls(const CertificateTexts& texts);
    // No new calls; streams end with UNAVAILABLE, unary calls have `grace` before they are cancelled. Returns
    // when the last one is done.
    asio::awaitable<void> shutdown(std::chrono::milliseconds grace);

  private:
    struct Impl;
    asio::io_context& io_;
    std::unique_ptr<Impl> impl_;
    int port_ = 0;
};

}  // namespace guichet::rpc
