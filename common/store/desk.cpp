#include "common/store/desk.hpp"

#include <algorithm>
#include <cstdlib>
#include <tuple>

namespace guichet::store {
namespace {

// Non-empty queues that are counted.
constexpr int kCountedQueues = 500;
constexpr int kKeptMentions = 200;
// More than is asked for, for those that are of the same moment as the cursor.
constexpr int kOfOneMoment = 50;
// However many are of one moment: a page ends there and may be short.
constexpr int kMostReadings = 10;

TimeMs time_of(const redis::Reply& score) {
    return static_cast<TimeMs>(std::strtod(score.text().c_str(), nullptr));
}

bool earlier(const WaitingPlace& a, const WaitingPlace& b) {
    return std::tie(a.due, a.id) < std::tie(b.due, b.id);
}

std::vector<std::string> parts_of(const std::string& text) {
    std::vector<std::string> parts(1);
    for (const char c : text) {
        if (c == '|') {
            parts.emplace_back();
        } else {
            parts.back().push_back(c);
        }
    }
    return parts;
}

v1::Delivery delivery_from(const std::string& id, const redis::Reply& hash) {
    Fields fields;
    for (std::size_t i = 0; i + 1 < hash.size(); i += 2) fields.emplace(hash[i].text(), hash[i + 1].text());
    return fields.empty() ? v1::Delivery() : to_delivery(id, fields);
}

std::vector<Happened> happened_of(const redis::Reply& hash) {
    std::vector<Happened> all;
    for (std::size_t i = 0; i + 1 < hash.size(); i += 2) {
        auto parts = parts_of(hash[i].text());
        if (parts.size() != 4) continue;
        all.push_back(
            {parts[0], parts[1], parts[2], parts[3] == "public", std::atoll(hash[i + 1].text().c_str())});
    }
    return all;
}

}  // namespace

const std::vector<std::string>& Desk::waiting_states() {
    static const std::vector<std::string> kStates{"pending_approval", "held", "retry", "unconfirmed",
                                                  "failed"};
    return kStates;
}

asio::awaitable<Result<Row>> Desk::call(WorkspaceId workspace, const char* name, Row arguments) {
    auto partition = co_await store_.partition_of(std::move(workspace));
    if (!partition) co_return partition.error();
    co_return co_await functions_.call(partition->prefix(), name, std::move(arguments));
}

asio::awaitable<Result<std::vector<WaitingPlace>>> Desk::range(WorkspaceId workspace,
                                                               std::vector<std::string> keys,
                                                               WaitingPlace after, TimeMs until, int limit) {
    auto partition = co_await store_.partition_of(workspace);
    if (!partition) co_return partition.error();
    std::vector<WaitingPlace> places;
    const int most = limit + kOfOneMoment;
    for (const auto& name : keys) {
        const auto key = workspace_key(*partition, workspace, name);
        int found = 0;
        for (int reading = 0; reading < kMostReadings && found < limit; ++reading) {
            redis::Command command("ZRANGE", key, std::to_string(after.due), "(" + std::to_string(until),
                                   "BYSCORE", "LIMIT", reading * most, most, "WITHSCORES");
            auto reply = co_await store_.client().call(std::move(command));
            if (!reply) co_return reply.error();
            for (std::size_t i = 0; i + 1 < reply->size(); i += 2) {
                WaitingPlace place{time_of((*reply)[i + 1]), (*reply)[i].text()};
                if (!earlier(after, place)) continue;
                places.push_back(std::move(place));
                ++found;
            }
            if (static_cast<int>(reply->size() / 2) < most) break;
        }
    }
    std::sort(places.begin(), places.end(), earlier);
    if (places.size() > static_cast<std::size_t>(limit)) places.resize(static_cast<std::size_t>(limit));
    co_return places;
}

asio::awaitable<Result<std::vector<WaitingPlace>>> Desk::deliveries(WorkspaceId workspace,
                                                                    std::vector<std::string> states,
                                                                    WaitingPlace after, int limit) {
    std::vector<std::string> keys;
    for (const auto& state : states) keys.push_back("ds:" + state);
    // Milliseconds since 1970 have thirteen digits; no delivery is written after them.
    constexpr TimeMs kNever = 10'000'000'000'000;
    return range(std::move(workspace), std::move(keys), std::move(after), kNever, limit);
}

asio::awaitable<Result<std::map<std::string, std::int64_t>>> Desk::delivery_counts(WorkspaceId workspace) {
    auto partition = co_await store_.partition_of(workspace);
    if (!partition) co_return partition.error();
    std::vector<redis::Command> commands;
    for (const auto& state : waiting_states())
        commands.emplace_back("ZCARD", workspace_key(*partition, workspace, "ds:", state));
    auto replies = co_await store_.client().call_many(std::move(commands));
    if (!replies) co_return replies.error();
    std::map<std::string, std::int64_t> counts;
    for (std::size_t i = 0; i < replies->size(); ++i)
        counts[waiting_states()[i]] = (*replies)[i].to_integer();
    co_return counts;
}

asio::awaitable<Result<std::vector<v1::Delivery>>> Desk::deliveries_of(WorkspaceId workspace,
                                                                       std::vector<std::string> ids) {
    auto partition = co_await store_.partition_of(workspace);
    if (!partition) co_return partition.error();
    std::vector<redis::Command> commands;
    for (const auto& id : ids)
        commands.emplace_back("HGETALL", workspace_key(*partition, workspace, "o:", id));
    std::vector<v1::Delivery> all;
    if (commands.empty()) co_return all;
    auto replies = co_await store_.client().call_many(std::move(commands));
    if (!replies) co_return replies.error();
    for (std::size_t i = 0; i < ids.size(); ++i) all.push_back(delivery_from(ids[i], (*replies)[i]));
    co_return all;
}

asio::awaitable<Result<std::vector<Mentioned>>> Desk::mentions(WorkspaceId workspace, AgentId agent) {
    auto partition = co_await store_.partition_of(workspace);
    if (!partition) co_return partition.error();
    std::vector<redis::Command> commands;
    commands.emplace_back("ZRANGE", workspace_key(*partition, workspace, "mn:", agent.str()), 0,
                          kKeptMentions - 1, "REV", "WITHSCORES");
    commands.emplace_back("ZRANGE", workspace_key(*partition, workspace, "mu:", agent.str()), 0, -1);
    auto replies = co_await store_.client().call_many(std::move(commands));
    if (!replies) co_return replies.error();
    std::set<std::string> unread;
    for (const auto& item : (*replies)[1].items()) unread.insert(item.text());
    const auto& newest = (*replies)[0];
    std::vector<Mentioned> all;
    for (std::size_t i = 0; i + 1 < newest.size(); i += 2) {
        const auto parts = parts_of(newest[i].text());
        if (parts.size() != 2) continue;
        all.push_back({parts[0], std::atoll(parts[1].c_str()), time_of(newest[i + 1]),
                       !unread.contains(newest[i].text())});
    }
    co_return all;
}

asio::awaitable<Result<int>> Desk::read_mentions(By by, ConversationId conversation) {
    Row arguments{by.workspace.str(), by.actor, by.request, by.scope, conversation.str()};
    auto row = co_await call(by.workspace, "read_mentions", std::move(arguments));
    if (!row) co_return row.error();
    co_return std::atoi(row->at(0).c_str());
}

asio::awaitable<Result<Attending>> Desk::attend(By by, ConversationId conversation, std::string attention,
                                                Milliseconds life) {
    Row arguments{by.workspace.str(), by.actor,  by.request, by.scope,
                  conversation.str(), attention, ms(life)};
    auto row = co_await call(by.workspace, "attend", std::move(arguments));
    if (!row) co_return row.error();
    Attending attending{std::atoll(row->at(0).c_str()), {}};
    for (std::size_t i = 1; i + 1 < row->size(); i += 2)
        attending.others.emplace_back(row->at(i), row->at(i + 1));
    co_return attending;
}

asio::awaitable<Result<std::int64_t>> Desk::waiting_due(WorkspaceId workspace,
                                                        std::function<bool(const QueueName&)> serves,
                                                        TimeMs until) {
    auto partition = co_await store_.partition_of(workspace);
    if (!partition) co_return partition.error();
    redis::Command heads("ZRANGE", workspace_key(*partition, workspace, "qs"), "-inf",
                         "(" + std::to_string(until), "BYSCORE", "LIMIT", 0, kCountedQueues);
    auto names = co_await store_.client().call(std::move(heads));
    if (!names) co_return names.error();
    std::vector<redis::Command> commands;
    for (const auto& name : names->items()) {
        const auto queue = parse_queue_name(name.text());
        if (!queue || !serves(*queue)) continue;
        commands.emplace_back("ZCOUNT", workspace_key(*partition, workspace, "q:", name.text()), "-inf",
                              "(" + std::to_string(until));
    }
    if (commands.empty()) co_return std::int64_t{0};
    auto counts = co_await store_.client().call_many(std::move(commands));
    if (!counts) co_return counts.error();
    std::int64_t sum = 0;
    for (const auto& count : *counts) sum += count.to_integer();
    co_return sum;
}

asio::awaitable<Result<std::vector<WaitingPlace>>> Desk::due_elsewhere(WorkspaceId workspace,
                                                                       WaitingPlace after, TimeMs until,
                                                                       int limit) {
    std::vector<std::string> keys{"od"};
    return range(std::move(workspace), std::move(keys), std::move(after), until, limit);
}

asio::awaitable<Result<std::vector<WaitingPlace>>> Desk::wrote_between(WorkspaceId workspace,
                                                                       ChannelId channel, WaitingPlace after,
                                                                       TimeMs until, int limit) {
    std::vector<std::string> keys{"lc:" + channel.str()};
    return range(std::move(workspace), std::move(keys), std::move(after), until, limit);
}

asio::awaitable<Result<TimeMs>> Desk::wrote_at(WorkspaceId workspace, ChannelId channel, ConversationId id) {
    auto partition = co_await store_.partition_of(workspace);
    if (!partition) co_return partition.error();
    redis::Command command("ZSCORE", workspace_key(*partition, workspace, "lc:", channel.str()), id.str());
    auto reply = co_await store_.client().call(std::move(command));
    if (!reply) co_return reply.error();
    co_return reply->is_nil() ? TimeMs{0} : time_of(*reply);
}

asio::awaitable<Result<std::map<std::int64_t, std::vector<Happened>>>> Desk::minutes(
    WorkspaceId workspace, std::vector<std::int64_t> wanted) {
    auto partition = co_await store_.partition_of(workspace);
    if (!partition) co_return partition.error();
    std::vector<redis::Command> commands;
    for (const auto minute : wanted)
        commands.emplace_back("HGETALL", workspace_key(*partition, workspace, "mi:", std::to_string(minute)));
    std::map<std::int64_t, std::vector<Happened>> all;
    if (commands.empty()) co_return all;
    auto replies = co_await store_.client().call_many(std::move(commands));
    if (!replies) co_return replies.error();
    for (std::size_t i = 0; i < wanted.size(); ++i) all[wanted[i]] = happened_of((*replies)[i]);
    co_return all;
}

asio::awaitable<Result<std::vector<LastAction>>> Desk::last_actions(WorkspaceId workspace) {
    auto partition = co_await store_.partition_of(workspace);
    if (!partition) co_return partition.error();
    redis::Command command("HGETALL", workspace_key(*partition, workspace, "la"));
    auto reply = co_await store_.client().call(std::move(command));
    if (!reply) co_return reply.error();
    std::vector<LastAction> all;
    for (std::size_t i = 0; i + 1 < reply->size(); i += 2) {
        const auto parts = parts_of((*reply)[i + 1].text());
        if (parts.size() != 3) continue;
        all.push_back({(*reply)[i].text(), std::atoll(parts[0].c_str()), parts[1], parts[2]});
    }
    co_return all;
}

}  // namespace guichet::store
