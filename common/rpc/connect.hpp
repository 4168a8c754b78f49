#pragma once
// The contract over HTTP: Connect (unary and server streams, JSON and protobuf), plain JSON by POST, and
// gRPC-Web (binary and text), translated by descriptor with no code per method. Knows no HTTP library.
// https://connectrpc.com/docs/protocol, https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-WEB.md
#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "common/core/status.hpp"
#include "common/rpc/caller.hpp"

namespace guichet::rpc {

struct BridgeRequest {
    // "POST"
    std::string http_method;
    // "/guichet.v1.RoutingService/Claim", without query.
    std::string path;
    std::string body;
    // Header values as they came; empty where absent.
    std::string content_type;
    std::string content_encoding;
    std::string connect_content_encoding;
    std::string connect_protocol_version;
    std::string connect_timeout_ms;
    std::string grpc_encoding;
    std::string grpc_timeout;
    // Set by the gateway (session cookie), else from `authorization: Bearer`.
    std::string credential;
    std::string request_id;
    std::string peer;

    // Fills the header fields through get("content-type") -> something that makes a std::string.
    template <class Get>
    void read_headers(const Get& get) {
        content_type = std::string(get("content-type"));
        content_encoding = std::string(get("content-encoding"));
        connect_content_encoding = std::string(get("connect-content-encoding"));
        connect_protocol_version = std::string(get("connect-protocol-version"));
        connect_timeout_ms = std::string(get("connect-timeout-ms"));
        grpc_encoding = std::string(get("grpc-encoding"));
        grpc_timeout = std::string(get("grpc-timeout"));
        set_authorization(std::string(get("authorization")));
    }
    void set_authorization(const std::string& value);
};

struct BridgeResponse {
    int status = 200;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
    // Set for streams: the next piece of the body after `body`; an empty piece is its end. Dropping it
    // cancels the call. One piece at a time.
    std::function<asio::awaitable<Result<std::string>>()> next;

    // "" where absent; names are in lower case.
    std::string header(std::string_view name) const;
};

struct BridgeOptions {
    std::chrono::milliseconds default_timeout{60'000};
    // What a client may ask for, of unary calls.
    std::chrono::milliseconds max_timeout{600'000};
};

// One io thread. The transport must outlive it and its responses.
class HttpBridge {
  public:
    explicit HttpBridge(Transport& transport, BridgeOptions options = {});
    // Never fails: errors are answers in the protocol that the request speaks.
    asio::awaitable<BridgeResponse> handle(BridgeRequest request);

  private:
    Transport& transport_;
    const BridgeOptions options_;
};

}  // namespace guichet::rpc
