#include "services/inbox/archiver.hpp"

#include <set>

#include "common/obs/log.hpp"
#include "common/store/keys.hpp"
#include "common/store/records.hpp"
#include "services/inbox/logged_event.hpp"

namespace guichet::inbox {
namespace {

using namespace std::chrono_literals;

constexpr auto kTend = 1s;
// A transaction costs much more than what is in it: what comes so soon after something was read is written
// together.
constexpr auto kWriteTogether = 20ms;
// Watchers may resume from so far back.
constexpr TimeMs kKeptMs = 10 * 60 * 1000;
// While the log is larger than this share of its limit, only what is not archived is kept.
constexpr std::int64_t kKeptEntries = 50'000;

std::string stream_of(const char* name, int partition) {
    return std::string(name) + ":" + std::to_string(partition);
}

std::string key_of(const std::string& name, int partition) {
    if (name == "audit") return store::audit_key();
    const store::Partition p(partition);
    return name == "raw" ? store::raw_key(p) : store::events_key(p);
}

}  // namespace

Archiver::Archiver(service::Context& context, Archive& archive)
    : context_(context),
      archive_(archive),
      keeper_of_audit_(context, archive),
      pruner_(context, archive),
      erasures_(context, archive,
                [this](const std::string& stream, int partition, const std::string& id) {
                    return reached(stream, partition, id);
                }),
      lag_(context.metrics.gauge("guichet_archive_lag_entries", "Log entries that are kept in Redis")) {
    leases_ = std::make_unique<streams::RedisLeaseStore>(context_.store.client(),
                                                         store::leases_key("archiver"), context_.process);
    streams::LeaseOptions options;
    options.partitions = 1;
    options.ttl = context_.settings.streams.partition_lease;
    options.beat = options.ttl / 5;
    keeper_ = std::make_unique<streams::LeaseKeeper>(context_.executor, *leases_, context_.process, options,
                                                     context_.clock);
}

Archiver::~Archiver() = default;

void Archiver::start() {
    keeper_->subscribe(*this);
    keeper_->start();
    tending_ = std::make_unique<runtime::Periodic>(context_.executor, "archive.tend", kTend,
                                                   [this] { return tend(); });
}

asio::awaitable<void> Archiver::stop() {
    stopping_ = true;
    if (tending_) co_await tending_->stop(3s);
    tending_.reset();
    co_await unfollow();
    keeper_->unsubscribe(*this);
    co_await keeper_->stop();
}

void Archiver::partitions_changed() {
    if (tending_) tending_->poke();
}

bool Archiver::busy(int) const {
    return writing_ > 0;
}

bool Archiver::caught_up() const {
    return events_ && raw_ && audit_ && events_->caught_up() && raw_->caught_up() && audit_->caught_up();
}

bool Archiver::reached(const std::string& stream, int partition, const std::string& id) const {
    const auto& tailer = stream == "raw" ? raw_ : stream == "audit" ? audit_ : events_;
    if (!tailer) return false;
    const auto positions = tailer->positions();
    const auto last = positions.find(partition);
    const auto wanted = streams::EntryId::parse(id);
    const auto at = last == positions.end() ? std::nullopt : streams::EntryId::parse(last->second);
    return wanted && at && !(*wanted > *at);
}

std::unique_ptr<streams::Tailer> Archiver::tailer(const char* stream) {
    const std::string name = stream;
    streams::TailerOptions options;
    options.name = "guichet-archive-" + name;
    options.rest = kWriteTogether;
    options.stream_key = [name](int partition) { return key_of(name, partition); };
    streams::TailerHandlers handlers;
    handlers.deliver = [this, name](int partition, std::vector<streams::Entry> entries) {
        if (name == "audit") return deliver_audit(std::move(entries));
        return name == "raw" ? deliver_raw(partition, std::move(entries))
                             : deliver_events(partition, std::move(entries));
    };
    handlers.gap = [this, name](streams::Gap missing) { return gap(name, missing); };
    auto reader = context_.redis;
    reader.name = options.name;
    return std::make_unique<streams::Tailer>(context_.executor, std::move(reader), context_.store.client(),
                                             std::move(options), std::move(handlers), context_.clock,
                                             context_.random);
}

asio::awaitable<void> Archiver::follow() {
    auto* archive = &archive_;
    auto known = co_await context_.pool.run([archive] { return archive->positions(); });
    if (!known) {
        log::error("archive.unreadable", {{"status", known.error()}});
        co_return;
    }
    streams::Tailer::Positions events;
    streams::Tailer::Positions raw;
    for (int partition = 0; partition < context_.store.partitions(); ++partition) {
        const auto at = [&known](const std::string& stream) {
            const auto found = known->find(stream);
            return found == known->end() ? std::string("0-0") : found->second;
        };
        events[partition] = at(stream_of("events", partition));
        raw[partition] = at(stream_of("raw", partition));
    }
    const auto audited = known->find(stream_of("audit", 0));
    streams::Tailer::Positions audit{{0, audited == known->end() ? std::string("0-0") : audited->second}};
    audit_ = tailer("audit");
    audit_->start(std::move(audit));
    events_ = tailer("events");
    raw_ = tailer("raw");
    events_->start(std::move(events));
    raw_->start(std::move(raw));
}

asio::awaitable<void> Archiver::unfollow() {
    if (events_) co_await events_->stop();
    if (raw_) co_await raw_->stop();
    if (audit_) co_await audit_->stop();
    if (audit_) co_await keeper_of_audit_.anchor();
    audit_.reset();
    events_.reset();
    raw_.reset();
}

asio::awaitable<Result<void>> Archiver::write(Batch batch) {
    auto* archive = &archive_;
    ++writing_;
    auto job = [archive, batch = std::move(batch)] { return archive->write(batch); };
    auto written = co_await context_.pool.run(std::move(job));
    --writing_;
    if (!written) log::warn("archive.write_failed", {{"status", written.error()}});
    co_return written;
}

asio::awaitable<Result<void>> Archiver::deliver_events(int partition, std::vector<streams::Entry> entries) {
    Batch batch;
    std::map<std::string, std::set<std::string>> touched;
    for (const auto& entry : entries) {
        const auto logged = to_logged(entry);
        const auto& event = logged->event;
        // Who looked for a moment is nobody's history.
        if (event.type() == "conversation.attended") continue;
        batch.events.push_back({logged->workspace, event.conversation(), partition, entry.id,
                                store::to_ms(event.at()), event.type(), event.actor(),
                                event.SerializeAsString()});
        batch.audits.push_back(audit_of(event, logged->workspace, partition, entry.id, context_.random));
        if (!event.conversation().empty() && event.version() > 0) {
            touched[logged->workspace].insert(event.conversation());
        }
    }
    for (const auto& [workspace, ids] : touched) {
        std::vector<std::string> list(ids.begin(), ids.end());
        auto found =
            co_await context_.reads.conversations_as_kept(WorkspaceId(workspace), std::move(list), "*");
        if (!found) co_return found.error();
        for (auto& conversation : *found) {
            conversation.clear_epoch();
            batch.conversations.push_back({workspace, std::move(conversation)});
        }
    }
    batch.positions[stream_of("events", partition)] = entries.back().id;
    co_return co_await write(std::move(batch));
}

asio::awaitable<Result<void>> Archiver::deliver_audit(std::vector<streams::Entry> entries) {
    Batch batch;
    for (const auto& entry : entries) batch.audits.push_back(audit_of(entry, context_.random));
    batch.positions[stream_of("audit", 0)] = entries.back().id;
    co_return co_await write(std::move(batch));
}

asio::awaitable<Result<void>> Archiver::deliver_raw(int partition, std::vector<streams::Entry> entries) {
    Batch batch;
    for (const auto& entry : entries) {
        batch.raws.push_back({entry.field("w"), entry.field("h"), entry.field("c"),
                              std::atoll(entry.field("q").c_str()), partition, entry.id,
                              std::atoll(entry.id.c_str()), entry.field("b")});
    }
    batch.positions[stream_of("raw", partition)] = entries.back().id;
    co_return co_await write(std::move(batch));
}

asio::awaitable<void> Archiver::gap(std::string stream, streams::Gap gap) {
    log::error("archive.gap", {{"stream", stream},
                               {"partition", gap.partition},
                               {"wanted", gap.wanted.str()},
                               {"first", gap.first.str()}});
    co_return;
}

// Once a second: takes up or gives up the work with the lease, trims, sweeps.
asio::awaitable<void> Archiver::tend() {
    const bool ours = !keeper_->holdings().empty();
    if (ours && !events_ && !stopping_) co_await follow();
    if (!ours && events_) co_await unfollow();
    if (!events_) co_return;
    for (int partition = 0; partition < context_.store.partitions(); ++partition) co_await trim(partition);
    co_await trim_audit();
    co_await keeper_of_audit_.anchor();
    co_await pruner_.work();
    co_await erasures_.work();
    const auto now = context_.clock.now();
    const auto raw_before = now - context_.settings.inbox.raw_retention.count();
    const auto events_before = now - context_.settings.inbox.event_retention.count();
    auto* archive = &archive_;
    auto job = [archive, raw_before, events_before] { return archive->sweep(raw_before, events_before); };
    auto swept = co_await context_.pool.run(std::move(job));
    if (!swept) log::warn("archive.sweep_failed", {{"status", swept.error()}});
}

asio::awaitable<void> Archiver::trim_audit() {
    const auto positions = audit_->positions();
    const auto last = positions.find(0);
    if (last == positions.end() || last->second == "0-0" || last->second == "$") co_return;
    redis::Command command("XTRIM", store::audit_key(), "MINID", last->second);
    auto trimmed = co_await context_.store.client().call(std::move(command));
    if (!trimmed) log::warn("archive.trim_failed", {{"status", trimmed.error()}});
}

// What is archived leaves: raw payloads at once, events once no watcher is expected to resume from there.
asio::awaitable<void> Archiver::trim(int partition) {
    const auto events = events_->positions();
    const auto raw = raw_->positions();
    std::vector<redis::Command> commands;
    const auto last_raw = raw.find(partition);
    if (last_raw != raw.end() && last_raw->second != "0-0" && last_raw->second != "$") {
        commands.emplace_back("XTRIM", key_of("raw", partition), "MINID", last_raw->second);
    }
    const auto last_event = events.find(partition);
    if (last_event != events.end() && last_event->second != "0-0" && last_event->second != "$") {
        const auto archived = streams::EntryId::parse(last_event->second).value_or(streams::EntryId{});
        const auto kept = static_cast<std::uint64_t>(std::max<TimeMs>(0, context_.clock.now() - kKeptMs));
        const auto upto = std::min(archived, streams::EntryId{kept, 0});
        commands.emplace_back("XTRIM", key_of("events", partition), "MINID", upto.str());
    }
    if (commands.empty()) co_return;
    commands.emplace_back("XLEN", key_of("events", partition));
    auto replies = co_await context_.store.client().call_many(std::move(commands));
    if (!replies) co_return;
    const auto length = replies->back().to_integer();
    lag_.set(static_cast<double>(length));
    if (length > kKeptEntries && last_event != events.end() && last_event->second != "0-0") {
        // Busy: the archive has it, so the log need not hold ten minutes of it.
        redis::Command command("XTRIM", key_of("events", partition), "MINID", last_event->second);
        auto trimmed = co_await context_.store.client().call(std::move(command));
        if (!trimmed) log::warn("archive.trim_failed", {{"status", trimmed.error()}});
    }
}

}  // namespace guichet::inbox
