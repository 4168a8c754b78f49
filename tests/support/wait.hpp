#pragma once
// Waiting in tests: always for a condition, never without a limit.
#include <chrono>
#include <exception>
#include <functional>
#include <optional>
#include <stdexcept>
#include <type_traits>
#include <utility>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "common/core/clock.hpp"
#include "common/core/random.hpp"

namespace guichet::test {

namespace asio = boost::asio;

inline constexpr std::chrono::seconds kLimit{20};

// The real ones, for what is constructed in a test.
const Clock& system_clock();
Random& system_random();

// True as soon as `condition` holds; false when it does not within `limit`.
bool wait_until(const std::function<bool()>& condition, std::chrono::milliseconds limit = kLimit);
// The same while `io` runs.
bool wait_until(asio::io_context& io, const std::function<bool()>& condition,
                std::chrono::milliseconds limit = kLimit);
// Runs handlers of `io` until `done` holds; throws after `limit`.
void run_while_not(asio::io_context& io, const std::function<bool()>& done, std::chrono::milliseconds limit);

// Runs `work` on `io` to its end and gives its value; throws what it throws, or std::runtime_error after
// `limit`. Other work of `io` goes on meanwhile, and stands still afterwards.
template <class T>
T run(asio::io_context& io, asio::awaitable<T> work, std::chrono::milliseconds limit = kLimit) {
    bool done = false;
    std::exception_ptr failure;
    if constexpr (std::is_void_v<T>) {
        asio::co_spawn(io, std::move(work), [&](std::exception_ptr error) {
            failure = error;
            done = true;
        });
        run_while_not(
            io, [&] { return done; }, limit);
        if (failure) std::rethrow_exception(failure);
    } else {
        std::optional<T> value;
        asio::co_spawn(io, std::move(work), [&](std::exception_ptr error, std::optional<T> result) {
            failure = error;
            value = std::move(result);
            done = true;
        });
        run_while_not(
            io, [&] { return done; }, limit);
        if (failure) std::rethrow_exception(failure);
        return std::move(*value);
    }
}

}  // namespace guichet::test
