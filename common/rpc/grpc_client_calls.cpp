#include "common/rpc/grpc_client_calls.hpp"

#include <grpc/support/time.h>
#include <utility>
#include <vector>

#include <boost/asio/post.hpp>

#include "common/core/ids.hpp"
#include "common/rpc/grpc_status.hpp"

namespace guichet::rpc {

void ClientCalls::add(const void* key, std::function<void()> cancel) {
    const std::lock_guard lock(mutex_);
    live_.emplace(key, std::move(cancel));
}

void ClientCalls::remove(const void* key) {
    const std::lock_guard lock(mutex_);
    live_.erase(key);
    if (live_.empty()) empty_.notify_all();
}

void ClientCalls::cancel_and_wait() {
    std::vector<std::function<void()>> cancels;
    {
        const std::lock_guard lock(mutex_);
        for (const auto& [key, cancel] : live_) cancels.push_back(cancel);
    }
    for (const auto& cancel : cancels) cancel();
    std::unique_lock lock(mutex_);
    empty_.wait(lock, [this] { return live_.empty(); });
}

void prepare(grpc::ClientContext& context, const Metadata& meta, std::chrono::milliseconds timeout) {
    if (timeout.count() > 0) {
        context.set_deadline(
            gpr_time_add(gpr_now(GPR_CLOCK_MONOTONIC), gpr_time_from_millis(timeout.count(), GPR_TIMESPAN)));
    }
    if (!meta.credential.empty()) context.AddMetadata("authorization", "Bearer " + meta.credential);
    if (valid_id(meta.request_id)) context.AddMetadata("x-request-id", meta.request_id);
}

Status ended_with(const grpc::Status& status, const grpc::ClientContext& context, bool by_us) {
    if (status.error_code() == grpc::StatusCode::CANCELLED && !by_us) {
        return unavailable("the service was stopped while it worked on this: it may be done or not", 1);
    }
    return from_grpc(status, context.GetServerTrailingMetadata());
}

ClientStream::ClientStream(asio::io_context& io, std::shared_ptr<ClientCalls> calls)
    : BytePump(io, Side::client), calls_(std::move(calls)), work_(asio::make_work_guard(io)) {}

void ClientStream::start(grpc::GenericStub& stub, const std::string& path, const Metadata& meta,
                         std::chrono::milliseconds timeout) {
    self_ = std::static_pointer_cast<ClientStream>(shared_from_this());
    calls_->add(this, [weak = std::weak_ptr<ClientStream>(self_)] {
        if (const auto live = weak.lock()) live->cancel();
    });
    prepare(context_, meta, timeout);
    stub.PrepareBidiStreamingCall(&context_, path, {}, this);
    // Reads and writes are started by coroutines: one hold keeps the call open for each direction.
    AddMultipleHolds(2);
    StartCall();
    pump_start();
}

void ClientStream::cancel() {
    cancelled_ = true;
    context_.TryCancel();
    pump_close(make_status(Code::cancelled, "the caller has left"), false);
}

void ClientStream::OnReadDone(bool ok) {
    pump_on_read(ok);
    if (ok) return;
    pump_break();
    RemoveHold();
}

void ClientStream::start_write(const grpc::ByteBuffer* from, bool more_follows) {
    grpc::WriteOptions options;
    if (more_follows) options.set_buffer_hint();
    StartWrite(from, options);
}

void ClientStream::on_drained() {
    StartWritesDone();
    RemoveHold();
}

void ClientStream::OnDone(const grpc::Status& status) {
    if (status.ok()) {
        pump_end_of_reads();
    } else {
        pump_close(ended_with(status, context_, cancelled_), true);
    }
    auto calls = calls_;
    // The last reference goes on the io thread: a channel must not end inside a callback.
    asio::post(io_, [self = std::move(self_)] { self->work_.reset(); });
    calls->remove(this);
}

}  // namespace guichet::rpc
