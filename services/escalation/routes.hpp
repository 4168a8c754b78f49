#pragma once
// ListRoutes: the private ways of a public conversation, its case, and words to begin with.
#include "common/rpc/context.hpp"
#include "guichet/v1/escalation.pb.h"
#include "services/escalation/scene.hpp"

namespace guichet::escalation {

class Routes {
  public:
    Routes(service::Context& context, Scenes& scenes) : context_(context), scenes_(scenes) {}

    // Of a private conversation: no routes, but its case.
    asio::awaitable<Result<v1::ListRoutesResponse>> list(rpc::CallContext call,
                                                         v1::ListRoutesRequest request);

  private:
    service::Context& context_;
    Scenes& scenes_;
};

v1::Route to_proto(const PrivateWay& way);

}  // namespace guichet::escalation
