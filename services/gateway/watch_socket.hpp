#pragma once
// WebSocket /v1/watch: InboxService/Watch for browsers and for whoever has no gRPC.
//
// Signed in by session cookie (from a page of ours only) or bearer. The client's first message is a
// WatchRequest as JSON, within 10 s; every message of the server is a WatchResponse as JSON. Resume with the
// `cursor` of the last one. Further messages of the client are passed over. Close codes:
//   1000 the stream is over         1001 the server stops         1013 you read too slowly
//   4400 the first message is no WatchRequest, or did not come     4401 sign in (again)     4403 not allowed
//   4429 too many calls     4501 not served here     4503 away for the moment: come again with your cursor
//   4500 anything else
#include <memory>

#include "common/http/router.hpp"
#include "common/http/websocket.hpp"
#include "common/rpc/caller.hpp"
#include "common/service/context.hpp"
#include "services/gateway/watch_json.hpp"

namespace guichet::gateway {

class WatchSocket {
  public:
    WatchSocket(service::Context& context, rpc::Transport& transport)
        : context_(context), transport_(transport) {}
    void mount(http::Router& router, http::WebSocketOptions options);

  private:
    boost::asio::awaitable<void> serve(http::Request request, std::shared_ptr<http::WebSocket> socket);
    // Nothing when none came in time.
    boost::asio::awaitable<std::optional<std::string>> first_message(std::shared_ptr<http::WebSocket> socket);
    boost::asio::awaitable<void> watch_credential(std::weak_ptr<http::WebSocket> socket, rpc::Metadata meta);

    service::Context& context_;
    rpc::Transport& transport_;
    WatchJson words_;
};

// 4401 for UNAUTHENTICATED, and so on.
std::uint16_t close_code_of(const Status& status);

}  // namespace guichet::gateway
