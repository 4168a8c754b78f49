#pragma once
// A coroutine that runs on its own, with a name, and can be cancelled and joined.
//
// Cancelling makes the coroutine's present wait end and its next co_await throw
// system_error(operation_aborted), which unwinds it; nobody should catch that. Any other exception that
// leaves the coroutine is a bug and ends the process (bug.hpp).
#include <memory>
#include <string>

#include <boost/asio/any_io_executor.hpp>

#include "common/runtime/event.hpp"

namespace guichet::runtime {

class Task {
  public:
    // Nothing, done already.
    Task() = default;

    bool done() const;
    // From the io thread. May be called again.
    void cancel();
    // True when it has ended, false after `limit`.
    asio::awaitable<bool> join(Duration limit);

  private:
    struct State;
    friend Task spawn(const asio::any_io_executor&, std::string, asio::awaitable<void>);
    static asio::awaitable<bool> join_state(std::shared_ptr<State> state, Duration limit);
    std::shared_ptr<State> state_;
};

// Starts `work`; the handle may be dropped, the work goes on.
Task spawn(const asio::any_io_executor& executor, std::string name, asio::awaitable<void> work);

}  // namespace guichet::runtime
