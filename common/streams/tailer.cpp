#include "common/streams/tailer.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "common/redis/blocking.hpp"
#include "common/redis/masters.hpp"
#include "common/runtime/or_bug.hpp"

namespace guichet::streams {
namespace {

using Milliseconds = std::chrono::milliseconds;

// What XINFO STREAM tells of a log.
struct LogInfo {
    std::optional<EntryId> first;  // nothing: the log is empty
    EntryId last_generated;
    bool ever_used = false;
};

LogInfo read_info(const redis::Reply& reply) {
    LogInfo info;
    for (std::size_t i = 0; i + 1 < reply.size(); i += 2) {
        const std::string& name = reply[i].text();
        if (name == "first-entry" && reply[i + 1].is_array()) {
            info.first = EntryId::parse(reply[i + 1][0].text());
        } else if (name == "last-generated-id") {
            info.last_generated = EntryId::parse(reply[i + 1].text()).value_or(EntryId());
        } else if (name == "entries-added") {
            info.ever_used = reply[i + 1].to_integer() > 0;
        }
    }
    return info;
}

}  // namespace

// Reads some of the partitions together.
class TailerReading : public std::enable_shared_from_this<TailerReading> {
  public:
    using Positions = Tailer::Positions;

    TailerReading(asio::any_io_executor executor, redis::ClientOptions reader, redis::Client& client,
                  TailerOptions options, TailerHandlers handlers, const Clock& clock, Random& random)
        : executor_(executor),
          reader_(std::make_unique<redis::Client>(
              executor, redis::blocking_options(std::move(reader), options.name), clock, random)),
          client_(client),
          options_(std::move(options)),
          handlers_(std::move(handlers)),
          random_(random),
          wake_(executor),
          ended_(executor) {}

    void start(Positions from);
    static asio::awaitable<void> stop(std::shared_ptr<TailerReading> self);
    void abandon();

    std::map<int, std::string> positions_;
    Status last_error_;
    bool caught_up_ = false;

  private:
    static asio::awaitable<void> run(std::shared_ptr<TailerReading> self);
    asio::awaitable<Result<void>> check_all();
    asio::awaitable<Result<void>> check(int partition);
    asio::awaitable<Result<void>> read();
    asio::awaitable<Result<void>> deliver(int partition, std::vector<Entry> entries);
    asio::awaitable<void> pause(Milliseconds time);
    bool may_rest() const { return !caught_up_ && !more_ && !stopping_ && options_.rest.count() > 0; }

