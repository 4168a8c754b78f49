#include "common/access/channel_health.hpp"

#include <algorithm>
#include <cstdlib>

#include "common/core/bytes.hpp"
#include "common/obs/log.hpp"

namespace guichet::access {
namespace {

// Of a platform's words.
constexpr std::size_t kMaxHealthWords = 500;
// Channels remembered; beyond it all is read anew.
constexpr std::size_t kMaxKnown = 10'000;

std::string health_id(const ChannelId& channel, ChannelHealth::Way way) {
    return channel.str() + (way == ChannelHealth::Way::in ? "|in" : "|out");
}

struct Written {
    TimeMs since = 0;
    std::string what;
};

Written read_health(const std::string& bytes) {
    const auto bar = bytes.find('|');
    if (bar == std::string::npos) return {0, bytes};
    return {std::atoll(bytes.c_str()), bytes.substr(bar + 1)};
}

// "2026-11-23 02:04 UTC"
std::string minute_of(TimeMs time) {
    auto text = to_iso8601(time).substr(0, 16);
    text[10] = ' ';
    return text + " UTC";
}

}  // namespace

std::string sign_in_words(const std::string& why) {
    return "the platform refuses our sign-in: give the channel a new token or password (" + why + ")";
}

std::string trouble_words(const std::string& why) {
    return "the platform does not answer as it should; it is tried again by itself (" + why + ")";
}

bool ChannelHealth::is_known(const Name& name, const std::string& what) const {
    const auto known = known_.find(name);
    return known != known_.end() && known->second.what == what && clock_.steady() - known->second.at < kFresh;
}

void ChannelHealth::remember(Name name, std::string what) {
    if (known_.size() >= kMaxKnown) known_.clear();
    known_[std::move(name)] = {std::move(what), clock_.steady()};
}

asio::awaitable<void> ChannelHealth::broken(WorkspaceId workspace, ChannelId channel, std::string what) {
    what = truncate_utf8(repair_utf8(what), kMaxHealthWords);
    Name name{std::move(workspace), std::move(channel)};
    if (is_known(name, what)) co_return;
    auto before = co_await store_.document(name.first, kHealth, health_id(name.second, way_));
    if (!before) co_return;
    TimeMs since = clock_.now();
    if (*before) {
        const auto written = read_health((*before)->bytes);
        since = written.since;
        if (written.what == what) co_return remember(std::move(name), std::move(what));
    }
    const bool done = co_await write(name, std::to_string(since) + "|" + what);
    if (done) remember(std::move(name), std::move(what));
}

asio::awaitable<void> ChannelHealth::works(WorkspaceId workspace, ChannelId channel) {
    Name name{std::move(workspace), std::move(channel)};
    if (is_known(name, "")) co_return;
    auto before = co_await store_.document(name.first, kHealth, health_id(name.second, way_));
    if (!before) co_return;
    bool done = true;
    if (*before) done = co_await write(name, "");
    if (done) remember(std::move(name), "");
}

asio::awaitable<bool> ChannelHealth::write(Name name, std::string bytes) {
    store::By by{name.first, actor_, {}, "*"};
    auto written = co_await store_.put_document(std::move(by), kHealth, health_id(name.second, way_), -1,
                                                std::move(bytes));
    if (!written)
        obs::log::warn("channel.health_not_written", {{"channel", name.second}, {"why", written.error()}});
    co_return written.has_value();
}

asio::awaitable<Result<std::map<std::string, std::string>>> ChannelHealth::of(store::Store& store,
                                                                              WorkspaceId workspace) {
    auto documents = co_await store.documents(std::move(workspace), kHealth);
    if (!documents) co_return documents.error();
    std::sort(documents->begin(), documents->end(), [](const auto& a, const auto& b) { return a.id < b.id; });
    std::map<std::string, std::string> all;
    for (const auto& document : *documents) {
        const auto bar = document.id.rfind('|');
        if (bar == std::string::npos) continue;
        const bool in = document.id.substr(bar) == "|in";
        const auto written = read_health(document.bytes);
        auto& words = all[document.id.substr(0, bar)];
        words += std::string(words.empty() ? "" : "; ") + (in ? "nothing is read" : "nothing is sent") +
                 " since " + minute_of(written.since) + ": " + written.what;
    }
    co_return all;
}

asio::awaitable<Result<void>> ChannelHealth::forget(store::Store& store, WorkspaceId workspace,
                                                    ChannelId channel, std::string actor) {
    for (const auto way : {Way::in, Way::out}) {
        const auto id = health_id(channel, way);
        auto found = co_await store.document(workspace, kHealth, id);
        if (!found) co_return found.error();
        if (!*found) continue;
        store::By by{workspace, actor, {}, "*"};
        auto gone = co_await store.put_document(std::move(by), kHealth, id, -1, "");
        if (!gone) co_return gone.error();
    }
    co_return Result<void>{};
}

}  // namespace guichet::access
