#include "common/store/segments.hpp"

#include "common/redis/command.hpp"
#include "common/store/keys.hpp"

namespace guichet::store {

Said segment_of(const std::vector<KnownContact>& person) {
    const auto field = [](const Fields& fields, const char* name) {
        const auto found = fields.find(name);
        return found == fields.end() ? std::string() : found->second;
    };
    for (const auto& known : person) {
        const auto at = field(known.fields, "sa");
        if (!at.empty())
            return {field(known.fields, "sg"), field(known.fields, "sb"), std::atoll(at.c_str())};
    }
    return {};
}

asio::awaitable<Result<ContactId>> Segments::set(By by, ContactId contact, std::int64_t version,
                                                 std::string segment) {
    auto partition = co_await store_.partition_of(by.workspace);
    if (!partition) co_return partition.error();
    Row arguments{by.workspace.str(), by.actor,
                  by.request,         by.scope,
                  contact.str(),      std::to_string(version),
                  std::move(segment), std::to_string(kMostSegments)};
    auto row = co_await functions_.call(partition->prefix(), "set_segment", std::move(arguments));
    if (!row) co_return row.error();
    co_return ContactId(row->at(0));
}

asio::awaitable<Result<std::vector<std::pair<std::string, std::int64_t>>>> Segments::in_use(
    WorkspaceId workspace) {
    auto partition = co_await store_.partition_of(workspace);
    if (!partition) co_return partition.error();
    redis::Command command("ZREVRANGE", workspace_key(*partition, workspace, "ks"), 0, kMostSegments - 1,
                           "WITHSCORES");
    auto reply = co_await store_.client().call(std::move(command));
    if (!reply) co_return reply.error();
    std::vector<std::pair<std::string, std::int64_t>> found;
    for (std::size_t i = 0; i + 1 < reply->size(); i += 2)
        found.emplace_back((*reply)[i].text(), std::atoll((*reply)[i + 1].text().c_str()));
    co_return found;
}

}  // namespace guichet::store
