#include "common/streams/consumer.hpp"

#include <algorithm>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "common/redis/blocking.hpp"
#include "common/redis/masters.hpp"
#include "common/runtime/or_bug.hpp"
#include "common/streams/consumer_impl.hpp"

namespace guichet::streams {

Consumer::Impl::Impl(asio::any_io_executor executor, redis::ClientOptions reader, redis::Client& client,
                     Partitions& partitions, ConsumerOptions options, ConsumerHandlers handlers,
                     const Clock& clock, Random& random)
    : executor_(executor),
      reader_options_(redis::blocking_options(std::move(reader), options.consumer)),
      client_(client),
      partitions_(partitions),
      options_(std::move(options)),
      handlers_(std::move(handlers)),
      clock_(clock),
      random_(random),
      ended_(executor) {
    if (!options_.lane) {
        options_.lane = [](const Entry& entry) {
            const auto& conversation = entry.field("c");
            return conversation.empty() ? std::string() : entry.field("w") + "/" + conversation;
        };
    }
}

void Consumer::Impl::start() {
    if (started_ || stopping_) return;
    started_ = true;
    partitions_.subscribe(*this);
    if (redis::is_cluster(client_)) {
        add_readers();
    } else {
        add_reader(std::nullopt);
    }
}

void Consumer::Impl::add_reader(std::optional<int> only) {
    auto reader = std::make_shared<Reader>(executor_, only);
    reader->connection = std::make_unique<redis::Client>(executor_, reader_options_, clock_, random_);
    reader->reclaimed_at = clock_.steady();
    reader->connection->start();
    readers_.push_back(reader);
    ++running_;
    asio::co_spawn(executor_, run(shared_from_this(), std::move(reader)),
                   runtime::or_bug("streams.consumer"));
}

// One for each partition that was ever ours: its connection waits for the day it comes back.
void Consumer::Impl::add_readers() {
    for (const Holding& holding : partitions_.holdings()) {
        const auto partition = holding.partition;
        const auto has = [partition](const ReaderPtr& reader) { return reader->only == partition; };
        if (std::none_of(readers_.begin(), readers_.end(), has)) add_reader(partition);
    }
}

void Consumer::Impl::wake_readers() {
    for (const auto& reader : readers_) reader->wake.cancel();
}

void Consumer::Impl::partitions_changed() {
    if (redis::is_cluster(client_) && started_ && !stopping_) add_readers();
    wake_readers();
}

Status Consumer::Impl::last_error() const {
    for (const auto& reader : readers_) {
        if (!reader->last_error.ok()) return reader->last_error;
    }
    return {};
}

asio::awaitable<bool> Consumer::Impl::stop(std::shared_ptr<Impl> self, Milliseconds drain) {
    self->stopping_ = true;
    auto end = self->clock_.steady() + drain;
    self->wake_readers();
    for (asio::steady_timer* delay : self->delays_) delay->cancel();
    const auto readers = self->readers_;
    for (const auto& reader : readers) co_await reader->connection->stop();
    for (const auto& [partition, state] : self->own_) self->backlog_.drop(partition);
    while (self->running_ > 0 || self->backlog_.running() > 0 || !self->delays_.empty()) {
        auto left = end - self->clock_.steady();
        if (left <= Nanoseconds::zero()) break;
        boost::system::error_code ignored;
        self->ended_.expires_after(left);
        co_await self->ended_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    }
    self->partitions_.unsubscribe(*self);
    co_return self->running_ == 0 && self->backlog_.running() == 0;
}

void Consumer::Impl::abandon() {
    if (!stopping_) partitions_.unsubscribe(*this);
    stopping_ = true;
    wake_readers();
    ended_.cancel();
    for (asio::steady_timer* delay : delays_) delay->cancel();
    // Whoever waits in a blocking read is destroyed with its connection: it would keep us alive for ever.
    for (const auto& reader : std::exchange(readers_, {})) reader->connection.reset();
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
