#include "common/streams/consumer.hpp"

#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "common/redis/blocking.hpp"
#include "common/runtime/or_bug.hpp"
#include "common/streams/consumer_impl.hpp"

namespace guichet::streams {

Consumer::Impl::Impl(asio::any_io_executor executor, redis::ClientOptions reader, redis::Client& client,
                     Partitions& partitions, ConsumerOptions options, ConsumerHandlers handlers,
                     const Clock& clock, Random& random)
    : executor_(executor),
      reader_(std::make_unique<redis::Client>(
          executor, redis::blocking_options(std::move(reader), options.consumer), clock, random)),
      client_(client),
      partitions_(partitions),
      options_(std::move(options)),
      handlers_(std::move(handlers)),
      clock_(clock),
      random_(random),
      wake_(executor),
      ended_(executor) {
    if (!options_.lane) {
        options_.lane = [](const Entry& entry) {
            const auto& conversation = entry.field("c");
            return conversation.empty() ? std::string() : entry.field("w") + "/" + conversation;
        };
    }
}

void Consumer::Impl::start() {
    if (running_ || stopping_) return;
    running_ = true;
    partitions_.subscribe(*this);
    reclaimed_at_ = clock_.steady();
    reader_->start();
    asio::co_spawn(executor_, run(shared_from_this()), runtime::or_bug("streams.consumer"));
}

asio::awaitable<bool> Consumer::Impl::stop(std::shared_ptr<Impl> self, Milliseconds drain) {
    self->stopping_ = true;
    auto end = self->clock_.steady() + drain;
    self->wake_.cancel();
    for (asio::steady_timer* delay : self->delays_) delay->cancel();
    co_await self->reader_->stop();
    for (const auto& [partition, state] : self->own_) self->backlog_.drop(partition);
    while (self->running_ || self->backlog_.running() > 0 || !self->delays_.empty()) {
        auto left = end - self->clock_.steady();
        if (left <= Nanoseconds::zero()) break;
        boost::system::error_code ignored;
        self->ended_.expires_after(left);
        co_await self->ended_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    }
    self->partitions_.unsubscribe(*self);
    co_return !self->running_ && self->backlog_.running() == 0;
}

void Consumer::Impl::abandon() {
    if (!stopping_) partitions_.unsubscribe(*this);
    stopping_ = true;
    wake_.cancel();
    ended_.cancel();
    for (asio::steady_timer* delay : delays_) delay->cancel();
    // Whoever waits in the blocking read is destroyed with its connection: it would keep us alive for ever.
    reader_.reset();
}

bool Consumer::Impl::busy(int partition) const {
    return backlog_.running(partition) || reading_.contains(partition);
}

ConsumerCounters Consumer::Impl::counters() const {
    ConsumerCounters counters = counters_;
    counters.buffered = backlog_.size();
    counters.in_flight = backlog_.running();
    return counters;
}

Consumer::Consumer(asio::any_io_executor executor, redis::ClientOptions reader, redis::Client& client,
                   Partitions& partitions, ConsumerOptions options, ConsumerHandlers handlers,
                   const Clock& clock, Random& random)
    : impl_(std::make_shared<Impl>(std::move(executor), std::move(reader), client, partitions,
                                   std::move(options), std::move(handlers), clock, random)) {}

Consumer::~Consumer() {
    auto impl = impl_;
    impl->abandon();
}

void Consumer::start() {
    impl_->start();
}
asio::awaitable<bool> Consumer::stop(std::chrono::milliseconds drain) {
    return Impl::stop(impl_, drain);
}
ConsumerCounters Consumer::counters() const {
    return impl_->counters();
}
Status Consumer::last_error() const {
    return impl_->last_error();
}

}  // namespace guichet::streams
