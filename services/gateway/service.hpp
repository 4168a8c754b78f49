#pragma once
// The gateway: AdminService, every RPC over HTTP, signing in, the live log over a WebSocket, the
// console.
#include "common/channels/connector.hpp"
#include "common/http/router.hpp"
#include "common/rpc/authenticator.hpp"
#include "common/rpc/caller.hpp"
#include "common/rpc/dispatcher.hpp"
#include "common/service/context.hpp"
#include "services/gateway/admin/admin.hpp"
#include "services/gateway/api_limits.hpp"
#include "services/gateway/attachments.hpp"
#include "services/gateway/rpc_routes.hpp"
#include "services/gateway/second_factor/rpcs.hpp"
#include "services/gateway/sign_in.hpp"
#include "services/gateway/watch_socket.hpp"

namespace guichet::gateway {

class Service {
  public:
    // `transport` reaches every service, here or elsewhere. `sealer` seals the secrets of second factors.
    // `authenticator`: told when a right is taken away; may be null.
    Service(service::Context& context, rpc::Transport& transport, const channels::Registry& connectors,
            const Sealer& sealer, rpc::CachingAuthenticator* authenticator = nullptr);

    void register_rpcs(rpc::Dispatcher& dispatcher) {
        admin_.register_rpcs(dispatcher);
        second_factor_.register_rpcs(dispatcher);
    }
    void register_routes(http::Router& router);
    asio::awaitable<Result<void>> start();
    asio::awaitable<void> stop();

  private:
    asio::awaitable<http::Response> home(http::Request request);

    service::Context& context_;
    ApiLimits limits_;
    Admin admin_;
    RpcRoutes rpcs_;
    Attachments attachments_;
    Factors factors_;
    LoginLimits login_limits_;
    SignIn sign_in_;
    SecondFactorRpcs second_factor_;
    WatchSocket watch_;
};

}  // namespace guichet::gateway
