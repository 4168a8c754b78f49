#pragma once
// Calls a server over gRPC, without generated stubs. No gRPC header is needed to use it.
#include <chrono>
#include <memory>
#include <string>

#include <boost/asio/io_context.hpp>

#include "common/rpc/caller.hpp"

namespace grpc {
class Channel;
}

namespace guichet::rpc {

struct ChannelOptions {
    // "host:port" or "unix:/path".
    std::string address;
    bool tls = false;
    // PEM text; empty: the system's authorities.
    std::string tls_authorities;
    // Overrides the name that the server's certificate must have.
    std::string tls_name;
    int max_message_bytes = 4 * 1024 * 1024;
    // How soon a dead connection under a quiet stream is noticed; not more often than the server allows.
    std::chrono::milliseconds keepalive{30'000};
};

// Connects when it is first used, and again whenever needed.
std::shared_ptr<grpc::Channel> make_channel(const ChannelOptions& options);

// One io thread. Its destruction cancels the calls under way; the io_context must outlive it.
class GrpcTransport final : public Transport {
  public:
    GrpcTransport(asio::io_context& io, std::shared_ptr<grpc::Channel> channel);
    ~GrpcTransport() override;
    asio::awaitable<Result<std::string>> unary(std::string method, Metadata meta, std::string request,
                                               std::chrono::milliseconds timeout) override;
    std::unique_ptr<ReadStream> server_stream(std::string method, Metadata meta, std::string request,
                                              std::chrono::milliseconds timeout) override;
    std::unique_ptr<BidiStream> bidi(std::string method, Metadata meta,
                                     std::chrono::milliseconds timeout) override;

  private:
    struct Impl;
    asio::io_context& io_;
    std::shared_ptr<Impl> impl_;
};

}  // namespace guichet::rpc
