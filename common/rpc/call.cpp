#include "common/rpc/call.hpp"

#include <boost/asio/error.hpp>

namespace guichet::rpc {
namespace {

thread_local const CallDetails* told = nullptr;

}  // namespace

const CallDetails& details_of_record() {
    static const CallDetails kNone;
    return told != nullptr ? *told : kNone;
}

Call::Call(Dispatcher& dispatcher, CallHead head)
    : dispatcher_(&dispatcher),
      head_(std::move(head)),
      started_(dispatcher.clock_.steady()),
      cancellation_(std::make_shared<Cancellation>()) {}

void Call::start_deadline(std::chrono::milliseconds timeout) {
    deadline_ = started_ + timeout;
    timer_.emplace(dispatcher_->executor_, timeout);
    timer_->async_wait([weak = weak_from_this()](const boost::system::error_code& error) {
        if (error) return;
        if (const auto call = weak.lock()) call->cancel(deadline("the deadline of this call has passed"));
    });
}

void Call::cancel(Status why) {
    if (!done_) return;
    const auto self = shared_from_this();
    const auto stream = stream_;
    finish(why);
    cancellation_->cancel(why);
    if (stream) stream->close(why);
}

CallRecord Call::record(const Status& status) const {
    return {head_.method, status,    dispatcher_->clock_.steady() - started_, request_id_, workspace_, actor_,
            head_.peer,   exception_};
}

void Call::finish(Result<std::string> answer) {
    if (!done_) return;
    const auto self = shared_from_this();
    const auto done = std::exchange(done_, nullptr);
    // A transport's stream holds its call: the two must not keep each other alive.
    const auto stream = std::move(stream_);
    timer_.reset();
    dispatcher_->calls_.erase(this);
    if (!dispatcher_->observers_.empty()) {
        const Status status = answer ? Status{} : answer.error();
        const auto ended = record(status);
        told = &details_;
        for (const auto& observer : dispatcher_->observers_) observer(ended);
        told = nullptr;
    }
    done(std::move(answer));
}

}  // namespace guichet::rpc
