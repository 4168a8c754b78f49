#pragma once
// The server's reactors: each brings one gRPC call to the Dispatcher and its answer back. Private to
// GrpcServer.
#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_set>

#include <boost/asio/io_context.hpp>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/server_callback.h>

#include "common/rpc/byte_pump.hpp"
#include "common/rpc/call.hpp"
#include "common/rpc/dispatcher.hpp"

namespace guichet::rpc {

// What a call needs to be ended where the io thread will not run any more.
class LiveCall {
  public:
    virtual ~LiveCall() = default;
    virtual void abandon() = 0;
};

// Shared by the server and its calls; a posted closure may outlive the server.
class CallSet {
  public:
    CallSet(asio::io_context& io, Dispatcher& dispatcher) : io(io), dispatcher(dispatcher) {}
    void add(LiveCall* call);
    void remove(LiveCall* call);
    // Answers every call UNAVAILABLE without the io thread.
    void abandon_all();

    asio::io_context& io;
    Dispatcher& dispatcher;

  private:
    std::mutex mutex_;
    std::unordered_set<LiveCall*> live_;
};

// For grpc::internal handlers; `method` is "guichet.v1.RoutingService/Claim".
grpc::ServerUnaryReactor* react_unary(const std::shared_ptr<CallSet>& calls, const std::string& method,
                                      grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
                                      grpc::ByteBuffer* response);
grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>* react_stream(
    const std::shared_ptr<CallSet>& calls, const std::string& method, grpc::CallbackServerContext* context);

}  // namespace guichet::rpc
