#pragma once
// Several coroutines at once: all are begun before any is waited for.
#include <memory>
#include <optional>
#include <vector>

#include <boost/asio/co_spawn.hpp>

#include "tests/support/wait.hpp"

namespace guichet::test {

// What each gave, in their order; throws what one throws, or std::runtime_error after `limit`.
template <class T>
std::vector<T> run_together(asio::io_context& io, std::vector<asio::awaitable<T>> work,
                            std::chrono::milliseconds limit = kLimit) {
    auto given = std::make_shared<std::vector<std::optional<T>>>(work.size());
    std::size_t open = work.size();
    for (std::size_t i = 0; i < work.size(); ++i) {
        asio::co_spawn(io, std::move(work[i]),
                       [given, i, &open](const std::exception_ptr& failure, std::optional<T> result) {
                           if (failure) std::rethrow_exception(failure);
                           (*given)[i] = std::move(result);
                           --open;
                       });
    }
    run_while_not(
        io, [&open] { return open == 0; }, limit);
    std::vector<T> values;
    for (auto& value : *given) values.push_back(std::move(*value));
    return values;
}

}  // namespace guichet::test
