#include "services/routing/ticker.hpp"

#include "common/obs/log.hpp"

namespace guichet::routing {
namespace {

using namespace std::chrono_literals;

constexpr auto kInterval = 100ms;
constexpr auto kStopLimit = 3s;

}  // namespace

Ticker::Ticker(service::Context& context, streams::Partitions& partitions, runtime::Event& arrivals)
    : context_(context), partitions_(partitions), arrivals_(arrivals) {}

void Ticker::start() {
    periodic_ = std::make_unique<runtime::Periodic>(context_.executor, "routing.ticker", kInterval,
                                                    [this] { return round(); });
}

asio::awaitable<void> Ticker::stop() {
    if (periodic_) co_await periodic_->stop(kStopLimit);
    periodic_.reset();
}

store::Tick Ticker::settings() const {
    const auto& routing = context_.settings.routing;
    store::Tick tick;
    tick.lease = routing.lease;
    tick.reserve = routing.reserve;
    tick.look = context_.settings.reply.unconfirmed_wait;
    tick.most_returns = std::max(1, static_cast<int>(routing.return_pacing / 10));
    return tick;
}

// After an outage, and for partitions that are newly ours, nobody could renew: leases start anew.
asio::awaitable<bool> Ticker::resume_new() {
    if (was_away_) resumed_.clear();
    std::map<int, std::uint64_t> held;
    for (const auto& holding : partitions_.holdings()) held.emplace(holding.partition, holding.fence);
    for (const auto& [partition, fence] : held) {
        const auto known = resumed_.find(partition);
        if (known != resumed_.end() && known->second == fence) continue;
        auto resumed = co_await context_.store.resume(store::Partition(partition));
        if (!resumed) co_return false;
        resumed_[partition] = fence;
    }
    was_away_ = false;
    co_return true;
}

asio::awaitable<void> Ticker::round() {
    const bool resumed = co_await resume_new();
    if (!resumed) {
        was_away_ = true;
        co_return;
    }
    const auto tick = settings();
    for (const auto& holding : partitions_.holdings()) {
        auto ticked = co_await context_.store.tick(store::Partition(holding.partition), tick);
        if (!ticked) {
            was_away_ = true;
            co_return;
        }
        if (ticked->done > 0) arrivals_.notify_all();
        if (ticked->failed > 0) {
            obs::log::error("timers.failed", {{"partition", holding.partition}, {"count", ticked->failed}});
        }
    }
}

}  // namespace guichet::routing
