#include "common/store/restoring.hpp"

#include <cstdlib>

#include "common/redis/masters.hpp"

namespace guichet::store {
namespace {

constexpr int kScanned = 1'000;

}  // namespace

Restoring::Restoring(Store& store, int partitions)
    : store_(store), functions_(store.client()), partitions_(partitions) {}

asio::awaitable<Result<std::map<int, std::string>>> Restoring::last_of(std::string (*key)(const Partition&)) {
    std::map<int, std::string> last;
    for (int number = 0; number < partitions_; ++number) {
        last[number] = "0-0";
        redis::Command command("XINFO", "STREAM", key(Partition(number)));
        auto reply = co_await store_.client().call(std::move(command));
        // A partition that nothing ever happened in has no stream.
        if (!reply && reply.error().message.find("no such key") != std::string::npos) continue;
        if (!reply) co_return reply.error();
        for (std::size_t i = 0; i + 1 < reply->size(); i += 2) {
            if ((*reply)[i].text() == "last-generated-id") last[number] = (*reply)[i + 1].text();
        }
    }
    co_return last;
}

asio::awaitable<Result<std::map<int, std::string>>> Restoring::last_events() {
    return last_of(&events_key);
}

asio::awaitable<Result<std::map<int, std::string>>> Restoring::last_raw() {
    return last_of(&raw_key);
}

asio::awaitable<Result<void>> Restoring::end_incarnations() {
    for (int number = 0; number < partitions_; ++number) {
        redis::Command command("DEL", incarnation_key(Partition(number)));
        auto reply = co_await store_.client().call(std::move(command));
        if (!reply) co_return reply.error();
    }
    co_return Result<void>{};
}

asio::awaitable<Result<int>> Restoring::doubt_listed(std::string list, WorkspaceId workspace,
                                                     Partition partition, Milliseconds wait) {
    redis::Command read("LRANGE", list, 0, -1);
    auto open = co_await store_.client().call(std::move(read));
    if (!open) co_return open.error();
    int doubted = 0;
    for (const auto& delivery : open->items()) {
        Row arguments{workspace.str(), delivery.text(), ms(wait)};
        auto row = co_await functions_.call(partition.prefix(), "restored", std::move(arguments));
        if (!row) co_return row.error();
        if (row->at(0) == "doubted") ++doubted;
    }
    co_return doubted;
}

asio::awaitable<Result<int>> Restoring::doubt_deliveries(Milliseconds wait) {
    auto workspaces = co_await store_.workspaces();
    if (!workspaces) co_return workspaces.error();
    std::vector<Owner> owners;
    for (const auto& workspace : *workspaces) {
        auto partition = co_await store_.partition_of(workspace);
        if (!partition) co_return partition.error();
        owners.push_back({workspace, *partition, workspace_key(*partition, workspace, "ol:")});
    }
    auto masters = co_await redis::masters(store_.client());
    if (!masters) co_return masters.error();
    int doubted = 0;
    for (const auto& master : *masters) {
        auto more = co_await doubt_at(master, owners, wait);
        if (!more) co_return more.error();
        doubted += *more;
    }
    co_return doubted;
}

asio::awaitable<Result<int>> Restoring::doubt_at(std::string master, const std::vector<Owner>& owners,
                                                 Milliseconds wait) {
    int doubted = 0;
    std::string cursor = "0";
    do {
        redis::Command scan("SCAN", cursor, "MATCH", "{p*}:*:ol:*", "COUNT", kScanned);
        auto page = co_await redis::call_at(store_.client(), master, std::move(scan));
        if (!page) co_return page.error();
        cursor = (*page)[0].text();
        for (const auto& key : (*page)[1].items()) {
            for (const auto& owner : owners) {
                if (!key.text().starts_with(owner.prefix)) continue;
                auto done = co_await doubt_listed(key.text(), owner.workspace, owner.partition, wait);
                if (!done) co_return done.error();
                doubted += *done;
            }
        }
    } while (cursor != "0");
    co_return doubted;
}

}  // namespace guichet::store
