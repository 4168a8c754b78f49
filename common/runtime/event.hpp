#pragma once
// Waiting for one another on the io thread. None of these is thread-safe: use them from coroutines of one
// single-threaded io_context; other threads post.
//
// A coroutine that is destroyed or cancelled while it waits leaves the list; an Event may die before those
// who wait for it (their wait then ends by its deadline).
#include <chrono>
#include <list>
#include <memory>

#include <boost/asio/awaitable.hpp>

namespace guichet {
namespace asio = boost::asio;
}

namespace guichet::runtime {

using Duration = std::chrono::nanoseconds;

class Event {
  public:
    Event();
    Event(const Event&) = delete;
    Event& operator=(const Event&) = delete;

    // Wakes those who wait now; it is not remembered for those who come later.
    void notify_all();
    void notify_one();
    std::size_t waiting() const;

    // True when notified, false after `limit` (or when the coroutine is cancelled).
    asio::awaitable<bool> wait(Duration limit);

    // Waits until `condition()` holds, asked at once and after every notification. False after `limit`.
    template <class Condition>
    asio::awaitable<bool> wait_for(Condition condition, Duration limit) {
        const auto end = deadline_after(limit);
        while (!condition()) {
            const auto left = left_until(end);
            if (left <= Duration::zero()) co_return false;
            co_await wait(left);
        }
        co_return true;
    }

  private:
    struct Waiter;
    struct Entry;
    using Waiters = std::list<Waiter*>;
    static asio::awaitable<bool> wait_in(std::shared_ptr<Waiters> waiters, Duration limit);
    static Duration deadline_after(Duration limit);
    static Duration left_until(Duration end);

    std::shared_ptr<Waiters> waiters_;
};

}  // namespace guichet::runtime
