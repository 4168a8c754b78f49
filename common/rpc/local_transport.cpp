#include "common/rpc/local_transport.hpp"

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "common/rpc/call.hpp"
#include "common/rpc/pipe.hpp"

namespace guichet::rpc {

namespace {

Status caller_left() {
    return make_status(Code::cancelled, "the caller has left");
}

CallHead head_of(std::string method, Metadata meta, std::chrono::milliseconds timeout) {
    CallHead head;
    head.method = std::move(method);
    head.credential = std::move(meta.credential);
    head.request_id = std::move(meta.request_id);
    head.peer = std::move(meta.peer);
    if (timeout.count() > 0) head.timeout = timeout;
    return head;
}

// Both ends of a stream inside the process: the handler's (ByteStream) and, through LocalStream, the
// caller's.
class LocalPipes final : public ByteStream {
  public:
    explicit LocalPipes(const asio::any_io_executor& executor) : requests(executor), responses(executor) {}

    asio::awaitable<Result<std::optional<std::string>>> read() override { return requests.read(); }
    asio::awaitable<Result<void>> write(std::string message) override {
        return responses.write(std::move(message));
    }
    bool try_write(const std::string& message) override { return responses.try_write(message); }
    void close(Status why) override {
        requests.close(why, true);
        responses.close(why, false);
    }
    void finish(const Status& status) {
        // Whoever still writes to an ended call learns it.
        const auto over = status.ok() ? make_status(Code::cancelled, "the call has ended") : status;
        requests.close(over, true);
        if (status.ok()) {
            responses.end();
        } else {
            responses.close(status, false);
        }
    }

    Pipe requests;
    Pipe responses;
};

class LocalStream final : public BidiStream {
  public:
    LocalStream(Dispatcher& dispatcher, CallHead head, std::shared_ptr<LocalPipes> pipes)
        : pipes_(std::move(pipes)),
          call_(dispatcher.start_stream(std::move(head), pipes_,
                                        [pipes = pipes_](Status status) { pipes->finish(status); })) {}
    ~LocalStream() override { call_->cancel(caller_left()); }

    asio::awaitable<Result<std::optional<std::string>>> next() override { return pipes_->responses.read(); }
    void take_with(Take take) override { pipes_->responses.take_with(std::move(take)); }
    asio::awaitable<Result<void>> write(std::string message) override {
        return pipes_->requests.write(std::move(message));
    }
    void writes_done() override { pipes_->requests.end(); }
    void cancel() override { call_->cancel(caller_left()); }

  private:
    std::shared_ptr<LocalPipes> pipes_;
    std::shared_ptr<Call> call_;
};

template <class Handler>
void start(Handler handler, Dispatcher& dispatcher, CallHead head, std::string request) {
    // The answer may come before start_unary returns, so it is posted: an awaiting coroutine must not be
    // resumed inside its own initiation.
    auto slot = asio::get_associated_cancellation_slot(handler);
    auto executor = asio::get_associated_executor(handler);
    // std::function must be copyable, a completion handler need not be.
    auto shared = std::make_shared<Handler>(std::move(handler));
    auto call = dispatcher.start_unary(std::move(head), std::move(request),
                                       [shared, executor](Result<std::string> answer) {
                                           auto complete = [shared, answer = std::move(answer)]() mutable {
                                               std::move (*shared)(std::move(answer));
                                           };
                                           asio::post(executor, std::move(complete));
                                       });
    if (slot.is_connected()) {
        slot.assign([weak = std::weak_ptr<Call>(call)](asio::cancellation_type) {
            if (const auto live = weak.lock()) live->cancel(caller_left());
        });
    }
}

}  // namespace

LocalTransport::LocalTransport(asio::any_io_executor executor, Dispatcher& dispatcher)
    : executor_(std::move(executor)), dispatcher_(dispatcher) {}

asio::awaitable<Result<std::string>> LocalTransport::unary(std::string method, Metadata meta,
                                                           std::string request,
                                                           std::chrono::milliseconds timeout) {
    auto head = head_of(std::move(method), std::move(meta), timeout);
    auto initiation = [this](auto handler, CallHead head, std::string request) {
        start(std::move(handler), dispatcher_, std::move(head), std::move(request));
    };
    co_return co_await asio::async_initiate<const asio::use_awaitable_t<>, void(Result<std::string>)>(
        initiation, asio::use_awaitable, std::move(head), std::move(request));
}

std::unique_ptr<ReadStream> LocalTransport::server_stream(std::string method, Metadata meta,
                                                          std::string request,
                                                          std::chrono::milliseconds timeout) {
    auto pipes = std::make_shared<LocalPipes>(executor_);
    pipes->requests.push(std::move(request));
    pipes->requests.end();
    return std::make_unique<LocalStream>(dispatcher_, head_of(std::move(method), std::move(meta), timeout),
                                         std::move(pipes));
}

std::unique_ptr<BidiStream> LocalTransport::bidi(std::string method, Metadata meta,
                                                 std::chrono::milliseconds timeout) {
    return std::make_unique<LocalStream>(dispatcher_, head_of(std::move(method), std::move(meta), timeout),
                                         std::make_shared<LocalPipes>(executor_));
}

}  // namespace guichet::rpc
