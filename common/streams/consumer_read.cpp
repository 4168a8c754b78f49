// The reading half: takes over what is pending, then reads what is new, and reclaims now and then.
#include <algorithm>
#include <utility>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "common/redis/blocking.hpp"
#include "common/streams/consumer_impl.hpp"

namespace guichet::streams {
namespace {

// Pending entries looked at in one XAUTOCLAIM.
constexpr std::size_t kClaimBatch = 100;
constexpr std::chrono::milliseconds kReadPauseMin{20};
constexpr std::chrono::milliseconds kReadPauseMax{1000};

bool no_group(const Status& status) {
    return status.reason == "nogroup";
}

}  // namespace

asio::awaitable<void> Consumer::Impl::run(std::shared_ptr<Impl> self, ReaderPtr reader) {
    while (!self->stopping_) {
        self->sync_partitions();
        const auto share = self->share_of(*reader);
        if (share == 0) reader->last_error = {};
        if (share == 0 || self->room() < share) {
            co_await pause(reader, self->options_.block);
            continue;
        }
        auto done = co_await self->take_over(reader);
        if (done && !self->stopping_) done = co_await self->reclaim(reader);
        if (done && !self->stopping_) done = co_await self->read_new(reader);
        if (self->stopping_) break;
        if (done) {
            reader->failures = 0;
            reader->last_error = {};
        } else {
            self->on_read_error(*reader, done.error());
            auto wait = kReadPauseMin * (1 << std::min(reader->failures++, 6));
            co_await pause(reader, std::min<Milliseconds>(wait, kReadPauseMax));
        }
    }
    std::erase_if(self->reading_, [&reader](int partition) { return reader->reads(partition); });
    --self->running_;
    self->ended_.cancel();
}

std::size_t Consumer::Impl::share_of(const Reader& reader) const {
    return reader.only ? own_.count(*reader.only) : own_.size();
}

void Consumer::Impl::sync_partitions() {
    std::map<int, Partition> now;
    for (const Holding& holding : partitions_.holdings()) {
        auto before = own_.find(holding.partition);
        bool same = before != own_.end() && before->second.fence == holding.fence;
        now[holding.partition] = same ? before->second : Partition{.fence = holding.fence};
    }
    for (const auto& [partition, state] : own_) {
        auto still = now.find(partition);
        // Another process works on what waited here.
        if (still == now.end() || still->second.fence != state.fence) backlog_.drop(partition);
    }
    own_ = std::move(now);
}

void Consumer::Impl::add(Entry entry) {
    std::string lane = options_.lane(entry);
    if (lane.empty()) lane = "#" + entry.id;
    backlog_.add(lane, std::move(entry));
}

std::size_t Consumer::Impl::room() const {
    return backlog_.size() < options_.max_buffered ? options_.max_buffered - backlog_.size() : 0;
}

asio::awaitable<Result<void>> Consumer::Impl::take_over(ReaderPtr reader) {
    std::vector<int> fresh;
    for (const auto& [partition, state] : own_) {
        if (reader->reads(partition) && !state.taken_over) fresh.push_back(partition);
    }
    for (int partition : fresh) {
        auto group = co_await ensure_group(partition);
        if (!group) co_return group;
        while (!stopping_ && room() > 0) {
            auto state = own_.find(partition);
            if (state == own_.end()) break;
            auto next = co_await claim_batch(partition, state->second.cursor, options_.takeover_idle);
            if (!next) co_return next.error();
            state = own_.find(partition);
            if (state == own_.end()) break;
            state->second.cursor = *next;
            state->second.taken_over = *next == "0-0";
            if (state->second.taken_over) break;
        }
        if (stopping_ || room() == 0) break;
    }
    co_return Result<void>();
}

asio::awaitable<Result<void>> Consumer::Impl::ensure_group(int partition) {
    auto state = own_.find(partition);
    if (state == own_.end() || state->second.has_group) co_return Result<void>();
    redis::Command create("XGROUP", "CREATE", options_.stream_key(partition), options_.group, "0",
                          "MKSTREAM");
    auto made = co_await client_.call(std::move(create));
    if (!made && made.error().reason != "busygroup") co_return made.error();
    state = own_.find(partition);
    if (state != own_.end()) state->second.has_group = true;
    co_return Result<void>();
}

// JUSTID leaves the delivery counts alone: most of what is pending is usually in work right here.
asio::awaitable<Result<std::string>> Consumer::Impl::claim_batch(int partition, std::string cursor,
                                                                 Milliseconds idle) {
    redis::Command claim("XAUTOCLAIM", options_.stream_key(partition), options_.group, options_.consumer,
                         idle.count(), cursor, "COUNT",
                         std::min(kClaimBatch, std::max<std::size_t>(room(), 1)), "JUSTID");
    auto reply = co_await client_.call(std::move(claim));
    if (!reply) co_return reply.error();
    std::vector<std::string> unknown, lost;
    for (auto& id : reply->items()[1].items()) {
        if (!backlog_.knows(partition, id.text())) unknown.push_back(id.take_text());
    }
    for (auto& id : (*reply)[2].items()) lost.push_back(id.text());
    if (!lost.empty()) {
        counters_.lost += lost.size();
        if (handlers_.lost) handlers_.lost(partition, std::move(lost));
    }
    std::string next = (*reply)[0].text();
    if (!unknown.empty()) {
        auto claimed = co_await claim_unknown(partition, std::move(unknown));
        if (!claimed) co_return claimed.error();
    }
    co_return next;
}

asio::awaitable<Result<void>> Consumer::Impl::claim_unknown(int partition, std::vector<std::string> ids) {
    auto key = options_.stream_key(partition);
    std::vector<redis::Command> commands;
    commands.emplace_back("XCLAIM", key, options_.group, options_.consumer, 0).add_all(ids);
    commands.emplace_back("XPENDING", key, options_.group, ids.front(), ids.back(),
                          options_.max_buffered + ids.size(), options_.consumer);
    auto replies = co_await client_.call_many(std::move(commands));
    if (!replies) co_return replies.error();
    for (const redis::Reply& reply : *replies) {
        if (reply.is_error()) co_return redis::to_status(reply);
    }
    std::map<std::string, int> deliveries;
    for (const redis::Reply& pending : (*replies)[1].items()) {
        deliveries[pending[0].text()] = static_cast<int>(pending[3].to_integer());
    }
    if (!own_.contains(partition) || stopping_) co_return Result<void>();
    for (Entry& entry : read_entries(partition, (*replies)[0])) {
        auto count = deliveries.find(entry.id);
        if (count != deliveries.end()) entry.deliveries = count->second;
        ++counters_.taken_over;
        add(std::move(entry));
    }
    pump();
    co_return Result<void>();
}

asio::awaitable<Result<void>> Consumer::Impl::reclaim(ReaderPtr reader) {
    if (clock_.steady() - reader->reclaimed_at < options_.reclaim_every) co_return Result<void>();
    reader->reclaimed_at = clock_.steady();
    for (int partition : readable(*reader)) {
        std::string cursor = "0-0";
        do {
            auto next = co_await claim_batch(partition, std::move(cursor), options_.min_idle);
            if (!next) co_return next.error();
            cursor = *next;
        } while (cursor != "0-0" && !stopping_ && room() > 0);
        if (stopping_) break;
    }
    co_return Result<void>();
}

std::vector<int> Consumer::Impl::readable(const Reader& reader) const {
    std::vector<int> partitions;
    for (const auto& [partition, state] : own_) {
        if (reader.reads(partition) && state.taken_over) partitions.push_back(partition);
    }
    return partitions;
}

asio::awaitable<Result<void>> Consumer::Impl::read_new(ReaderPtr reader) {
    auto partitions = readable(*reader);
    // COUNT holds for each stream; what the other readers may bring needs its room too.
    auto count = partitions.empty() ? 0 : std::min(options_.batch, room() / own_.size());
    if (count == 0) {
        co_await pause(reader, options_.block);
        co_return Result<void>();
    }
    redis::Command read("XREADGROUP", "GROUP", options_.group, options_.consumer, "COUNT", count, "BLOCK",
                        options_.block.count(), "STREAMS");
    std::map<std::string, int> by_key;
    for (int partition : partitions) {
        auto key = options_.stream_key(partition);
        read.add(key);
        by_key[key] = partition;
    }
    for (std::size_t i = 0; i < partitions.size(); ++i) read.add(">");
    reading_.insert(partitions.begin(), partitions.end());
    auto reply = co_await reader->connection->call(std::move(read), redis::blocking_deadline(options_.block));
    if (stopping_) co_return Result<void>();
    if (reply) {
        // What came from a partition that was given away meanwhile stays pending for its next holder.
        sync_partitions();
        for (redis::Reply& stream : reply->items()) {
            int partition = by_key[stream[0].text()];
            if (!own_.contains(partition)) continue;
            for (Entry& entry : read_entries(partition, stream.items()[1])) add(std::move(entry));
        }
    }
    for (int partition : partitions) reading_.erase(partition);
    if (!reply) co_return reply.error();
    pump();
    co_return Result<void>();
}

void Consumer::Impl::on_read_error(Reader& reader, const Status& error) {
    ++counters_.read_errors;
    reader.last_error = error;
    // The reply that was lost may have handed entries to us: they are pending, and found by taking over
    // again.
    for (auto& [partition, state] : own_) {
        if (!reader.reads(partition)) continue;
        state.taken_over = false;
        state.cursor = "0-0";
        if (no_group(error)) state.has_group = false;
    }
}

asio::awaitable<void> Consumer::Impl::pause(ReaderPtr reader, Milliseconds time) {
    boost::system::error_code ignored;
    reader->wake.expires_after(time);
    co_await reader->wake.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
}

}  // namespace guichet::streams
