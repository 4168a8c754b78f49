#include "common/runtime/event.hpp"

#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace guichet::runtime {

struct Event::Waiter {
    explicit Waiter(const asio::any_io_executor& executor) : timer(executor) {}
    asio::steady_timer timer;
    bool notified = false;
};

// Leaves the list also when the coroutine's frame is destroyed in the middle of its wait.
struct Event::Entry {
    Entry(std::shared_ptr<Waiters> list, Waiter* waiter)
        : waiters(std::move(list)), place(waiters->insert(waiters->end(), waiter)) {}
    ~Entry() { waiters->erase(place); }
    Entry(const Entry&) = delete;
    Entry& operator=(const Entry&) = delete;
    std::shared_ptr<Waiters> waiters;
    Waiters::iterator place;
};

Event::Event() : waiters_(std::make_shared<Waiters>()) {}

void Event::notify_all() {
    for (auto* waiter : *waiters_) {
        waiter->notified = true;
        waiter->timer.cancel();
    }
}

void Event::notify_one() {
    for (auto* waiter : *waiters_) {
        if (waiter->notified) continue;
        waiter->notified = true;
        waiter->timer.cancel();
        return;
    }
}

std::size_t Event::waiting() const {
    return waiters_->size();
}

asio::awaitable<bool> Event::wait(Duration limit) {
    return wait_in(waiters_, limit);
}

asio::awaitable<bool> Event::wait_in(std::shared_ptr<Waiters> waiters, Duration limit) {
    Waiter waiter(co_await asio::this_coro::executor);
    waiter.timer.expires_after(limit);
    Entry entry(std::move(waiters), &waiter);
    co_await waiter.timer.async_wait(asio::as_tuple(asio::use_awaitable));
    co_return waiter.notified;
}

Duration Event::deadline_after(Duration limit) {
    const Duration now = std::chrono::steady_clock::now().time_since_epoch();
    return limit < Duration::max() - now ? now + limit : Duration::max();
}

Duration Event::left_until(Duration end) {
    return end - Duration(std::chrono::steady_clock::now().time_since_epoch());
}

}  // namespace guichet::runtime
