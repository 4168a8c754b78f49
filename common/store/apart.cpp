#include "common/store/apart.hpp"

#include "common/redis/command.hpp"
#include "common/store/keys.hpp"

namespace guichet::store {

asio::awaitable<Result<Parted>> Apart::change(std::string function, By by, ContactId one, ContactId other) {
    auto partition = co_await store_.partition_of(by.workspace);
    if (!partition) co_return partition.error();
    Row arguments{by.workspace.str(), by.actor, by.request, by.scope, one.str(), other.str()};
    auto row = co_await functions_.call(partition->prefix(), std::move(function), std::move(arguments));
    if (!row) co_return row.error();
    co_return Parted{ContactId(row->at(0)), ContactId(row->at(1))};
}

asio::awaitable<Result<Parted>> Apart::tell(By by, ContactId one, ContactId other) {
    return change("tell_apart", std::move(by), std::move(one), std::move(other));
}

asio::awaitable<Result<Parted>> Apart::undo(By by, ContactId one, ContactId other) {
    return change("untell_apart", std::move(by), std::move(one), std::move(other));
}

asio::awaitable<Result<std::map<std::string, ToldApart>>> Apart::told(WorkspaceId workspace,
                                                                      std::vector<std::string> contacts) {
    auto partition = co_await store_.partition_of(workspace);
    if (!partition) co_return partition.error();
    std::map<std::string, ToldApart> apart;
    std::vector<redis::Command> commands;
    for (const auto& id : contacts)
        commands.emplace_back("HGETALL", workspace_key(*partition, workspace, "kr:", id));
    if (commands.empty()) co_return apart;
    auto replies = co_await store_.client().call_many(std::move(commands));
    if (!replies) co_return replies.error();
    for (const auto& reply : *replies) {
        for (std::size_t i = 0; i + 1 < reply.size(); i += 2) {
            const auto kept = reply[i + 1].text();
            const auto bar = kept.rfind('|');
            if (bar == std::string::npos) continue;
            apart[reply[i].text()] = {kept.substr(0, bar), std::atoll(kept.c_str() + bar + 1)};
        }
    }
    co_return apart;
}

}  // namespace guichet::store
