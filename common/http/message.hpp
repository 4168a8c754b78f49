#pragma once
// What handlers see and return. No Beast, no Asio sockets here.
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "common/core/status.hpp"
#include "common/http/cookies.hpp"
#include "common/http/headers.hpp"
#include "common/http/text.hpp"

namespace guichet::http {

namespace asio = boost::asio;

enum class Method { get, head, post, put, patch, del, options, other };
// "GET"; "" for other.
std::string_view to_string(Method method);
Method method_from(std::string_view name);

struct Request {
    Method method = Method::get;
    // As it came: path and query, undecoded.
    std::string target;
    Headers headers;
    std::string body;
    // Values of the route's {name} segments, decoded; the trailing * under the name "*".
    Fields params;

    // Address of the other end of the socket, which may be a proxy.
    std::string peer_ip;
    // Address, scheme and host of the client as the trusted proxies tell them (trusted_proxies.hpp).
    std::string client_ip;
    std::string scheme = "http";  // "http" or "https"
    std::string host;             // with the port where it is not the scheme's
    // True when this very socket is TLS.
    bool is_tls = false;
    // From X-Request-Id where that is a plain short id, else made here. In the answer and in the logs.
    std::string request_id;

    // Both undecoded.
    std::string_view path() const { return std::string_view(target).substr(0, target.find('?')); }
    std::string_view query() const;
    // scheme://host/target as the client used it; some platforms sign it.
    std::string url() const { return scheme + "://" + host + target; }

    // "" when the route has no such segment.
    std::string_view param(std::string_view name) const;
    // Parses the query on each call; ill-formed pieces count as absent.
    std::optional<std::string> query_param(std::string_view name) const;
    Fields query_params() const;
    std::optional<std::string_view> cookie(std::string_view name) const;
    // The token of "Authorization: Bearer <token>".
    std::optional<std::string_view> bearer() const;
    // Content-Type without parameters, lower case.
    std::string media_type() const;
};

// The next piece of a streamed body; empty means the end. An error cuts the connection, so that the client
// sees that the body is incomplete. The server awaits one piece at a time, each within the route's timeout.
using BodyStream = std::function<asio::awaitable<Result<std::string>>()>;

struct Response {
    int status = 200;
    Headers headers;
    std::string body;
    // Where set, taken instead of `body`: bytes that many answers share.
    std::shared_ptr<const std::string> shared_body;
    // Where set, taken instead of both: sent chunked.
    BodyStream stream;

    std::string_view content() const {
        return shared_body ? std::string_view(*shared_body) : std::string_view(body);
    }
    Response& header(std::string_view name, std::string_view value);
    Response& cookie(const SetCookie& cookie);

    static Response empty(int status = 204);
    static Response text(int status, std::string body);
    static Response html(int status, std::string body);
    // `body` is JSON already.
    static Response json(int status, std::string body);
    // {"code": "not_found", "message": "..."}: the Connect protocol's shape.
    static Response error(int status, std::string_view code, std::string_view message);
    // 303 turns a POST into a GET.
    static Response redirect(std::string_view location, int status = 303);
};

// "Not Found"; "" when unknown.
std::string_view reason_phrase(int status);

}  // namespace guichet::http
