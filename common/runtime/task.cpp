#include "common/runtime/task.hpp"

#include <exception>
#include <utility>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>

#include "common/runtime/bug.hpp"

namespace guichet::runtime {
namespace {

bool is_abort(const std::exception_ptr& failure) {
    try {
        std::rethrow_exception(failure);
    } catch (const boost::system::system_error& error) {
        return error.code() == asio::error::operation_aborted;
    } catch (...) {
        return false;
    }
}

}  // namespace

struct Task::State {
    std::string name;
    asio::cancellation_signal signal;
    bool cancelled = false;
    bool done = false;
    Event ended;
};

bool Task::done() const {
    return !state_ || state_->done;
}

void Task::cancel() {
    if (done()) return;
    state_->cancelled = true;
    state_->signal.emit(asio::cancellation_type::terminal);
}

asio::awaitable<bool> Task::join(Duration limit) {
    return join_state(state_, limit);
}

asio::awaitable<bool> Task::join_state(std::shared_ptr<State> state, Duration limit) {
    if (!state) co_return true;
    auto is_done = [&done = state->done] { return done; };
    co_return co_await state->ended.wait_for(is_done, limit);
}

Task spawn(const asio::any_io_executor& executor, std::string name, asio::awaitable<void> work) {
    Task task;
    task.state_ = std::make_shared<Task::State>();
    task.state_->name = std::move(name);
    auto on_end = [state = task.state_](const std::exception_ptr& failure) {
        if (failure && !(state->cancelled && is_abort(failure))) bug(state->name, failure);
        state->done = true;
        state->ended.notify_all();
    };
    asio::co_spawn(executor, std::move(work),
                   asio::bind_cancellation_slot(task.state_->signal.slot(), std::move(on_end)));
    return task;
}

}  // namespace guichet::runtime
