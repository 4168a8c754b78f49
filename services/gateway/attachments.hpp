#pragma once
// GET /v1/attachments/<conversation>/<seq of the message>/<1, 2, 3…>: a file that came with a message, for
// who may read the conversation. By bearer, or by cookie from our own pages.
#include "common/http/router.hpp"
#include "common/rpc/caller.hpp"
#include "common/service/context.hpp"

namespace guichet::gateway {

class Attachments {
  public:
    Attachments(service::Context& context, rpc::Transport& transport)
        : context_(context), transport_(transport) {}
    void mount(http::Router& router, http::RouteOptions options);

  private:
    boost::asio::awaitable<http::Response> serve(http::Request request);

    service::Context& context_;
    rpc::Transport& transport_;
};

}  // namespace guichet::gateway
