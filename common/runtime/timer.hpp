#pragma once
// Time on the io thread: sleeping, deadlines around operations, periodic work.
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <boost/asio/any_io_executor.hpp>

#include "common/core/status.hpp"
#include "common/runtime/event.hpp"
#include "common/runtime/task.hpp"

namespace guichet::runtime {

// True after `duration`, false when the coroutine was cancelled meanwhile.
asio::awaitable<bool> sleep(Duration duration);

namespace detail {

// Runs `work` to its end. After `limit` it is cancelled, and then awaited still: what it refers to stays
// valid, and nothing runs on behind the caller's back. True when it ended without having been cancelled.
asio::awaitable<bool> run_bounded(asio::awaitable<void> work, Duration limit);

template <class T>
asio::awaitable<void> store(asio::awaitable<T> work, std::shared_ptr<std::optional<T>> out) {
    out->emplace(co_await std::move(work));
}

}  // namespace detail

// The result of `work`, or DEADLINE_EXCEEDED when it has not ended after `limit`: it is then cancelled and
// its end awaited. So `work` must end promptly when cancelled, as every wait on a timer, socket, Event or
// Semaphore does; a job on a Pool does not, and delays the answer until it is done. A success that arrives in
// spite of the cancellation is kept.
template <class T>
asio::awaitable<Result<T>> with_deadline(asio::awaitable<Result<T>> work, Duration limit, std::string what) {
    auto out = std::make_shared<std::optional<Result<T>>>();
    const bool in_time = co_await detail::run_bounded(detail::store(std::move(work), out), limit);
    if (out->has_value() && (in_time || (*out)->has_value())) co_return std::move(**out);
    co_return deadline(what + ": not done within " +
                       std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(limit).count()) +
                       " ms");
}

// Calls `tick` every `interval`, the first time after one interval, never two at once: a tick that takes
// longer delays the next.
class Periodic {
  public:
    Periodic(const asio::any_io_executor& executor, std::string name, Duration interval,
             std::function<asio::awaitable<void>()> tick);
    // Cancels what runs, without waiting: stop() first if `tick` uses what dies before the io_context.
    ~Periodic();
    Periodic(const Periodic&) = delete;
    Periodic& operator=(const Periodic&) = delete;

    // The next tick comes now.
    void poke();
    // No tick starts any more; waits for the running one, cancels it after `limit` and waits a second more.
    // False when even that did not end it.
    asio::awaitable<bool> stop(Duration limit);

  private:
    struct State;
    static asio::awaitable<void> loop(std::shared_ptr<State> state);
    static asio::awaitable<bool> stop_task(std::shared_ptr<State> state, Task task, Duration limit);
    std::shared_ptr<State> state_;
    Task task_;
};

}  // namespace guichet::runtime
