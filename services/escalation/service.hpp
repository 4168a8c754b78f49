#pragma once
// EscalationService: the contract with its access rules; see README.md for what it does not do yet.
#include "common/rpc/dispatcher.hpp"
#include "common/service/context.hpp"
#include "guichet/v1/escalation.pb.h"

namespace guichet::escalation {

namespace asio = boost::asio;

class Service {
  public:
    explicit Service(service::Context& context) : context_(context) {}

    void register_rpcs(rpc::Dispatcher& dispatcher);

    asio::awaitable<Result<v1::ListRoutesResponse>> list_routes(rpc::CallContext call,
                                                                v1::ListRoutesRequest request);
    asio::awaitable<Result<v1::EscalateResponse>> escalate(rpc::CallContext call,
                                                           v1::EscalateRequest request);
    asio::awaitable<Result<v1::DeclineResponse>> decline(rpc::CallContext call, v1::DeclineRequest request);
    asio::awaitable<Result<v1::CloseInPublicResponse>> close_in_public(rpc::CallContext call,
                                                                       v1::CloseInPublicRequest request);

  private:
    service::Context& context_;
};

}  // namespace guichet::escalation
