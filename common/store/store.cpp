#include "common/store/store.hpp"

#include <iterator>
#include <utility>

namespace guichet::store {

Store::Store(redis::Client& client, Random& random, const Clock& clock, int partitions)
    : functions_(client), together_(functions_), random_(random), clock_(clock), partitions_(partitions) {}

Row Store::head(const By& by) {
    return {by.workspace.str(), by.actor, by.request, by.scope};
}

asio::awaitable<Result<Partition>> Store::partition_of(WorkspaceId workspace) {
    const auto known = directory_.find(workspace);
    if (known != directory_.end()) co_return known->second;
    redis::Command command("HGET", kSystemPrefix + std::string("dir"), workspace.str());
    auto reply = co_await client().call(std::move(command));
    if (!reply) co_return reply.error();
    if (reply->is_nil()) co_return not_found("there is no workspace " + workspace.str());
    Partition partition(static_cast<int>(reply->to_integer()));
    directory_.emplace(workspace, partition);
    co_return partition;
}

asio::awaitable<Result<void>> Store::create_workspace(WorkspaceId workspace) {
    // FNV-1a spreads them; what counts afterwards is what is recorded.
    std::uint32_t hash = 2166136261U;
    for (char c : workspace.str()) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
    const auto partition = hash % static_cast<std::uint32_t>(partitions_);
    redis::Command command("HSETNX", kSystemPrefix + std::string("dir"), workspace.str(), partition);
    auto reply = co_await client().call(std::move(command));
    if (!reply) co_return reply.error();
    co_return Result<void>{};
}

asio::awaitable<Result<std::vector<WorkspaceId>>> Store::workspaces() {
    redis::Command command("HKEYS", kSystemPrefix + std::string("dir"));
    auto reply = co_await client().call(std::move(command));
    if (!reply) co_return reply.error();
    std::vector<WorkspaceId> ids;
    for (const auto& item : reply->items()) ids.emplace_back(item.text());
    co_return ids;
}

asio::awaitable<Result<Row>> Store::call(WorkspaceId workspace, const char* name, Row arguments) {
    auto partition = co_await partition_of(std::move(workspace));
    if (!partition) co_return partition.error();
    co_return co_await functions_.call(partition->prefix(), name, std::move(arguments));
}

asio::awaitable<Result<Row>> Store::call_together(WorkspaceId workspace, const char* name, Row arguments) {
    auto partition = co_await partition_of(std::move(workspace));
    if (!partition) co_return partition.error();
    co_return co_await together_.call(partition->prefix(), name, std::move(arguments));
}

asio::awaitable<Result<std::int64_t>> Store::versioned(WorkspaceId workspace, const char* name,
                                                       Row arguments) {
    auto row = co_await call(std::move(workspace), name, std::move(arguments));
    if (!row) co_return row.error();
    co_return std::atoll(row->at(2).c_str());
}

asio::awaitable<Result<Claimed>> Store::claimed(WorkspaceId workspace, const char* name, Row arguments) {
    auto row = co_await call(std::move(workspace), name, std::move(arguments));
    if (!row) co_return row.error();
    Claimed claimed;
    if (row->at(0).empty()) co_return claimed;
    claimed.conversation = ConversationId(row->at(0));
    claimed.epoch = row->at(1);
    claimed.version = std::atoll(row->at(2).c_str());
    claimed.sight.assign(std::make_move_iterator(row->begin() + 3), std::make_move_iterator(row->end()));
    co_return claimed;
}

WorkItem decode_work(std::string entry, const std::vector<std::pair<std::string, std::string>>& fields) {
    WorkItem item;
    item.entry = std::move(entry);
    for (const auto& [name, value] : fields) {
        if (name == "k") item.what = value;
        if (name == "w") item.workspace = WorkspaceId(value);
        if (name == "c") item.conversation = ConversationId(value);
        if (name == "i") item.item = value;
        if (name == "h") item.channel = ChannelId(value);
    }
    return item;
}

}  // namespace guichet::store
