#pragma once
// The client's side of a gRPC stream, and the book of calls under way. Private to GrpcTransport.
#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <grpcpp/client_context.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/support/client_callback.h>

#include "common/rpc/byte_pump.hpp"
#include "common/rpc/caller.hpp"

namespace guichet::rpc {

using WorkGuard = asio::executor_work_guard<asio::io_context::executor_type>;

// Lets the transport cancel what is under way and wait for the last callback. Any thread.
class ClientCalls {
  public:
    void add(const void* key, std::function<void()> cancel);
    void remove(const void* key);
    void cancel_and_wait();

  private:
    std::mutex mutex_;
    std::condition_variable empty_;
    std::unordered_map<const void*, std::function<void()>> live_;
};

// What a call ended with. One that the other process cut off itself (it is being stopped) is not the caller's
// doing: UNAVAILABLE, to be tried again elsewhere. `by_us`: the caller had cancelled it.
Status ended_with(const grpc::Status& status, const grpc::ClientContext& context, bool by_us);

void prepare(grpc::ClientContext& context, const Metadata& meta, std::chrono::milliseconds timeout);

class ClientStream final : public grpc::ClientBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>,
                           public BytePump {
  public:
    ClientStream(asio::io_context& io, std::shared_ptr<ClientCalls> calls);
    void start(grpc::GenericStub& stub, const std::string& path, const Metadata& meta,
               std::chrono::milliseconds timeout);
    void cancel();

    void OnReadDone(bool ok) override;
    void OnWriteDone(bool ok) override { pump_on_write(ok); }
    void OnDone(const grpc::Status& status) override;

  protected:
    void start_read(grpc::ByteBuffer* into) override { StartRead(into); }
    void start_write(const grpc::ByteBuffer* from, bool more_follows) override;
    void on_drained() override;

  private:
    grpc::ClientContext context_;
    std::atomic<bool> cancelled_ = false;
    std::shared_ptr<ClientCalls> calls_;
    std::shared_ptr<ClientStream> self_;
    WorkGuard work_;
};

}  // namespace guichet::rpc
