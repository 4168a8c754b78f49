#include "common/store/chains.hpp"

namespace guichet::store {

asio::awaitable<Result<std::optional<Offered>>> Chains::escalated(By by) {
    auto partition = co_await store_.partition_of(by.workspace);
    if (!partition) co_return partition.error();
    Row arguments{by.workspace.str(), by.actor, by.request};
    auto row = co_await functions_.call(partition->prefix(), "escalated", std::move(arguments));
    if (!row) co_return row.error();
    if (row->empty()) co_return std::optional<Offered>{};
    co_return Offered{EscalationId(row->at(0)), ConversationId(row->at(1)), row->at(2),
                      DeliveryId(row->at(3))};
}

asio::awaitable<Result<void>> Chains::agree_call(By by, EscalationId escalation, std::string call) {
    auto partition = co_await store_.partition_of(by.workspace);
    if (!partition) co_return partition.error();
    Row arguments{by.workspace.str(), by.actor, by.request, by.scope, escalation.str(), std::move(call)};
    auto row = co_await functions_.call(partition->prefix(), "agree_call", std::move(arguments));
    if (!row) co_return row.error();
    co_return Result<void>{};
}

asio::awaitable<Result<bool>> Chains::propose_next(WorkspaceId workspace, EscalationId escalation,
                                                   std::string entry, std::string reasons,
                                                   Milliseconds reserve) {
    auto partition = co_await store_.partition_of(workspace);
    if (!partition) co_return partition.error();
    Row arguments{workspace.str(), escalation.str(), std::move(entry), std::move(reasons), ms(reserve)};
    auto row = co_await functions_.call(partition->prefix(), "propose_next", std::move(arguments));
    if (!row) co_return row.error();
    co_return row->at(0) == "proposed";
}

}  // namespace guichet::store
