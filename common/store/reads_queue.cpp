#include <algorithm>
#include <tuple>

#include "common/store/reads.hpp"

namespace guichet::store {
namespace {

// Non-empty queues looked at for one page.
constexpr int kMostQueues = 500;

TimeMs score_of(const std::string& text) {
    return static_cast<TimeMs>(std::strtod(text.c_str(), nullptr));
}

bool before(const WaitingPlace& a, const WaitingPlace& b) {
    return std::tie(a.due, a.id) < std::tie(b.due, b.id);
}

// Redis does nothing else meanwhile.
constexpr std::size_t kQueuesAtOnce = 50;

v1::DeadLetter to_dead_letter(const redis::Reply& entry) {
    v1::DeadLetter letter;
    letter.set_id(entry[0].text());
    set_time(letter.mutable_at(), std::atoll(entry[0].text().c_str()));
    const auto& fields = entry[1];
    for (std::size_t i = 0; i + 1 < fields.size(); i += 2) {
        const auto& name = fields[i].text();
        const auto& value = fields[i + 1].text();
        if (name == "src") letter.set_source(value);
        if (name == "r") letter.set_reason(value);
        if (name == "n") letter.set_deliveries(std::atoi(value.c_str()));
        if (name == "c") letter.set_conversation(value);
        if (name == "b") letter.set_body(value);
        if (name == "k") (*letter.mutable_fields())["what"] = value;
        if (name == "i") (*letter.mutable_fields())["item"] = value;
    }
    return letter;
}

v1::Presence presence_of(const std::string& word) {
    if (word == "online") return v1::PRESENCE_ONLINE;
    if (word == "away") return v1::PRESENCE_AWAY;
    return v1::PRESENCE_OFFLINE;
}

}  // namespace

std::optional<QueueName> parse_queue_name(const std::string& name) {
    std::vector<std::string> parts(1);
    for (char c : name) {
        if (c == '|') {
            parts.emplace_back();
        } else {
            parts.back().push_back(c);
        }
    }
    const bool call_back = parts.size() == 5 && parts[4] == "call";
    if (parts.size() != 4 && !call_back) return std::nullopt;
    return QueueName{parts[0], parts[1], parts[2], parts[3] == "public", call_back};
}

asio::awaitable<Result<std::vector<WaitingPlace>>> Reads::waiting(
    WorkspaceId workspace, std::function<bool(const QueueName&)> serves, WaitingPlace after, int limit) {
    auto partition = co_await store_.partition_of(workspace);
    if (!partition) co_return partition.error();
    redis::Command heads("ZRANGE", workspace_key(*partition, workspace, "qs"), 0, kMostQueues - 1);
    auto names = co_await store_.client().call(std::move(heads));
    if (!names) co_return names.error();
    std::vector<std::string> queues;
    for (const auto& name : names->items()) {
        const auto queue = parse_queue_name(name.text());
        if (queue && serves(*queue)) queues.push_back(name.text());
    }
    std::vector<WaitingPlace> places;
    for (std::size_t from = 0; from < queues.size(); from += kQueuesAtOnce) {
        const auto end = std::min(queues.size(), from + kQueuesAtOnce);
        std::vector<std::string> some(queues.begin() + static_cast<std::ptrdiff_t>(from),
                                      queues.begin() + static_cast<std::ptrdiff_t>(end));
        auto found = co_await store_.waiting(workspace, after.due, after.id, limit, std::move(some));
        if (!found) co_return found.error();
        for (std::size_t i = 0; i + 1 < found->size(); i += 2) {
            places.push_back({score_of((*found)[i + 1]), std::move((*found)[i])});
        }
    }
    const auto wanted = std::min(places.size(), static_cast<std::size_t>(limit));
    std::partial_sort(places.begin(), places.begin() + static_cast<std::ptrdiff_t>(wanted), places.end(),
                      before);
    places.resize(wanted);
    co_return places;
}

asio::awaitable<Result<std::vector<v1::QueueStats>>> Reads::queues(WorkspaceId workspace) {
    auto partition = co_await store_.partition_of(workspace);
    if (!partition) co_return partition.error();
    redis::Command heads("ZRANGE", workspace_key(*partition, workspace, "qs"), 0, kMostQueues - 1,
                         "WITHSCORES");
    auto names = co_await store_.client().call(std::move(heads));
    if (!names) co_return names.error();
    std::vector<redis::Command> commands;
    for (std::size_t i = 0; i + 1 < names->size(); i += 2) {
        commands.emplace_back("ZCARD", workspace_key(*partition, workspace, "q:", (*names)[i].text()));
    }
    std::vector<v1::QueueStats> all;
    if (commands.empty()) co_return all;
    auto counts = co_await store_.client().call_many(std::move(commands));
    if (!counts) co_return counts.error();
    for (std::size_t i = 0; i < counts->size(); ++i) {
        const auto queue = parse_queue_name((*names)[2 * i].text());
        if (!queue) continue;
        v1::QueueStats stats;
        stats.set_team(queue->team);
        stats.set_language(queue->language);
        stats.set_channel(queue->channel);
        stats.set_visibility(queue->is_public ? v1::VISIBILITY_PUBLIC : v1::VISIBILITY_PRIVATE);
        stats.set_call_back(queue->call_back);
        stats.set_waiting((*counts)[i].to_integer());
        set_time(stats.mutable_oldest_due_at(), score_of((*names)[2 * i + 1].text()));
        all.push_back(std::move(stats));
    }
    co_return all;
}

asio::awaitable<Result<std::vector<std::string>>> Reads::owned(WorkspaceId workspace, AgentId agent) {
    auto partition = co_await store_.partition_of(workspace);
    if (!partition) co_return partition.error();
    redis::Command command("ZRANGE", workspace_key(*partition, workspace, "own:", agent.str()), 0, 499);
    auto reply = co_await store_.client().call(std::move(command));
    if (!reply) co_return reply.error();
    std::vector<std::string> ids;
    for (const auto& item : reply->items()) ids.push_back(item.text());
    co_return ids;
}

asio::awaitable<Result<std::vector<v1::AgentStats>>> Reads::agents(WorkspaceId workspace) {
    auto partition = co_await store_.partition_of(workspace);
    if (!partition) co_return partition.error();
    redis::Command command("ZRANGE", workspace_key(*partition, workspace, "ag"), 0, 999);
    auto ids = co_await store_.client().call(std::move(command));
    if (!ids) co_return ids.error();
    std::vector<redis::Command> commands;
    for (const auto& id : ids->items()) {
        commands.emplace_back("HMGET", workspace_key(*partition, workspace, "a:", id.text()), "ps", "cap");
        commands.emplace_back("ZCARD", workspace_key(*partition, workspace, "own:", id.text()));
    }
    std::vector<v1::AgentStats> all;
    if (commands.empty()) co_return all;
    auto replies = co_await store_.client().call_many(std::move(commands));
    if (!replies) co_return replies.error();
    for (std::size_t i = 0; i < ids->size(); ++i) {
        v1::AgentStats stats;
        stats.set_agent((*ids)[i].text());
        stats.set_presence(presence_of((*replies)[2 * i][0].text()));
        stats.set_capacity(static_cast<int>((*replies)[2 * i][1].to_integer()));
        stats.set_load(static_cast<int>((*replies)[2 * i + 1].to_integer()));
        all.push_back(std::move(stats));
    }
    co_return all;
}

asio::awaitable<Result<std::vector<v1::DeadLetter>>> Reads::dead_letters(WorkspaceId workspace,
                                                                         std::string after, int limit) {
    auto partition = co_await store_.partition_of(workspace);
    if (!partition) co_return partition.error();
    redis::Command command("XRANGE", workspace_key(*partition, workspace, "dead"),
                           after.empty() ? "-" : "(" + after, "+", "COUNT", limit);
    auto reply = co_await store_.client().call(std::move(command));
    if (!reply) co_return reply.error();
    std::vector<v1::DeadLetter> letters;
    for (const auto& entry : reply->items()) letters.push_back(to_dead_letter(entry));
    co_return letters;
}

asio::awaitable<Result<v1::DeadLetter>> Reads::dead_letter(WorkspaceId workspace, std::string id) {
    auto partition = co_await store_.partition_of(workspace);
    if (!partition) co_return partition.error();
    redis::Command command("XRANGE", workspace_key(*partition, workspace, "dead"), id, id);
    auto reply = co_await store_.client().call(std::move(command));
    if (!reply) co_return reply.error();
    if (reply->size() == 0) co_return not_found("there is no such dead letter: " + id);
    co_return to_dead_letter((*reply)[0]);
}

asio::awaitable<Result<std::int64_t>> Reads::dead_letter_count(WorkspaceId workspace) {
    auto partition = co_await store_.partition_of(workspace);
    if (!partition) co_return partition.error();
    redis::Command command("XLEN", workspace_key(*partition, workspace, "dead"));
    auto reply = co_await store_.client().call(std::move(command));
    if (!reply) co_return reply.error();
    co_return reply->to_integer();
}

asio::awaitable<Result<std::int64_t>> Reads::unconfirmed_count(WorkspaceId workspace) {
    auto partition = co_await store_.partition_of(workspace);
    if (!partition) co_return partition.error();
    redis::Command command("ZCARD", workspace_key(*partition, workspace, "un"));
    auto reply = co_await store_.client().call(std::move(command));
    if (!reply) co_return reply.error();
    co_return reply->to_integer();
}

}  // namespace guichet::store
