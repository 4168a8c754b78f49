#include "services/ingest/memory_watch.hpp"

#include "common/obs/log.hpp"

namespace guichet::ingest {
namespace {

constexpr double kRelief = 0.05;

std::string percent(double share) {
    return std::to_string(static_cast<int>(share * 100)) + " %";
}

}  // namespace

MemoryWatch::MemoryWatch(const asio::any_io_executor& executor, store::Store& store, obs::Health& health,
                         double high_water, std::chrono::milliseconds interval)
    : state_(std::make_shared<State>(State{store, health, high_water})),
      periodic_(executor, "ingest.memory", interval, [state = state_] { return look(state); }) {}

asio::awaitable<void> MemoryWatch::stop() {
    co_await periodic_.stop(std::chrono::seconds(1));
}

asio::awaitable<void> MemoryWatch::look(std::shared_ptr<State> state) {
    auto share = co_await state->store.memory_share();
    // An absent Redis is reported by its own connection.
    if (!share) co_return;
    const bool closed = *share >= state->high_water - (state->closed ? kRelief : 0.0);
    if (closed == state->closed) co_return;
    state->closed = closed;
    if (closed) {
        log::error("ingest.closed",
                   {{"memory", percent(*share)}, {"high_water", percent(state->high_water)}});
        state->health.report(
            "memory", obs::Condition::degraded,
            "Redis uses " + percent(*share) +
                " of its memory: no new messages are taken; raise redis.maxmemory or resolve what "
                "waits");
    } else {
        log::info("ingest.open", {{"memory", percent(*share)}});
        state->health.report("memory", obs::Condition::ok);
    }
}

}  // namespace guichet::ingest
