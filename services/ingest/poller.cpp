#include "services/ingest/poller.hpp"

#include <algorithm>
#include <set>

#include "common/obs/log.hpp"

namespace guichet::ingest {
namespace {

// Of channels in trouble, in one health report.
constexpr std::size_t kMaxNamed = 5;
constexpr std::chrono::seconds kLookLimit{3};

}  // namespace

Poller::Poller(service::Context& context, Accounts& accounts, Events& events,
               const channels::Registry& connectors, streams::Partitions& partitions,
               const PollOptions& options)
    : context_(context),
      accounts_(accounts),
      events_(events),
      connectors_(connectors),
      partitions_(partitions),
      options_(options),
      failures_(context.metrics.counters("guichet_channel_failures_total",
                                         "Failed attempts to ask a channel for news.", {"channel"})),
      asked_(context.metrics.gauge("guichet_channels_asked", "Channels that this process asks for news.")),
      health_(context.store, context.clock, access::ChannelHealth::Way::in, "ingest") {
    partitions_.subscribe(*this);
}

Poller::~Poller() {
    partitions_.unsubscribe(*this);
    for (auto& [name, running] : running_) running.poll->stop();
}

void Poller::start() {
    periodic_ = std::make_unique<runtime::Periodic>(context_.executor, "ingest.poller", options_.look,
                                                    [this] { return look(); });
}

asio::awaitable<void> Poller::stop() {
    if (periodic_) co_await periodic_->stop(kLookLimit);
    periodic_.reset();
    for (auto& [name, running] : running_) running.poll->stop();
    const auto until = context_.clock.steady() + options_.stop;
    for (auto& [name, running] : running_) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - context_.clock.steady());
        auto poll = running.poll;
        const bool ended = co_await poll->join(std::max(left, std::chrono::milliseconds(0)));
        if (!ended) log::error("poll.does_not_end", {{"channel", poll->name()}});
    }
    running_.clear();
}

void Poller::partitions_changed() {
    if (periodic_) periodic_->poke();
}

bool Poller::busy(int partition) const {
    return std::any_of(running_.begin(), running_.end(), [partition](const auto& one) {
        return one.second.partition == partition && !one.second.poll->done();
    });
}

asio::awaitable<Result<std::map<Poller::Name, Poller::Wanted>>> Poller::wanted() {
    auto accounts = co_await accounts_.all();
    if (!accounts) co_return accounts.error();
    std::map<int, std::uint64_t> held;
    for (const auto& holding : partitions_.holdings()) held.emplace(holding.partition, holding.fence);
    std::map<Name, Wanted> all;
    for (const auto& account : **accounts) {
        if (account.channel->paused()) continue;
        auto* connector = connectors_.find(account.channel->kind());
        if (!connector || !connector->caps(*account.channel).pulls) continue;
        auto partition = co_await context_.store.partition_of(account.workspace);
        if (!partition) co_return partition.error();
        const auto holding = held.find(partition->number());
        if (holding == held.end()) continue;
        Wanted one{account.channel, connector, holding->first, holding->second};
        all.emplace(Name(account.workspace, account.channel->id()), std::move(one));
    }
    co_return all;
}

asio::awaitable<void> Poller::look() {
    auto all = co_await wanted();
    // Redis is away: what runs backs off by itself.
    if (!all) co_return;
    stop_unwanted(*all);
    std::erase_if(running_, [](const auto& one) { return one.second.poll->done(); });
    start_wanted(*all);
    report(all->size());
    if (swept_ && context_.clock.steady() - *swept_ < options_.sweep) co_return;
    auto swept = co_await sweep();
    if (swept.ok()) swept_ = context_.clock.steady();
}

asio::awaitable<Status> Poller::sweep() {
    std::set<int> held;
    for (const auto& holding : partitions_.holdings()) held.insert(holding.partition);
    auto workspaces = co_await context_.store.workspaces();
    if (!workspaces) co_return workspaces.error();
    for (const auto& workspace : *workspaces) {
        auto partition = co_await context_.store.partition_of(workspace);
        if (!partition) co_return partition.error();
        if (!held.contains(partition->number())) continue;
        auto swept = co_await sweep(workspace);
        if (!swept.ok()) co_return swept;
    }
    co_return Status{};
}

// What is left is read before the channels: what has none then has none any more. The documents themselves
// are looked at: a channel that cannot be read at the moment is still there.
asio::awaitable<Status> Poller::sweep(WorkspaceId workspace) {
    std::vector<std::pair<const char*, std::string>> left;
    for (const auto* kind : {kCursor, access::kHealth}) {
        auto documents = co_await context_.store.documents(workspace, kind);
        if (!documents) co_return documents.error();
        for (const auto& document : *documents) left.emplace_back(kind, document.id);
    }
    if (left.empty()) co_return Status{};
    auto channels = co_await context_.store.documents(workspace, access::kChannel);
    if (!channels) co_return channels.error();
    std::set<std::string> known;
    for (const auto& channel : *channels) known.insert(channel.id);
    for (const auto& [kind, id] : left) {
        if (known.contains(id.substr(0, id.find('|')))) continue;
        store::By by{workspace, "ingest", {}, "*"};
        auto gone = co_await context_.store.put_document(std::move(by), kind, id, -1, "");
        if (!gone) co_return gone.error();
    }
    co_return Status{};
}

// A channel that was changed is asked anew, as it is now.
void Poller::stop_unwanted(const std::map<Name, Wanted>& wanted) {
    for (auto& [name, running] : running_) {
        const auto found = wanted.find(name);
        const bool same = found != wanted.end() && found->second.fence == running.fence &&
                          found->second.channel->version() == running.poll->channel()->version();
        if (!same) running.poll->stop();
    }
}

void Poller::start_wanted(const std::map<Name, Wanted>& wanted) {
    std::size_t started = 0;
    for (const auto& [name, one] : wanted) {
        if (running_.size() >= options_.channels || started == options_.starts) break;
        if (running_.contains(name)) continue;
        const auto label = name.first.str() + "." + name.second;
        ChannelPoll::Parts parts{context_, events_, *one.connector, options_, failures_.with({label}),
                                 health_};
        auto poll = std::make_shared<ChannelPoll>(parts, name.first, one.channel);
        poll->start();
        running_.emplace(name, Running{one.partition, one.fence, std::move(poll)});
        ++started;
    }
}

void Poller::report(std::size_t wanted) {
    asked_.set(static_cast<double>(running_.size()));
    std::string words;
    std::size_t troubled = 0;
    for (const auto& [name, running] : running_) {
        const auto& trouble = running.poll->trouble();
        if (trouble.empty() || ++troubled > kMaxNamed) continue;
        words += (words.empty() ? "" : ", ") + trouble;
    }
    if (troubled > kMaxNamed) words += " and " + std::to_string(troubled - kMaxNamed) + " more";
    if (!words.empty()) words = "channels that cannot be asked for news: " + words;
    if (wanted > options_.channels) {
        words += (words.empty() ? "" : "; ") + std::to_string(wanted - options_.channels) +
                 " channels are not asked at all: this process asks at most " +
                 std::to_string(options_.channels) + ", start another one";
    }
    if (words == reported_) return;
    reported_ = words;
    context_.health.report("channels", words.empty() ? obs::Condition::ok : obs::Condition::degraded, words);
}

}  // namespace guichet::ingest
