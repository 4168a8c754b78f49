#pragma once
// Internal to common/redis: how a coroutine waits for its replies, from one connection or from several.
#include <optional>
#include <utility>

#include <boost/asio/async_result.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "common/redis/connection.hpp"

namespace guichet::redis {

using CallHandler = asio::async_result<asio::use_awaitable_t<>, void()>::handler_type;

// Lives in the frame of the coroutine that waits, so a call allocates nothing for it.
struct CallWaiter final : Waiter {
    using Waiter::Waiter;

    // The handler is moved out first: running or destroying it may destroy this waiter.
    void resume() override {
        CallHandler taken = std::move(*handler);
        handler.reset();
        std::move(taken)();
    }
    void abandon() override {
        CallHandler taken = std::move(*handler);
        handler.reset();
    }

    std::optional<CallHandler> handler;
};

// Waits on several connections: its coroutine goes on, or is destroyed, when the last of them has ended.
struct Join {
    std::optional<CallHandler> handler;
    std::size_t left = 0;
    bool abandoned = false;

    void end() {
        if (--left > 0) return;
        CallHandler taken = std::move(*handler);
        handler.reset();
        if (!abandoned) std::move(taken)();
    }
};

struct JoinedWaiter final : Waiter {
    JoinedWaiter(const Command* commands, std::size_t count, Reply* replies, Join& whole)
        : Waiter(commands, count, replies), join(whole) {}

    void resume() override { join.end(); }
    void abandon() override {
        join.abandoned = true;
        join.end();
    }

    Join& join;
};

}  // namespace guichet::redis
