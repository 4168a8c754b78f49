#include "common/redis/client.hpp"

#include <optional>
#include <utility>

#include <boost/asio/async_result.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "common/redis/client_impl.hpp"

namespace guichet::redis {
namespace {

using Handler = asio::async_result<asio::use_awaitable_t<>, void()>::handler_type;

// Lives in the frame of the coroutine that waits, so a call allocates nothing for it.
struct CallWaiter final : Waiter {
    using Waiter::Waiter;

    // The handler is moved out first: running or destroying it may destroy this waiter.
    void resume() override {
        Handler taken = std::move(*handler);
        handler.reset();
        std::move(taken)();
    }
    void abandon() override {
        Handler taken = std::move(*handler);
        handler.reset();
    }

    std::optional<Handler> handler;
};

template <class Impl>
struct Suspend {
    Impl* impl;
    CallWaiter* waiter;
    std::chrono::milliseconds deadline;

    void operator()(Handler handler) {
        waiter->handler.emplace(std::move(handler));
        impl->submit(*waiter, deadline);
    }
};

}  // namespace

const char* to_string(ClientState state) {
    switch (state) {
        case ClientState::stopped:
            return "stopped";
        case ClientState::connecting:
            return "connecting";
        case ClientState::ready:
            return "ready";
    }
    return "unknown";
}

Client::Client(asio::any_io_executor executor, ClientOptions options, const Clock& clock, Random& random)
    : impl_(std::make_shared<Impl>(std::move(executor), std::move(options), clock, random)) {}

Client::~Client() {
    impl_->abandon();
}

void Client::start() {
    impl_->start();
}

asio::awaitable<void> Client::stop() {
    return Impl::stop(impl_);
}

asio::awaitable<Result<Reply>> Client::call(Command command, Milliseconds deadline) {
    Impl* impl = impl_.get();
    Reply reply;
    CallWaiter waiter(&command, 1, &reply);
    waiter.status = impl->admit(1, command.bytes());
    if (waiter.status.ok()) {
        Suspend<Impl> suspend{impl, &waiter, deadline};
        co_await asio::async_initiate<const asio::use_awaitable_t<>&, void()>(suspend, asio::use_awaitable);
    }
    if (!waiter.status.ok()) {
        impl->count_failure();
        co_return std::move(waiter.status);
    }
    if (reply.is_error()) co_return to_status(reply);
    co_return std::move(reply);
}

asio::awaitable<Result<std::vector<Reply>>> Client::call_many(std::vector<Command> commands,
                                                              Milliseconds deadline) {
    Impl* impl = impl_.get();
    std::vector<Reply> replies(commands.size());
    CallWaiter waiter(commands.data(), commands.size(), replies.data());
    if (commands.empty()) co_return std::move(replies);
    waiter.status = impl->admit(commands.size(), waiter.bytes());
    if (waiter.status.ok()) {
        Suspend<Impl> suspend{impl, &waiter, deadline};
        co_await asio::async_initiate<const asio::use_awaitable_t<>&, void()>(suspend, asio::use_awaitable);
    }
    if (!waiter.status.ok()) {
        impl->count_failure();
        co_return std::move(waiter.status);
    }
    co_return std::move(replies);
}

ClientState Client::state() const {
    return impl_->state();
}
Status Client::last_error() const {
    return impl_->last_error();
}
ClientCounters Client::counters() const {
    return impl_->counters();
}
const Address& Client::address() const {
    return impl_->options().address;
}

}  // namespace guichet::redis
