#pragma once
// A real gRPC server in front of a dispatcher that serves a few methods of the contract, and a client.
#include <memory>
#include <string>

#include "common/rpc/grpc_server.hpp"
#include "common/rpc/grpc_transport.hpp"
#include "common/rpc/wakeup.hpp"
#include "guichet/v1/inbox.pb.h"
#include "guichet/v1/ingest.pb.h"
#include "guichet/v1/routing.pb.h"
#include "tests/support/rpc_world.hpp"

namespace guichet::test {

using namespace std::chrono_literals;

inline constexpr auto kClaim = "guichet.v1.RoutingService/Claim";
inline constexpr auto kClaimNext = "guichet.v1.RoutingService/ClaimNext";
inline constexpr auto kWatch = "guichet.v1.InboxService/Watch";
inline constexpr auto kSubmitStream = "guichet.v1.IngestService/SubmitStream";

inline rpc::Metadata as(const std::string& credential) {
    rpc::Metadata meta;
    meta.credential = credential;
    return meta;
}

// Claim echoes; with conversation "refuse" it is refused with a detail, with "throw" it throws.
// ClaimNext waits its `wait` or until it is cancelled. Watch writes `conversation` messages (a number), each
// with a cursor and padding of 1 KB, then ends; with "forever" it waits. SubmitStream acknowledges message by
// message.
class ServerWorld : public RpcWorld {
  public:
    explicit ServerWorld(rpc::GrpcServerOptions options = {});
    ~ServerWorld();

    std::string address() const { return "127.0.0.1:" + std::to_string(server->port()); }
    rpc::GrpcTransport& transport();
    // Ends the server as a process would.
    void shut_down(std::chrono::milliseconds grace);

    std::unique_ptr<rpc::GrpcServer> server;
    std::optional<rpc::CallContext> last;
    int waiting = 0;
    int cancelled = 0;
    int written = 0;

  private:
    asio::awaitable<Result<v1::ClaimResponse>> claim(rpc::CallContext context, v1::ClaimRequest request);
    asio::awaitable<Result<v1::ClaimNextResponse>> claim_next(rpc::CallContext context,
                                                              v1::ClaimNextRequest request);
    asio::awaitable<Result<void>> watch(rpc::CallContext context, v1::WatchRequest request,
                                        rpc::Writer<v1::WatchResponse> writer);
    asio::awaitable<Result<void>> submit_stream(rpc::CallContext context,
                                                rpc::Reader<v1::SubmitStreamRequest> reader,
                                                rpc::Writer<v1::SubmitStreamResponse> writer);

    std::unique_ptr<rpc::GrpcTransport> transport_;
};

}  // namespace guichet::test
