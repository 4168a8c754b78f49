#include "common/rpc/context.hpp"

#include <algorithm>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace guichet::rpc {

Cancellation::Registration::Registration(Registration&& other) noexcept
    : owner_(std::exchange(other.owner_, nullptr)), key_(other.key_) {}

Cancellation::Registration& Cancellation::Registration::operator=(Registration&& other) noexcept {
    if (this != &other) {
        reset();
        owner_ = std::exchange(other.owner_, nullptr);
        key_ = other.key_;
    }
    return *this;
}

void Cancellation::Registration::reset() {
    if (owner_ != nullptr) owner_->callbacks_.erase(key_);
    owner_ = nullptr;
}

Status Cancellation::why() const {
    return why_.value_or(Status{});
}

void Cancellation::cancel(Status why) {
    if (why_) return;
    why_ = std::move(why);
    // A callback may drop other registrations: each is taken out before it runs.
    while (!callbacks_.empty()) {
        auto node = callbacks_.extract(callbacks_.begin());
        node.mapped()();
    }
    signal_.emit(asio::cancellation_type::terminal);
}

Cancellation::Registration Cancellation::on_cancel(std::function<void()> callback) {
    if (why_) {
        callback();
        return {};
    }
    const auto key = next_++;
    callbacks_.emplace(key, std::move(callback));
    return {this, key};
}

std::chrono::milliseconds CallContext::remaining(std::chrono::milliseconds otherwise) const {
    if (!deadline || clock == nullptr) return otherwise;
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(*deadline - clock->steady());
    return std::max(left, std::chrono::milliseconds(0));
}

asio::awaitable<bool> CallContext::sleep(std::chrono::milliseconds time) const {
    // The context itself may go while this waits; what is needed is held here.
    const auto held = cancellation;
    asio::steady_timer timer(co_await asio::this_coro::executor, time);
    Cancellation::Registration registration;
    if (held) registration = held->on_cancel([&timer] { timer.cancel(); });
    if (held && held->cancelled()) co_return false;
    co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
    co_return !(held && held->cancelled());
}

}  // namespace guichet::rpc
