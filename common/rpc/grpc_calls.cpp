#include "common/rpc/grpc_calls.hpp"

#include <algorithm>
#include <grpc/support/time.h>

#include <boost/asio/post.hpp>
#include <grpcpp/server_context.h>

#include "common/rpc/grpc_status.hpp"
#include "common/rpc/status_map.hpp"

namespace guichet::rpc {

namespace {

Status client_left() {
    return make_status(Code::cancelled, "the client has left");
}
Status server_stopped() {
    return unavailable("the server stops");
}

CallHead head_of(const std::string& method, const grpc::CallbackServerContext& context) {
    CallHead head;
    head.method = method;
    const auto& metadata = context.client_metadata();
    head.credential = bearer_of(metadata_value(metadata, "authorization"));
    head.request_id = metadata_value(metadata, "x-request-id");
    head.peer = address_of_peer(context.peer());
    const auto end = context.raw_deadline();
    if (gpr_time_cmp(end, gpr_inf_future(end.clock_type)) != 0) {
        const auto left = gpr_time_to_millis(gpr_time_sub(end, gpr_now(end.clock_type)));
        head.timeout = std::chrono::milliseconds(std::max<std::int64_t>(left, 0));
    }
    return head;
}

void add_trailer(grpc::CallbackServerContext& context, const Status& status) {
    if (status.ok()) return;
    auto bytes = detail_bytes(status);
    if (!bytes.empty()) context.AddTrailingMetadata(kErrorTrailer, bytes);
}

class UnaryCall final : public grpc::ServerUnaryReactor,
                        public LiveCall,
                        public std::enable_shared_from_this<UnaryCall> {
  public:
    UnaryCall(std::shared_ptr<CallSet> calls, const std::string& method, grpc::CallbackServerContext* context,
              const grpc::ByteBuffer* request, grpc::ByteBuffer* response)
        : calls_(std::move(calls)),
          context_(context),
          response_(response),
          head_(head_of(method, *context)),
          bytes_(from_buffer(*request)) {}

    void start() {
        self_ = shared_from_this();
        calls_->add(this);
        asio::post(calls_->io, [self = self_] { self->begin(); });
    }

    void OnCancel() override {
        asio::post(calls_->io, [self = shared_from_this()] {
            if (self->call_) self->call_->cancel(client_left());
        });
    }

    void OnDone() override {
        calls_->remove(this);
        // Released on the io thread, where what the call holds belongs.
        asio::post(calls_->io, [self = std::move(self_)] {});
    }

    void abandon() override { answer(server_stopped()); }

  private:
    void begin() {
        if (finished_) return;
        call_ = calls_->dispatcher.start_unary(
            std::move(head_), std::move(bytes_),
            [self = shared_from_this()](Result<std::string> result) { self->answer(std::move(result)); });
    }

    void answer(Result<std::string> result) {
        if (finished_.exchange(true)) return;
        if (result) {
            *response_ = to_buffer(*result);
            Finish(grpc::Status::OK);
        } else {
            add_trailer(*context_, result.error());
            Finish(to_grpc(result.error()));
        }
    }

    std::shared_ptr<CallSet> calls_;
    grpc::CallbackServerContext* context_;
    grpc::ByteBuffer* response_;
    CallHead head_;
    std::string bytes_;
    std::shared_ptr<UnaryCall> self_;
    std::shared_ptr<Call> call_;
    std::atomic<bool> finished_{false};
};

class StreamCall final : public grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>,
                         public LiveCall,
                         public BytePump,
                         public ByteStream {
  public:
    StreamCall(std::shared_ptr<CallSet> calls, const std::string& method,
               grpc::CallbackServerContext* context)
        : BytePump(calls->io, Side::server),
          calls_(std::move(calls)),
          context_(context),
          head_(head_of(method, *context)) {}

    void start() {
        self_ = std::static_pointer_cast<StreamCall>(shared_from_this());
        calls_->add(this);
        const auto self = self_;
        pump_start();
        asio::post(calls_->io, [self] { self->begin(); });
    }

    // The handler's side.
    asio::awaitable<Result<std::optional<std::string>>> read() override { return pump_read(); }
    asio::awaitable<Result<void>> write(std::string message) override {
        return pump_write(std::move(message));
    }
    void close(Status why) override {
        const bool writing = pump_close(std::move(why), false);
        if (!writing) return;
        // A client that reads no more would hold the last message for ever.
        const std::lock_guard lock(finish_mutex_);
        if (!finished_) context_->TryCancel();
    }

    // gRPC's side.
    void OnReadDone(bool ok) override {
        pump_on_read(ok);
        if (ok) return;
        if (context_->IsCancelled()) {
            pump_close(client_left(), true);
        } else {
            pump_end_of_reads();
        }
    }
    void OnWriteDone(bool ok) override { pump_on_write(ok); }
    void OnCancel() override {
        asio::post(calls_->io, [self = self_] {
            if (self->call_) self->call_->cancel(client_left());
        });
    }
    void OnDone() override {
        calls_->remove(this);
        asio::post(calls_->io, [self = std::move(self_)] {});
    }

    void abandon() override { finish(server_stopped()); }

  protected:
    void start_read(grpc::ByteBuffer* into) override { StartRead(into); }
    void start_write(const grpc::ByteBuffer* from, bool more_follows) override {
        grpc::WriteOptions options;
        if (more_follows) options.set_buffer_hint();
        StartWrite(from, options);
    }
    void on_drained() override {
        {
            const std::lock_guard lock(finish_mutex_);
            if (finished_) return;
            finished_ = true;
        }
        add_trailer(*context_, final_);
        Finish(to_grpc(final_));
    }

  private:
    void begin() {
        if (ended_) return;
        const std::shared_ptr<ByteStream> stream = self_;
        call_ = calls_->dispatcher.start_stream(std::move(head_), stream,
                                                [self = self_](Status status) { self->finish(status); });
    }

    void finish(Status status) {
        if (ended_.exchange(true)) return;
        final_ = std::move(status);
        pump_end();
    }

    std::shared_ptr<CallSet> calls_;
    grpc::CallbackServerContext* context_;
    CallHead head_;
    std::shared_ptr<StreamCall> self_;
    std::shared_ptr<Call> call_;
    std::atomic<bool> ended_{false};
    Status final_;
    std::mutex finish_mutex_;
    bool finished_ = false;
};

}  // namespace

void CallSet::add(LiveCall* call) {
    const std::lock_guard lock(mutex_);
    live_.insert(call);
}

void CallSet::remove(LiveCall* call) {
    const std::lock_guard lock(mutex_);
    live_.erase(call);
}

void CallSet::abandon_all() {
    // Under the lock, so that none of them is done meanwhile: a call leaves the set before it is released.
    const std::lock_guard lock(mutex_);
    for (auto* call : live_) call->abandon();
}

grpc::ServerUnaryReactor* react_unary(const std::shared_ptr<CallSet>& calls, const std::string& method,
                                      grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
                                      grpc::ByteBuffer* response) {
    const auto call = std::make_shared<UnaryCall>(calls, method, context, request, response);
    call->start();
    return call.get();
}

grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>* react_stream(
    const std::shared_ptr<CallSet>& calls, const std::string& method, grpc::CallbackServerContext* context) {
    const auto call = std::make_shared<StreamCall>(calls, method, context);
    call->start();
    return call.get();
}

}  // namespace guichet::rpc
