#pragma once
// A bounded queue between coroutines of the io thread: a producer that may not wait, a consumer that does.
#include <cstddef>
#include <deque>
#include <optional>
#include <utility>

#include "common/runtime/event.hpp"

namespace guichet::runtime {

template <class T>
class BoundedQueue {
  public:
    explicit BoundedQueue(std::size_t limit) : limit_(limit) {}

    // False, and nothing queued, when full or closed.
    bool push(T item) {
        if (closed_ || items_.size() >= limit_) return false;
        items_.push_back(std::move(item));
        changed_.notify_one();
        return true;
    }

    // The next item; nothing after `limit`, or when closed and empty.
    asio::awaitable<std::optional<T>> pop(Duration limit) {
        auto settled = [this] { return !items_.empty() || closed_; };
        co_await changed_.wait_for(settled, limit);
        if (items_.empty()) co_return std::nullopt;
        std::optional<T> item(std::move(items_.front()));
        items_.pop_front();
        co_return item;
    }

    // What is queued can still be popped.
    void close() {
        closed_ = true;
        changed_.notify_all();
    }

    bool closed() const { return closed_; }
    std::size_t size() const { return items_.size(); }

  private:
    std::size_t limit_;
    std::deque<T> items_;
    bool closed_ = false;
    Event changed_;
};

}  // namespace guichet::runtime
