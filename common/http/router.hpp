#pragma once
// Routes: method and path pattern to handler.
//
// A pattern is a path whose segments are literal or "{name}" (one non-empty segment); a trailing "*" takes
// the rest, which may be empty. The most specific pattern wins, segment by segment: literal, then {name},
// then *; where it has no handler for the method, the next one that does is taken ("/{service}/{method}" POST
// lives beside "/*" GET). HEAD is served by GET routes. Values are percent-decoded after the split; a path
// with a segment that decodes to
// "." or "..", or with a NUL, is refused.
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "common/http/message.hpp"
#include "common/http/security_headers.hpp"

namespace guichet::http {

class WebSocket;

using Handler = std::function<asio::awaitable<Response>(Request)>;
// Runs before the body is read (rate limit, authentication): an answer ends the request. `request.body` is
// empty.
using HeadHook = std::function<std::optional<Response>(Request&)>;
// Runs when the body is there, in order; an answer ends the request.
using BeforeHook = std::function<asio::awaitable<std::optional<Response>>(Request&)>;

// What is left of a request when its answer is made.
struct Exchange {
    Method method = Method::get;
    // Path and query may carry tokens and personal data: logs take `route`.
    std::string target;
    std::string_view route;  // the pattern; "" where none matched
    std::string client_ip;
    std::string request_id;
    std::string scheme;
    std::size_t request_bytes = 0;
};
using AfterHook = std::function<void(const Exchange&, Response&)>;

struct RouteOptions {
    std::size_t max_body_bytes = 1024 * 1024;
    // From the whole request until the handler's answer; 503 after it. The handler is not interrupted: it
    // runs to its end and its answer is dropped, so every wait in it needs its own deadline.
    std::chrono::milliseconds timeout{30'000};
    std::vector<HeadHook> head;
    std::vector<BeforeHook> before;
    std::vector<AfterHook> after;
    // Instead of the server's.
    std::optional<SecurityPolicy> security;
};

using WebSocketHandler = std::function<asio::awaitable<void>(Request, std::shared_ptr<WebSocket>)>;

struct WebSocketOptions {
    // Ours, in order of preference; the first that the client offers is chosen.
    std::vector<std::string> subprotocols;
    // False refuses with 403. Empty: only browsers on the same host (Origin equals Host), or no Origin at
    // all.
    std::function<bool(const Request&)> allow_origin;
    std::size_t max_message_bytes = 64 * 1024;
    // A client that falls behind by more is dropped with close code 1013.
    std::size_t max_queued_messages = 1024;
    std::size_t max_queued_bytes = 4 * 1024 * 1024;
    // Received messages that the handler has not taken; reading pauses above it.
    std::size_t max_unread_messages = 64;
    // A ping goes out after half of it without a sign of life; after all of it the connection is dropped.
    std::chrono::milliseconds keepalive{60'000};
    // How long a close may take before the socket is cut.
    std::chrono::milliseconds close_timeout{2'000};
    std::vector<HeadHook> head;
    std::vector<BeforeHook> before;
};

struct Route {
    std::string pattern;
    Handler handler;
    RouteOptions options;
    WebSocketHandler websocket;  // set instead of handler
    WebSocketOptions websocket_options;
};

class Router {
  public:
    Router();
    ~Router();
    Router(const Router&) = delete;
    Router& operator=(const Router&) = delete;

    // Adding the same method and pattern twice, or an ill-formed pattern, is a bug and throws
    // std::logic_error.
    void add(Method method, std::string_view pattern, Handler handler, RouteOptions options = {});
    void get(std::string_view pattern, Handler handler, RouteOptions options = {});
    void post(std::string_view pattern, Handler handler, RouteOptions options = {});
    void websocket(std::string_view pattern, WebSocketHandler handler, WebSocketOptions options = {});

    struct Match {
        const Route* route = nullptr;
        Fields params;
        // When route is null: 400, 404 or 405 (with the methods that exist, "GET, HEAD").
        int status = 404;
        std::string allow;
    };
    // `path` undecoded and without the query.
    Match match(Method method, std::string_view path) const;

  private:
    struct Node;
    Route& insert(Method method, std::string_view pattern);
    std::unique_ptr<Node> root_;
};

}  // namespace guichet::http
