#pragma once
// From a bearer credential to the caller: tokens (gt_) and sessions (gs_), as stored.
#include "common/access/credentials.hpp"
#include "common/rpc/authenticator.hpp"

namespace guichet::access {

// The grants of an agent as the rpc pipeline reads them.
std::vector<rpc::GrantSpec> to_grants(const google::protobuf::RepeatedPtrField<v1::Grant>& grants);

class StoreAuthenticator final : public rpc::Authenticator {
  public:
    StoreAuthenticator(Credentials& credentials, Catalog& catalog, store::Store& store)
        : credentials_(credentials), catalog_(catalog), store_(store) {}
    asio::awaitable<Result<rpc::Caller>> authenticate(std::string bearer) override;

  private:
    asio::awaitable<Result<rpc::Caller>> by_token(std::string bearer);
    // Of who lacks the second factor that his workspace asks of him, no session is good.
    asio::awaitable<Result<rpc::Caller>> by_session(std::string bearer);
    // A disabled agent is nobody.
    asio::awaitable<Result<rpc::Caller>> as_agent(WorkspaceId workspace, AgentId agent, std::int64_t since);

    Credentials& credentials_;
    Catalog& catalog_;
    store::Store& store_;
};

}  // namespace guichet::access
