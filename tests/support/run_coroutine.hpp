#pragma once
// Runs one coroutine to its end in a test, with a deadline: T value = test::run(io, work());
#include <chrono>
#include <exception>
#include <memory>
#include <optional>
#include <stdexcept>
#include <utility>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

namespace guichet::test {

namespace detail {

template <class T>
boost::asio::awaitable<void> keep(boost::asio::awaitable<T> work, std::shared_ptr<std::optional<T>> out) {
    out->emplace(co_await std::move(work));
}

}  // namespace detail

// Throws std::runtime_error, which fails the test, when the work has not ended after `limit`.
inline void run(boost::asio::io_context& io, boost::asio::awaitable<void> work,
                std::chrono::milliseconds limit = std::chrono::seconds(20)) {
    struct State {
        bool done = false;
        std::exception_ptr failure;
    };
    auto state = std::make_shared<State>();
    boost::asio::co_spawn(io, std::move(work), [state](const std::exception_ptr& failure) {
        state->done = true;
        state->failure = failure;
    });
    const auto end = std::chrono::steady_clock::now() + limit;
    io.restart();
    while (!state->done && std::chrono::steady_clock::now() < end) {
        if (io.run_one_until(end) == 0 && io.stopped()) break;
    }
    if (!state->done) throw std::runtime_error("the coroutine did not end within its deadline");
    if (state->failure) std::rethrow_exception(state->failure);
}

template <class T>
T run(boost::asio::io_context& io, boost::asio::awaitable<T> work,
      std::chrono::milliseconds limit = std::chrono::seconds(20)) {
    auto out = std::make_shared<std::optional<T>>();
    run(io, detail::keep(std::move(work), out), limit);
    return std::move(**out);
}

}  // namespace guichet::test
