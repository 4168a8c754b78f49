#include "common/runtime/gate.hpp"

#include <utility>

namespace guichet::runtime {

struct Gate::State {
    std::size_t limit = 0;
    std::size_t inside = 0;
    bool closed = false;
    Event emptied;
};

Gate::Gate(std::size_t limit) : state_(std::make_shared<State>()) {
    state_->limit = limit;
}

Gate::Pass& Gate::Pass::operator=(Pass&& other) noexcept {
    if (this != &other) {
        leave();
        state_ = std::move(other.state_);
    }
    return *this;
}

void Gate::Pass::leave() {
    if (auto state = std::exchange(state_, nullptr)) {
        if (--state->inside == 0) state->emptied.notify_all();
    }
}

Result<Gate::Pass> Gate::enter() {
    if (state_->closed) return make_status(Code::unavailable, "this server is stopping", "stopping");
    if (state_->inside >= state_->limit) {
        auto status =
            make_status(Code::resource_exhausted, "too many operations are in flight", "overloaded");
        status.retryable = true;
        status.retry_after_s = 1;
        return status;
    }
    ++state_->inside;
    return Pass(state_);
}

void Gate::close() {
    state_->closed = true;
}

bool Gate::closed() const {
    return state_->closed;
}

std::size_t Gate::inside() const {
    return state_->inside;
}

asio::awaitable<bool> Gate::wait_empty(Duration limit) {
    return wait_in(state_, limit);
}

asio::awaitable<bool> Gate::wait_in(std::shared_ptr<State> state, Duration limit) {
    auto is_empty = [&inside = state->inside] { return inside == 0; };
    co_return co_await state->emptied.wait_for(is_empty, limit);
}

}  // namespace guichet::runtime