    asio::any_io_executor executor_;
    std::unique_ptr<redis::Client> reader_;
    redis::Client& client_;
    TailerOptions options_;
    TailerHandlers handlers_;
    Random& random_;
    asio::steady_timer wake_;
    asio::steady_timer ended_;
    // Partitions whose position is to be compared with the log before the next read (it may be another
    // log)...
    std::set<int> unchecked_;
    // ...and after it: the trimming may have overtaken who lags, and only what is there after the read tells.
    std::set<int> lagging_;
    // Where the last gap that was told of began: told once, though found before and after the read.
    std::map<int, EntryId> told_;
    // The last read could not hold all there is.
    bool more_ = false;
    bool running_ = false;
    bool stopping_ = false;
};

void TailerReading::start(Positions from) {
    if (running_ || stopping_) return;
    running_ = true;
    positions_ = std::move(from);
    for (const auto& [partition, id] : positions_) unchecked_.insert(partition);
    lagging_ = unchecked_;
    reader_->start();
    asio::co_spawn(executor_, run(shared_from_this()), runtime::or_bug("streams.tailer"));
}

asio::awaitable<void> TailerReading::stop(std::shared_ptr<TailerReading> self) {
    self->stopping_ = true;
    self->wake_.cancel();
    co_await self->reader_->stop();
    while (self->running_) {
        boost::system::error_code ignored;
        self->ended_.expires_at(asio::steady_timer::time_point::max());
        co_await self->ended_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    }
}

void TailerReading::abandon() {
    stopping_ = true;
    wake_.cancel();
    ended_.cancel();
    // Whoever waits in the blocking read is destroyed with its connection: it would keep us alive for ever.
    reader_.reset();
}

asio::awaitable<void> TailerReading::pause(Milliseconds time) {
    boost::system::error_code ignored;
    wake_.expires_after(time);
    co_await wake_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
}

asio::awaitable<void> TailerReading::run(std::shared_ptr<TailerReading> self) {
    Milliseconds wait = self->options_.retry_min;
    while (!self->stopping_) {
        auto done = co_await self->check_all();
        if (done && !self->stopping_) done = co_await self->read();
        if (self->stopping_) break;
        if (done) {
            self->last_error_ = {};
            wait = self->options_.retry_min;
            if (self->may_rest()) co_await self->pause(self->options_.rest);
            continue;
        }
        self->last_error_ = done.error();
        self->caught_up_ = false;
        // After an outage the log may be another one.
        for (const auto& [partition, id] : self->positions_) self->unchecked_.insert(partition);
        auto half = static_cast<std::uint64_t>(wait.count() / 2);
        co_await self->pause(Milliseconds(half + self->random_.below(half + 1)));
        wait = std::min(wait * 2, self->options_.retry_max);
    }
    self->running_ = false;
    self->ended_.cancel();
}

asio::awaitable<Result<void>> TailerReading::check_all() {
    while (!unchecked_.empty() && !stopping_) {
        int partition = *unchecked_.begin();
        auto checked = co_await check(partition);
        if (!checked) co_return checked;
        unchecked_.erase(partition);
    }
    co_return Result<void>();
}

asio::awaitable<Result<void>> TailerReading::check(int partition) {
    auto reply = co_await client_.call(redis::Command("XINFO", "STREAM", options_.stream_key(partition)));
    LogInfo info;
    if (reply) {
        info = read_info(*reply);
    } else if (reply.error().message.find("no such key") == std::string::npos) {
        co_return reply.error();
    }
    std::string& position = positions_[partition];
    if (position == "$") {
        position = info.last_generated.str();
        co_return Result<void>();
    }
    auto wanted = EntryId::parse(position).value_or(EntryId());
    Gap gap{.partition = partition, .wanted = wanted, .first = info.first.value_or(wanted)};
    gap.went_back = wanted > info.last_generated;
    // From the beginning: something is missing only if something has been trimmed, which cannot be told from
    // an empty log that was used.
    bool trimmed = info.first ? *info.first > wanted : info.ever_used && info.last_generated > wanted;
    if (wanted == EntryId() && info.first) trimmed = false;
    if (!trimmed && !gap.went_back) co_return Result<void>();
    auto told = told_.find(partition);
    if (!gap.went_back && told != told_.end() && told->second == wanted) co_return Result<void>();
    told_[partition] = wanted;
    if (gap.went_back) position = "0-0";
    if (!info.first && !gap.went_back) position = info.last_generated.str();
    if (handlers_.gap) co_await handlers_.gap(gap);
    co_return Result<void>();
}

asio::awaitable<Result<void>> TailerReading::read() {
    redis::Command command("XREAD", "COUNT", options_.batch, "BLOCK", options_.block.count(), "STREAMS");
    std::map<std::string, int> by_key;
    for (const auto& [partition, id] : positions_) {
        auto key = options_.stream_key(partition);
        command.add(key);
        by_key[key] = partition;
    }
    for (const auto& [partition, id] : positions_) command.add(id);
    auto reply = co_await reader_->call(std::move(command), redis::blocking_deadline(options_.block));
    if (!reply) co_return reply.error();
    caught_up_ = reply->is_nil();
    more_ = false;
    for (redis::Reply& stream : reply->items()) {
        int partition = by_key[stream[0].text()];
        auto entries = read_entries(partition, stream.items()[1]);
        if (entries.empty()) continue;
        if (lagging_.contains(partition)) {
            auto checked = co_await check(partition);
            if (!checked) co_return checked;
        }
        bool lagging = entries.size() >= options_.batch;
        more_ = more_ || lagging;
        auto delivered = co_await deliver(partition, std::move(entries));
        if (!delivered) co_return delivered;
        if (stopping_) break;
        if (lagging) {
            lagging_.insert(partition);
        } else {
            lagging_.erase(partition);
        }
    }
    co_return Result<void>();
}

asio::awaitable<Result<void>> TailerReading::deliver(int partition, std::vector<Entry> entries) {
    std::string last = entries.back().id;
    auto delivered = co_await handlers_.deliver(partition, std::move(entries));
    if (delivered) positions_[partition] = std::move(last);
    co_return delivered;
}

class Tailer::Impl {
  public:
    Impl(redis::Client& client, std::function<std::shared_ptr<TailerReading>()> make)
        : client_(client), make_(std::move(make)) {}

    // One for all partitions; of a cluster one for each, since a read of two slots is refused even where one
    // master holds both.
    void start(Positions from) {
        if (!readings_.empty()) return;
        if (!redis::is_cluster(client_)) return add(std::move(from));
        for (const auto& position : from) add({position});
    }
    const std::vector<std::shared_ptr<TailerReading>>& readings() const { return readings_; }
    static asio::awaitable<void> stop(std::shared_ptr<Impl> self) {
        for (const auto& reading : self->readings_) co_await TailerReading::stop(reading);
    }

  private:
    void add(Positions from) {
        readings_.push_back(make_());
        readings_.back()->start(std::move(from));
    }

    redis::Client& client_;
    std::function<std::shared_ptr<TailerReading>()> make_;
    std::vector<std::shared_ptr<TailerReading>> readings_;
};

Tailer::Tailer(asio::any_io_executor executor, redis::ClientOptions reader, redis::Client& client,
               TailerOptions options, TailerHandlers handlers, const Clock& clock, Random& random) {
    auto make = [=, &client, &clock, &random] {
        return std::make_shared<TailerReading>(executor, reader, client, options, handlers, clock, random);
    };
    impl_ = std::make_shared<Impl>(client, std::move(make));
}

Tailer::~Tailer() {
    auto impl = impl_;
    for (const auto& reading : impl->readings()) reading->abandon();
}

void Tailer::start(Positions from) {
    impl_->start(std::move(from));
}
asio::awaitable<void> Tailer::stop() {
    return Impl::stop(impl_);
}
Tailer::Positions Tailer::positions() const {
    Positions all;
    for (const auto& reading : impl_->readings())
        all.insert(reading->positions_.begin(), reading->positions_.end());
    return all;
}
bool Tailer::caught_up() const {
    const auto& all = impl_->readings();
    const auto caught_up = [](const auto& reading) { return reading->caught_up_; };
    return !all.empty() && std::all_of(all.begin(), all.end(), caught_up);
}
Status Tailer::last_error() const {
    for (const auto& reading : impl_->readings()) {
        if (!reading->last_error_.ok()) return reading->last_error_;
    }
    return {};
}

}  // namespace guichet::streams
