#pragma once
// Every public RPC at POST /guichet.v1.<Service>/<Method>: Connect, gRPC-Web, plain JSON. No code per method.
#include <functional>
#include <string>

#include "common/http/router.hpp"
#include "common/rpc/connect.hpp"

namespace guichet::gateway {

// What a browser's request carries instead of an Authorization header: the session of its cookie, "" when
// there is none. An error ends the request (a cookie without its CSRF proof).
using SessionOf = std::function<Result<std::string>(const http::Request&)>;

class RpcRoutes {
  public:
    RpcRoutes(rpc::Transport& transport, SessionOf session)
        : bridge_(transport), session_(std::move(session)) {}
    void mount(http::Router& router, http::RouteOptions options);

  private:
    boost::asio::awaitable<http::Response> handle(http::Request request);

    rpc::HttpBridge bridge_;
    SessionOf session_;
};

}  // namespace guichet::gateway
