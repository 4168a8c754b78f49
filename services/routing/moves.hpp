#pragma once
// Giving work to somebody else: Assign, BulkAssign, Release, Handoff, Transfer.
#include "common/rpc/context.hpp"
#include "common/service/context.hpp"
#include "guichet/v1/routing.pb.h"
#include "services/routing/claims.hpp"

namespace guichet::routing {

class Moves {
  public:
    Moves(service::Context& context, Claims& claims) : context_(context), claims_(claims) {}

    asio::awaitable<Result<v1::AssignResponse>> assign(rpc::CallContext call, v1::AssignRequest request);
    asio::awaitable<Result<v1::BulkAssignResponse>> bulk_assign(rpc::CallContext call,
                                                                v1::BulkAssignRequest request);
    asio::awaitable<Result<v1::ReleaseResponse>> release(rpc::CallContext call, v1::ReleaseRequest request);
    asio::awaitable<Result<v1::HandoffResponse>> handoff(rpc::CallContext call, v1::HandoffRequest request);
    asio::awaitable<Result<v1::TransferResponse>> transfer(rpc::CallContext call,
                                                           v1::TransferRequest request);

  private:
    // NOT_FOUND for an agent or team that does not exist.
    asio::awaitable<Result<void>> check_target(WorkspaceId workspace, v1::Target target);
    asio::awaitable<Result<store::Assignment>> assignment(WorkspaceId workspace, v1::Target target,
                                                          std::string reason, bool over_capacity);
    asio::awaitable<Result<v1::Conversation>> give(rpc::CallContext call, store::Giving giving);

    service::Context& context_;
    Claims& claims_;
};

}  // namespace guichet::routing
