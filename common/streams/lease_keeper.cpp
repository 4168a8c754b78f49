#include "common/streams/lease_keeper.hpp"

#include <algorithm>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "common/runtime/or_bug.hpp"

namespace guichet::streams {
namespace {

using Nanoseconds = std::chrono::nanoseconds;

// How soon to look again whether a partition to be given back is idle, and after a failed beat.
constexpr std::chrono::milliseconds kSoon{50};

struct Held {
    std::uint64_t fence = 0;
    Nanoseconds until{};
    bool leaving = false;
};

}  // namespace

struct LeaseKeeper::State {
    State(LeaseKeeper* owner, asio::any_io_executor executor, LeaseStore& lease_store, std::string name,
          LeaseOptions lease_options, const Clock& steady)
        : keeper(owner),
          executor(executor),
          store(lease_store),
          member(std::move(name)),
          options(lease_options),
          clock(steady),
          wake(executor),
          ended(executor) {}

    asio::awaitable<void> pause(std::chrono::milliseconds time) {
        boost::system::error_code ignored;
        wake.expires_after(time);
        co_await wake.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    }

    asio::awaitable<bool> beat();
    asio::awaitable<void> take(std::vector<int> partitions);
    asio::awaitable<void> give_back();
    void adopt(const LeaseView& view, Nanoseconds until);
    void forget_expired();
    void tell_if_changed();
    std::vector<Holding> holdings() const;

    LeaseKeeper* keeper;  // null once destroyed
    asio::any_io_executor executor;
    LeaseStore& store;
    std::string member;
    LeaseOptions options;
    const Clock& clock;
    asio::steady_timer wake;
    asio::steady_timer ended;
    std::map<int, Held> held;
    std::vector<Holding> told;
    Status last_error;
    bool running = false;
    bool stopping = false;
};

std::vector<Holding> LeaseKeeper::State::holdings() const {
    std::vector<Holding> out;
    auto now = clock.steady();
    for (const auto& [partition, lease] : held) {
        if (!lease.leaving && now < lease.until) out.push_back({partition, lease.fence});
    }
    return out;
}

void LeaseKeeper::State::tell_if_changed() {
    auto now_held = holdings();
    if (now_held == told) return;
    told = std::move(now_held);
    if (keeper) keeper->tell_all();
}

void LeaseKeeper::State::adopt(const LeaseView& view, Nanoseconds until) {
    std::map<int, Held> ours;
    for (const Lease& lease : view.leases) {
        if (lease.holder != member) continue;
        auto before = held.find(lease.partition);
        bool leaving = before != held.end() && before->second.leaving;
        ours[lease.partition] = {lease.fence, until, leaving};
    }
    held = std::move(ours);
}

void LeaseKeeper::State::forget_expired() {
    auto now = clock.steady();
    std::erase_if(held, [&](const auto& item) { return item.second.until <= now; });
    tell_if_changed();
}

// True when nothing is left to be done before the next beat is due.
asio::awaitable<bool> LeaseKeeper::State::beat() {
    // Counted from before the question: Redis counts from later.
    auto until = clock.steady() + options.ttl;
    auto view = co_await store.beat(options.ttl);
    if (!view) {
        last_error = view.error();
        forget_expired();
        co_return false;
    }
    last_error = {};
    adopt(*view, until);
    LeasePlan plan = plan_leases(*view, member, options.partitions);
    for (auto& [partition, lease] : held) {
        lease.leaving = std::find(plan.release.begin(), plan.release.end(), partition) != plan.release.end();
    }
    tell_if_changed();
    if (!plan.acquire.empty() && !stopping) co_await take(std::move(plan.acquire));
    co_await give_back();
    co_return std::none_of(held.begin(), held.end(), [](const auto& item) { return item.second.leaving; });
}

asio::awaitable<void> LeaseKeeper::State::take(std::vector<int> partitions) {
    auto until = clock.steady() + options.ttl;
    auto got = co_await store.acquire(std::move(partitions), options.ttl);
    if (!got) co_return;
    for (const Lease& lease : *got) held[lease.partition] = {lease.fence, until, false};
    tell_if_changed();
}

asio::awaitable<void> LeaseKeeper::State::give_back() {
    std::vector<int> idle;
    for (const auto& [partition, lease] : held) {
        if (lease.leaving && keeper && !keeper->busy(partition)) idle.push_back(partition);
    }
    if (idle.empty()) co_return;
    auto released = co_await store.release(idle);
    if (!released) co_return;
    for (int partition : idle) held.erase(partition);
}

asio::awaitable<void> LeaseKeeper::run(std::shared_ptr<State> state) {
    while (!state->stopping) {
        bool settled = co_await state->beat();
        if (state->stopping) break;
        co_await state->pause(settled ? state->options.beat : std::min(kSoon, state->options.beat));
    }
    state->running = false;
    state->ended.cancel();
}

LeaseKeeper::LeaseKeeper(asio::any_io_executor executor, LeaseStore& store, std::string member,
                         LeaseOptions options, const Clock& clock)
    : state_(std::make_shared<State>(this, std::move(executor), store, std::move(member), options, clock)) {}

LeaseKeeper::~LeaseKeeper() {
    state_->keeper = nullptr;
    state_->stopping = true;
    state_->wake.cancel();
}

void LeaseKeeper::start() {
    if (state_->running || state_->stopping) return;
    state_->running = true;
    asio::co_spawn(state_->executor, run(state_), runtime::or_bug("streams.leases"));
}

asio::awaitable<void> LeaseKeeper::stop() {
    auto state = state_;
    state->stopping = true;
    state->wake.cancel();
    while (state->running) {
        boost::system::error_code ignored;
        state->ended.expires_at(asio::steady_timer::time_point::max());
        co_await state->ended.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    }
    state->held.clear();
    state->tell_if_changed();
    // When Redis is away the leases run out by themselves.
    co_await state->store.leave();
}

std::vector<Holding> LeaseKeeper::holdings() const {
    return state_->holdings();
}
const Status& LeaseKeeper::last_error() const {
    return state_->last_error;
}

}  // namespace guichet::streams
