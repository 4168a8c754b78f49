#include "common/store/trail.hpp"

namespace guichet::store {

asio::awaitable<Result<void>> Trail::unmasked(WorkspaceId workspace, std::string actor,
                                              std::string dead_letter) {
    auto partition = co_await store_.partition_of(workspace);
    if (!partition) co_return partition.error();
    Row arguments{workspace.str(), std::move(actor), std::move(dead_letter)};
    auto row = co_await functions_.call(partition->prefix(), "read_letter", std::move(arguments));
    if (!row) co_return row.error();
    co_return Result<void>{};
}

}  // namespace guichet::store
