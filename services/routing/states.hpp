#pragma once
// Snooze, Resolve, Reopen, SetLabels, SetPresence.
#include "common/rpc/context.hpp"
#include "common/service/context.hpp"
#include "guichet/v1/routing.pb.h"
#include "services/routing/claims.hpp"

namespace guichet::routing {

class States {
  public:
    States(service::Context& context, Claims& claims) : context_(context), claims_(claims) {}

    asio::awaitable<Result<v1::SnoozeResponse>> snooze(rpc::CallContext call, v1::SnoozeRequest request);
    asio::awaitable<Result<v1::ResolveResponse>> resolve(rpc::CallContext call, v1::ResolveRequest request);
    asio::awaitable<Result<v1::ReopenResponse>> reopen(rpc::CallContext call, v1::ReopenRequest request);
    asio::awaitable<Result<v1::SetLabelsResponse>> set_labels(rpc::CallContext call,
                                                              v1::SetLabelsRequest request);
    asio::awaitable<Result<v1::SetPresenceResponse>> set_presence(rpc::CallContext call,
                                                                  v1::SetPresenceRequest request);

  private:
    // The conversation after a change that was allowed.
    template <class Response>
    asio::awaitable<Result<Response>> present(rpc::CallContext call, std::string conversation);

    service::Context& context_;
    Claims& claims_;
};

}  // namespace guichet::routing
