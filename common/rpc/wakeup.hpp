#pragma once
// A condition that coroutines of one io thread wait for. A notification without a waiter is forgotten, so
// wait in a loop over a predicate: nothing runs between the test of the predicate and the start of the wait.
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

namespace guichet::rpc {

class Wakeup {
  public:
    explicit Wakeup(const boost::asio::any_io_executor& executor);
    // Returns false when the waiting coroutine itself was cancelled.
    boost::asio::awaitable<bool> wait();
    // Wakes every waiter.
    void notify();

  private:
    boost::asio::steady_timer timer_;
};

}  // namespace guichet::rpc
