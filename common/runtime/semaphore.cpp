#include "common/runtime/semaphore.hpp"

#include <list>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace guichet::runtime {

struct Semaphore::Waiter {
    explicit Waiter(const asio::any_io_executor& executor) : timer(executor) {}
    asio::steady_timer timer;
    bool granted = false;
};

struct Semaphore::State {
    std::size_t free = 0;
    std::size_t max_waiting = 0;
    std::list<Waiter*> waiters;

    // A permit goes straight to the first in the queue, so that a newcomer cannot overtake.
    void give_back() {
        if (waiters.empty()) {
            ++free;
            return;
        }
        auto* next = waiters.front();
        waiters.pop_front();
        next->granted = true;
        next->timer.cancel();
    }
};

// Keeps the queue true when the waiting coroutine's frame is destroyed, granted or not.
struct Semaphore::Entry {
    Entry(std::shared_ptr<State> shared, Waiter& who) : state(std::move(shared)), waiter(who) {
        state->waiters.push_back(&waiter);
    }
    ~Entry() {
        if (taken) return;
        if (waiter.granted) {
            state->give_back();
        } else {
            state->waiters.remove(&waiter);
        }
    }
    Entry(const Entry&) = delete;
    Entry& operator=(const Entry&) = delete;
    std::shared_ptr<State> state;
    Waiter& waiter;
    bool taken = false;
};

Semaphore::Semaphore(std::size_t permits, std::size_t max_waiting) : state_(std::make_shared<State>()) {
    state_->free = permits;
    state_->max_waiting = max_waiting;
}

Semaphore::Permit& Semaphore::Permit::operator=(Permit&& other) noexcept {
    if (this != &other) {
        release();
        state_ = std::move(other.state_);
    }
    return *this;
}

void Semaphore::Permit::release() {
    if (auto state = std::exchange(state_, nullptr)) state->give_back();
}

std::size_t Semaphore::free() const {
    return state_->free;
}

std::size_t Semaphore::waiting() const {
    return state_->waiters.size();
}

asio::awaitable<Result<Semaphore::Permit>> Semaphore::acquire(Duration limit) {
    return acquire_from(state_, limit);
}

asio::awaitable<Result<Semaphore::Permit>> Semaphore::acquire_from(std::shared_ptr<State> state,
                                                                   Duration limit) {
    if (state->free > 0) {
        --state->free;
        co_return Permit(state);
    }
    if (state->waiters.size() >= state->max_waiting) {
        co_return make_status(Code::resource_exhausted, "too many callers wait already", "too_many_waiting");
    }
    Waiter waiter(co_await asio::this_coro::executor);
    waiter.timer.expires_after(limit);
    Entry entry(state, waiter);
    co_await waiter.timer.async_wait(asio::as_tuple(asio::use_awaitable));
    if (!waiter.granted) co_return deadline("no permit within the deadline");
    entry.taken = true;
    co_return Permit(state);
}

}  // namespace guichet::runtime
