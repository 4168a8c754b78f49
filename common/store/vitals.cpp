#include "common/store/vitals.hpp"

#include <algorithm>
#include <cstdlib>

#include "common/redis/embedded.hpp"
#include "common/redis/masters.hpp"

namespace guichet::store {
namespace {

constexpr const char* kWorking[] = {"ingest", "routing", "reply", "escalation"};

struct QueuePlace {
    WorkspaceId workspace;
    Partition partition;
    std::string queue;
};

std::string value_of_info(const std::string& info, const std::string& name) {
    const auto at = info.find("\n" + name + ":");
    if (at == std::string::npos) return {};
    const auto from = at + name.size() + 2;
    return info.substr(from, info.find_first_of("\r\n", from) - from);
}

std::int64_t number_of_info(const std::string& info, const std::string& name) {
    return std::atoll(value_of_info(info, name).c_str());
}

TimeMs time_of(const redis::Reply& reply) {
    return reply[0].to_integer() * 1000 + reply[1].to_integer() / 1000;
}

double share_of(const RedisFacts& facts) {
    return facts.most_bytes > 0
               ? static_cast<double>(facts.used_bytes) / static_cast<double>(facts.most_bytes)
               : 0.0;
}

// The memory of the fuller, and every fault of either.
RedisFacts worse_of(const RedisFacts& left, const RedisFacts& right) {
    if (left.version.empty()) return right;
    auto worse = share_of(left) >= share_of(right) ? left : right;
    const auto& other = share_of(left) >= share_of(right) ? right : left;
    if (worse.eviction == "noeviction") worse.eviction = other.eviction;
    if (other.most_bytes == 0) worse.most_bytes = 0;
    worse.append_only = worse.append_only && other.append_only;
    worse.write_ok = worse.write_ok && other.write_ok;
    worse.rewrite_ok = worse.rewrite_ok && other.rewrite_ok;
    worse.delayed_syncs += other.delayed_syncs;
    return worse;
}

// Names and values in turns, of one master.
void add_settings(const redis::Reply& told, RedisFacts& facts) {
    for (std::size_t i = 0; i + 1 < told.size(); i += 2) {
        const auto& name = told[i].text();
        const auto& value = told[i + 1].text();
        if (name == "appendfsync") {
            if (facts.fsync.empty() || facts.fsync == "always" || value == "no") facts.fsync = value;
            continue;
        }
        for (const auto& [compact, least] : redis::kCompactHashes)
            if (name == compact && std::atoll(value.c_str()) < std::atoll(least)) facts.compact = false;
    }
}

// Its unconfirmed answers and dead letters, and what of its queues is not empty.
asio::awaitable<Result<void>> look_at_workspace(Store& store, WorkspaceId workspace, Partition partition,
                                                TimeMs now, Vitals& vitals, std::vector<QueuePlace>& queues) {
    std::vector<redis::Command> commands;
    commands.emplace_back("ZCARD", workspace_key(partition, workspace, "un"));
    commands.emplace_back("XLEN", workspace_key(partition, workspace, "dead"));
    commands.emplace_back("ZRANGE", workspace_key(partition, workspace, "qs"), 0, -1, "WITHSCORES");
    commands.emplace_back("ZCARD", workspace_key(partition, workspace, "dz"));
    commands.emplace_back("HGET", workspace_key(partition, workspace, "dt"), "x");
    auto replies = co_await store.client().call_many(std::move(commands));
    if (!replies) co_return replies.error();
    vitals.unconfirmed += (*replies)[0].to_integer();
    vitals.dead_letters += (*replies)[1].to_integer();
    vitals.unknown_letters += (*replies)[3].to_integer();
    vitals.unknown_dropped += std::atoll((*replies)[4].text().c_str());
    const auto& heads = (*replies)[2];
    for (std::size_t i = 0; i + 1 < heads.size(); i += 2) {
        queues.push_back({workspace, partition, heads[i].text()});
        const auto due = static_cast<TimeMs>(std::strtod(heads[i + 1].text().c_str(), nullptr));
        vitals.overdue = std::max(vitals.overdue, now - due);
    }
    co_return Result<void>{};
}

}  // namespace

RedisFacts parse_info(const std::string& info) {
    // Each name follows a line's end.
    const auto text = "\n" + info;
    RedisFacts facts;
    facts.version = value_of_info(text, "redis_version");
    facts.used_bytes = number_of_info(text, "used_memory");
    facts.most_bytes = number_of_info(text, "maxmemory");
    facts.eviction = value_of_info(text, "maxmemory_policy");
    facts.append_only = number_of_info(text, "aof_enabled") == 1;
    const auto write = value_of_info(text, "aof_last_write_status");
    facts.write_ok = write.empty() || write == "ok";
    const auto rewrite = value_of_info(text, "aof_last_bgrewrite_status");
    facts.rewrite_ok = rewrite.empty() || rewrite == "ok";
    facts.delayed_syncs = number_of_info(text, "aof_delayed_fsync");
    facts.cluster = number_of_info(text, "cluster_enabled") == 1;
    return facts;
}

// Of a cluster: the fullest of its masters, with what is wrong with any.
asio::awaitable<Result<RedisFacts>> read_redis_facts(redis::Client& client) {
    redis::Command info("INFO");
    auto told = co_await redis::call_every(client, std::move(info));
    if (!told) co_return told.error();
    RedisFacts facts;
    for (const auto& one : *told) facts = worse_of(facts, parse_info(one.text()));
    redis::Command clock("TIME");
    auto time = co_await client.call(std::move(clock));
    if (!time) co_return time.error();
    facts.now = time_of(*time);
    // A managed Redis may refuse this one.
    redis::Command settings("CONFIG", "GET", "appendfsync", "hash-max-listpack-*");
    auto set = co_await redis::call_every(client, std::move(settings));
    if (!set) co_return facts;
    for (const auto& one : *set) add_settings(one, facts);
    co_return facts;
}

asio::awaitable<Result<Vitals>> read_vitals(Store& store) {
    Vitals vitals;
    auto workspaces = co_await store.workspaces();
    if (!workspaces) co_return workspaces.error();
    redis::Command clock("TIME");
    auto time = co_await store.client().call(std::move(clock));
    if (!time) co_return time.error();
    std::vector<QueuePlace> queues;
    for (const auto& workspace : *workspaces) {
        auto partition = co_await store.partition_of(workspace);
        if (!partition) co_return partition.error();
        auto looked =
            co_await look_at_workspace(store, workspace, *partition, time_of(*time), vitals, queues);
        if (!looked) co_return looked.error();
    }
    std::vector<redis::Command> commands;
    commands.reserve(queues.size() + static_cast<std::size_t>(store.partitions()) * std::size(kWorking));
    for (const auto& place : queues)
        commands.emplace_back("ZCARD", workspace_key(place.partition, place.workspace, "q:", place.queue));
    for (int number = 0; number < store.partitions(); ++number)
        for (const auto* service : kWorking)
            commands.emplace_back("XLEN", work_key(Partition(number), service));
    auto replies = co_await store.client().call_many(std::move(commands));
    if (!replies) co_return replies.error();
    for (std::size_t i = 0; i < queues.size(); ++i) vitals.waiting += (*replies)[i].to_integer();
    std::size_t next = queues.size();
    for (int number = 0; number < store.partitions(); ++number)
        for (const auto* service : kWorking) vitals.backlog[service] += (*replies)[next++].to_integer();
    co_return vitals;
}

}  // namespace guichet::store
