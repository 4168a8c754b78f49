#pragma once
// Escalate, Decline, CloseInPublic.
#include "common/rpc/context.hpp"
#include "guichet/v1/escalation.pb.h"
#include "services/escalation/calling.hpp"

namespace guichet::escalation {

class Offers {
  public:
    Offers(service::Context& context, Scenes& scenes, Offering& offering, Calling& calling)
        : context_(context), scenes_(scenes), offering_(offering), calling_(calling) {}

    // Of named routes the first that can be used; FAILED_PRECONDITION route_closed says why none can.
    asio::awaitable<Result<v1::EscalateResponse>> escalate(rpc::CallContext call,
                                                           v1::EscalateRequest request);
    asio::awaitable<Result<v1::DeclineResponse>> decline(rpc::CallContext call, v1::DeclineRequest request);
    asio::awaitable<Result<v1::CloseInPublicResponse>> close_in_public(rpc::CallContext call,
                                                                       v1::CloseInPublicRequest request);

  private:
    // Offered or accepted.
    asio::awaitable<Result<bool>> under_way(const Scene& scene);
    // By the store, with what the conversation is like now; or answered, when the same request came in
    // meanwhile.
    asio::awaitable<Result<v1::EscalateResponse>> refused(rpc::CallContext call, v1::EscalateRequest request,
                                                          v1::CallBack wish);
    // What the same request got. Nothing is offered; what he agreed to is kept, should that be missing yet.
    asio::awaitable<Result<v1::EscalateResponse>> again(rpc::CallContext call, store::Offered before,
                                                        bool may_call, v1::CallBack wish);
    asio::awaitable<Result<v1::EscalateResponse>> shown(WorkspaceId workspace, EscalationId id);

    service::Context& context_;
    Scenes& scenes_;
    Offering& offering_;
    Calling& calling_;
};

}  // namespace guichet::escalation
