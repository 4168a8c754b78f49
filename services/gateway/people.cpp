#include "services/gateway/people.hpp"

#include "services/gateway/passwords.hpp"

namespace guichet::gateway {

asio::awaitable<Result<bool>> password_fits(runtime::Pool& pool, std::string encoded, std::string password) {
    auto job = [encoded, password]() -> Result<bool> { return password_matches(encoded, password); };
    co_return co_await pool.run(std::move(job));
}

asio::awaitable<Result<void>> change_agent(service::Context& context, WorkspaceId workspace,
                                           std::string agent, std::string actor,
                                           std::function<void(records::v1::AgentRecord&)> change) {
    constexpr int kTries = 5;
    Status last;
    for (int i = 0; i < kTries; ++i) {
        auto document = co_await context.store.document(workspace, access::kAgent, agent);
        if (!document) co_return document.error();
        records::v1::AgentRecord record;
        if (!*document || !record.ParseFromString((*document)->bytes) || record.agent().disabled()) {
            co_return not_found("this agent is disabled or gone: ask an administrator");
        }
        change(record);
        const store::By by{workspace, actor, {}, "*"};
        auto put = co_await context.store.put_document(by, access::kAgent, agent, (*document)->version,
                                                       record.SerializeAsString());
        context.catalog.forget();
        if (put) co_return Result<void>{};
        last = put.error();
        if (last.reason != "stale_version") break;
    }
    co_return last;
}

}  // namespace guichet::gateway
