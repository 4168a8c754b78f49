#pragma once
// For tests of what travels through common/rpc: an io_context, known credentials, a dispatcher.
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <gtest/gtest.h>

#include "common/core/clock.hpp"
#include "common/rpc/dispatcher.hpp"

namespace guichet::test {

namespace asio = boost::asio;

inline rpc::GrantSpec grant(rpc::Role role) {
    return rpc::GrantSpec{role, {}, {}, false};
}

class FakeAuthenticator final : public rpc::Authenticator {
  public:
    asio::awaitable<Result<rpc::Caller>> authenticate(std::string bearer) override {
        ++asked;
        const auto found = callers.find(bearer);
        if (found == callers.end()) co_return make_status(Code::unauthenticated, "no such credential");
        co_return found->second;
    }

    void add(const std::string& bearer, const std::string& actor, std::vector<rpc::GrantSpec> grants) {
        rpc::Caller caller;
        caller.workspace = WorkspaceId("w1");
        caller.actor = actor;
        caller.kind = rpc::Caller::Kind::agent;
        caller.grants = std::move(grants);
        callers[bearer] = std::move(caller);
    }

    std::map<std::string, rpc::Caller> callers;
    int asked = 0;
};

// Runs the io_context until `work` is done; the test fails when that takes longer than `limit`.
template <class T>
T run(asio::io_context& io, asio::awaitable<T> work,
      std::chrono::milliseconds limit = std::chrono::seconds(20)) {
    std::optional<T> result;
    std::exception_ptr failure;
    auto guard = asio::make_work_guard(io);
    asio::co_spawn(io, std::move(work), [&](std::exception_ptr error, T value) {
        failure = error;
        result.emplace(std::move(value));
    });
    io.restart();
    asio::steady_timer limit_timer(io, limit);
    bool late = false;
    limit_timer.async_wait([&late](const boost::system::error_code& error) { late = late || !error; });
    while (!result && !late) io.run_one();
    limit_timer.cancel();
    io.poll();
    if (late) {
        ADD_FAILURE() << "not done in time";
        std::abort();
    }
    if (failure) std::rethrow_exception(failure);
    return std::move(*result);
}

// Runs the io_context until `condition` holds.
template <class Condition>
bool run_until(asio::io_context& io, Condition condition,
               std::chrono::milliseconds limit = std::chrono::seconds(20)) {
    auto guard = asio::make_work_guard(io);
    io.restart();
    asio::steady_timer limit_timer(io, limit);
    bool late = false;
    limit_timer.async_wait([&late](const boost::system::error_code& error) { late = late || !error; });
    while (!condition() && !late) io.run_one();
    limit_timer.cancel();
    io.poll();
    return condition();
}

struct RpcWorld {
    RpcWorld() : dispatcher(io.get_executor(), authenticator, clock) {
        authenticator.add("t-viewer", "viewer1", {grant(rpc::Role::viewer)});
        authenticator.add("t-agent", "agent1", {grant(rpc::Role::agent)});
        authenticator.add("t-admin", "admin1", {grant(rpc::Role::admin)});
        authenticator.add("t-channel", "channel1", {grant(rpc::Role::channel)});
    }

    asio::io_context io;
    SystemClock clock;
    FakeAuthenticator authenticator;
    rpc::Dispatcher dispatcher;
};

}  // namespace guichet::test
