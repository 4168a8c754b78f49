#include "common/access/store_authenticator.hpp"

#include <limits>

#include "common/access/second_factor.hpp"

namespace guichet::access {
namespace {

Status unauthenticated(const char* message) {
    return make_status(Code::unauthenticated, message, "bad_credential");
}

}  // namespace

std::vector<rpc::GrantSpec> to_grants(const google::protobuf::RepeatedPtrField<v1::Grant>& grants) {
    std::vector<rpc::GrantSpec> specs;
    for (const auto& grant : grants) {
        specs.push_back({static_cast<rpc::Role>(grant.role()),
                         {grant.channels().begin(), grant.channels().end()},
                         {grant.teams().begin(), grant.teams().end()},
                         grant.public_only()});
    }
    return specs;
}

asio::awaitable<Result<rpc::Caller>> StoreAuthenticator::authenticate(std::string bearer) {
    if (bearer.starts_with("gt_")) co_return co_await by_token(std::move(bearer));
    if (bearer.starts_with("gs_")) co_return co_await by_session(std::move(bearer));
    co_return unauthenticated("this is no credential of Guichet's: it begins with gt_ or gs_");
}

asio::awaitable<Result<rpc::Caller>> StoreAuthenticator::by_token(std::string bearer) {
    auto record = co_await credentials_.token(bearer);
    if (!record) co_return record.error();
    rpc::Caller caller;
    if (record->token().agent().empty()) {
        caller.workspace = WorkspaceId(record->workspace());
        caller.actor = "token:" + record->token().id();
        caller.kind = rpc::Caller::Kind::channel;
    } else {
        auto agent = co_await as_agent(WorkspaceId(record->workspace()), AgentId(record->token().agent()),
                                       std::numeric_limits<std::int64_t>::max());
        if (!agent) co_return agent.error();
        caller = std::move(*agent);
    }
    if (record->token().grants_size() > 0) caller.grants = to_grants(record->token().grants());
    caller.credential = std::move(bearer);
    co_return caller;
}

asio::awaitable<Result<rpc::Caller>> StoreAuthenticator::by_session(std::string bearer) {
    auto session = co_await credentials_.session(bearer);
    if (!session) co_return session.error();
    auto caller = co_await as_agent(WorkspaceId(session->workspace()), AgentId(session->agent()),
                                    session->created_at());
    if (!caller) co_return caller.error();
    auto agent = co_await catalog_.agent(caller->workspace, AgentId(caller->actor));
    if (!agent) co_return agent.error();
    if (!*agent) co_return unauthenticated("this agent is disabled or gone");
    auto lacks = co_await lacks_second_factor(store_, caller->workspace, (*agent)->agent());
    if (!lacks) co_return lacks.error();
    if (*lacks) {
        co_return make_status(Code::unauthenticated,
                              "your workspace asks for a second factor: sign in again to set it up",
                              "second_factor_required");
    }
    caller->credential = std::move(bearer);
    co_return caller;
}

asio::awaitable<Result<rpc::Caller>> StoreAuthenticator::as_agent(WorkspaceId workspace, AgentId agent,
                                                                  std::int64_t since) {
    auto record = co_await catalog_.agent(workspace, agent);
    if (!record) co_return record.error();
    if (!*record || (*record)->agent().disabled())
        co_return unauthenticated("this agent is disabled or gone");
    if (since < (*record)->sessions_from())
        co_return unauthenticated("this session was ended: sign in again");
    rpc::Caller caller;
    caller.workspace = std::move(workspace);
    caller.actor = agent.str();
    caller.kind = (*record)->agent().bot() ? rpc::Caller::Kind::bot : rpc::Caller::Kind::agent;
    caller.grants = to_grants((*record)->agent().grants());
    co_return caller;
}

}  // namespace guichet::access
