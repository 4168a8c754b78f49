#include "common/runtime/timer.hpp"

#include <exception>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

namespace guichet::runtime {

asio::awaitable<bool> sleep(Duration duration) {
    asio::steady_timer timer(co_await asio::this_coro::executor, duration);
    auto [error] = co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
    co_return !error;
}

namespace detail {
namespace {

struct Bounded {
    asio::cancellation_signal signal;
    Event ended;
    bool done = false;
    std::exception_ptr failure;
};

void rethrow_unless_abort(const std::exception_ptr& failure) {
    try {
        std::rethrow_exception(failure);
    } catch (const boost::system::system_error& error) {
        if (error.code() != asio::error::operation_aborted) throw;
    }
}

}  // namespace

asio::awaitable<bool> run_bounded(asio::awaitable<void> work, Duration limit) {
    auto executor = co_await asio::this_coro::executor;
    auto state = std::make_shared<Bounded>();
    auto on_end = [state](const std::exception_ptr& failure) {
        state->done = true;
        state->failure = failure;
        state->ended.notify_all();
    };
    // Our own cancellation is passed on to the work below; until the work has ended it must not unwind us.
    const bool throws = co_await asio::this_coro::throw_if_cancelled();
    co_await asio::this_coro::throw_if_cancelled(false);
    asio::co_spawn(executor, std::move(work), asio::bind_cancellation_slot(state->signal.slot(), on_end));
    bool cancelled = false;
    if (!state->done) co_await state->ended.wait(limit);
    if (!state->done) {
        cancelled = true;
        state->signal.emit(asio::cancellation_type::terminal);
        constexpr Duration kLong = std::chrono::hours(1);
        while (!state->done) co_await state->ended.wait(kLong);
    }
    co_await asio::this_coro::throw_if_cancelled(throws);
    if (state->failure && cancelled) rethrow_unless_abort(state->failure);
    if (state->failure && !cancelled) std::rethrow_exception(state->failure);
    co_return !cancelled;
}

}  // namespace detail

struct Periodic::State {
    std::function<asio::awaitable<void>()> tick;
    Duration interval{};
    bool stopped = false;
    Event wake;
};

Periodic::Periodic(const asio::any_io_executor& executor, std::string name, Duration interval,
                   std::function<asio::awaitable<void>()> tick)
    : state_(std::make_shared<State>()) {
    state_->tick = std::move(tick);
    state_->interval = interval;
    task_ = spawn(executor, std::move(name), loop(state_));
}

Periodic::~Periodic() {
    state_->stopped = true;
    task_.cancel();
}

void Periodic::poke() {
    state_->wake.notify_all();
}

asio::awaitable<bool> Periodic::stop(Duration limit) {
    state_->stopped = true;
    state_->wake.notify_all();
    return stop_task(state_, task_, limit);
}

asio::awaitable<void> Periodic::loop(std::shared_ptr<State> state) {
    while (!state->stopped) {
        co_await state->wake.wait(state->interval);
        if (state->stopped) break;
        co_await state->tick();
    }
}

asio::awaitable<bool> Periodic::stop_task(std::shared_ptr<State>, Task task, Duration limit) {
    bool ended = co_await task.join(limit);
    if (ended) co_return true;
    task.cancel();
    constexpr Duration kGrace = std::chrono::seconds(1);
    ended = co_await task.join(kGrace);
    co_return ended;
}

}  // namespace guichet::runtime
