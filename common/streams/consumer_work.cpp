// The working half: hands entries to the handler, lane by lane.
#include <algorithm>
#include <exception>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "common/runtime/or_bug.hpp"
#include "common/streams/consumer_impl.hpp"

namespace guichet::streams {
namespace {

bool passes_by_itself(const Status& status) {
    return status.retryable || status.code == Code::deadline_exceeded;
}

}  // namespace

void Consumer::Impl::pump() {
    while (!stopping_ && backlog_.running() < options_.max_in_flight) {
        auto lane = backlog_.take();
        if (!lane) return;
        asio::co_spawn(executor_, work(shared_from_this(), std::move(lane)),
                       runtime::or_bug("streams.consumer"));
    }
}

asio::awaitable<Result<void>> Consumer::Impl::attempt(WorkEntry& work) {
    ++work.attempts;
    std::string thrown;
    try {
        int deliveries = work.entry.deliveries + work.failures;
        if (deliveries <= options_.delivery_limit) co_return co_await handlers_.handle(work.entry);
        std::string reason = "not done after " + std::to_string(options_.delivery_limit) + " deliveries";
        if (!work.last_error.empty()) reason += ": " + work.last_error;
        auto buried = co_await handlers_.dead_letter(work.entry, std::move(reason));
        if (buried) ++counters_.dead;
        co_return buried;
    } catch (const std::exception& error) {
        thrown = error.what();
    }
    // A bug in a handler must not hold up its lane for ever.
    co_return internal("exception: " + thrown);
}

asio::awaitable<void> Consumer::Impl::work(std::shared_ptr<Impl> self, Backlog::LanePtr lane) {
    WorkEntry& work = lane->entries.front();
    auto dead_before = self->counters_.dead;
    auto done = co_await self->attempt(work);
    if (done) {
        if (self->counters_.dead == dead_before) ++self->counters_.handled;
        self->backlog_.finish(lane);
    } else {
        ++self->counters_.failed;
        bool passing = passes_by_itself(done.error());
        if (!passing) ++work.failures;
        work.last_error = to_string(done.error());
        const auto& options = self->options_;
        auto delay = passing
                         ? self->backoff(work.attempts, std::min(options.retry_max, options.outage_retry_max))
                         : self->backoff(work.failures, options.retry_max);
        self->backlog_.put_off(lane);
        bool ours = !self->stopping_ && self->own_.contains(lane->partition);
        if (ours) {
            asio::co_spawn(self->executor_, try_again(self, lane, delay),
                           runtime::or_bug("streams.consumer"));
        } else {
            self->backlog_.drop(lane->partition);
        }
    }
    self->finished();
}

asio::awaitable<void> Consumer::Impl::try_again(std::shared_ptr<Impl> self, Backlog::LanePtr lane,
                                                Milliseconds delay) {
    asio::steady_timer timer(self->executor_);
    auto place = self->delays_.insert(self->delays_.end(), &timer);
    boost::system::error_code ignored;
    timer.expires_after(delay);
    co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    self->delays_.erase(place);
    self->backlog_.wake(lane);
    self->finished();
}

void Consumer::Impl::finished() {
    if (stopping_) {
        ended_.cancel();
        return;
    }
    pump();
    // The reading half may wait for room.
    auto enough = std::max(options_.batch, own_.size());
    if (backlog_.size() + enough >= options_.max_buffered) wake_readers();
}

Consumer::Impl::Milliseconds Consumer::Impl::backoff(int attempts, Milliseconds most) {
    auto wait = options_.retry_min;
    for (int i = 1; i < attempts && wait < most; ++i) wait *= 2;
    auto half = static_cast<std::uint64_t>(std::min(wait, most).count()) / 2;
    return Milliseconds(half + random_.below(half + 1));
}

}  // namespace guichet::streams
