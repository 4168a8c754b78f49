#include "common/rpc/connect.hpp"

#include <algorithm>

#include <google/protobuf/descriptor.h>

#include "common/rpc/bridge_protocol.hpp"
#include "common/rpc/contract.hpp"
#include "common/rpc/dispatcher.hpp"

namespace guichet::rpc {

namespace {

BridgeResponse refuse(int http, Code code, std::string message,
                      std::vector<std::pair<std::string, std::string>> headers) {
    auto response = failure(Protocol{}, make_status(code, std::move(message)));
    response.status = http;
    response.headers.insert(response.headers.end(), headers.begin(), headers.end());
    return response;
}

// A stream of which pieces are asked one by one.
class BridgeStream {
  public:
    BridgeStream(Protocol protocol, const google::protobuf::MethodDescriptor& method,
                 std::unique_ptr<ReadStream> stream)
        : protocol_(std::move(protocol)), method_(method), stream_(std::move(stream)) {}

    static asio::awaitable<Result<std::string>> next(std::shared_ptr<BridgeStream> self) {
        if (self->ended_) co_return std::string();
        auto message = co_await self->stream_->next();
        if (!message) co_return self->end(message.error());
        if (!*message) co_return self->end({});
        auto piece = stream_message(self->protocol_, self->method_, **message);
        if (!piece) co_return self->end(piece.error());
        co_return piece;
    }

  private:
    std::string end(const Status& status) {
        ended_ = true;
        return stream_end(protocol_, status);
    }

    const Protocol protocol_;
    const google::protobuf::MethodDescriptor& method_;
    std::unique_ptr<ReadStream> stream_;
    bool ended_ = false;
};

// Nothing wrong: OK. A content type that the kind of method does not go with is refused by 415.
std::string accepted_types(const google::protobuf::MethodDescriptor& method) {
    if (method.server_streaming()) {
        return "application/connect+json, application/connect+proto, application/grpc-web+proto, "
               "application/grpc-web-text+proto";
    }
    return "application/json, application/proto, application/grpc-web+proto, application/grpc-web-text+proto";
}

}  // namespace

void BridgeRequest::set_authorization(const std::string& value) {
    auto bearer = bearer_of(value);
    if (!bearer.empty()) credential = std::move(bearer);
}

std::string BridgeResponse::header(std::string_view name) const {
    for (const auto& [key, value] : headers) {
        if (key == name) return value;
    }
    return {};
}

HttpBridge::HttpBridge(Transport& transport, BridgeOptions options)
    : transport_(transport), options_(options) {}

asio::awaitable<BridgeResponse> HttpBridge::handle(BridgeRequest request) {
    const auto* method = find_method(request.path);
    const auto protocol = protocol_of(request.content_type);
    if (method == nullptr) {
        const auto status = make_status(Code::unimplemented, "there is no method " + request.path);
        if (!protocol || protocol->kind == Protocol::Kind::connect_unary) {
            co_return refuse(404, status.code, status.message, {});
        }
        co_return failure(*protocol, status);
    }
    if (request.http_method != "POST") {
        co_return refuse(405, Code::unimplemented, "methods are called by POST", {{"allow", "POST"}});
    }
    const bool unary = !method->client_streaming() && !method->server_streaming();
    const bool fits = protocol && (protocol->kind == Protocol::Kind::grpc_web ||
                                   (protocol->kind == Protocol::Kind::connect_unary) == unary);
    if (!fits) {
        const auto types = accepted_types(*method);
        co_return refuse(415, Code::unknown, "this method takes the content types " + types,
                         {{"accept-post", types}});
    }
    if (method->client_streaming()) {
        co_return failure(*protocol, make_status(Code::unimplemented,
                                                 method_name(*method) + " streams both ways: use gRPC"));
    }
    if (const auto refused = check_encoding(*protocol, request); !refused.ok()) {
        co_return failure(*protocol, refused);
    }
    const auto timeout = timeout_of(*protocol, request);
    if (!timeout) co_return failure(*protocol, timeout.error());
    auto message = request_message(*protocol, *method, request);
    if (!message) co_return failure(*protocol, message.error());

    Metadata meta;
    meta.credential = std::move(request.credential);
    meta.request_id = std::move(request.request_id);
    meta.peer = std::move(request.peer);
    if (unary) {
        const auto limit = std::clamp(timeout->value_or(options_.default_timeout),
                                      std::chrono::milliseconds(1), options_.max_timeout);
        auto answer =
            co_await transport_.unary(method_name(*method), std::move(meta), std::move(*message), limit);
        if (!answer) co_return failure(*protocol, answer.error());
        co_return success(*protocol, *method, *answer);
    }
    auto limit = timeout->value_or(std::chrono::milliseconds(0));
    if (*timeout) limit = std::max(limit, std::chrono::milliseconds(1));
    auto stream = std::make_shared<BridgeStream>(
        *protocol, *method,
        transport_.server_stream(method_name(*method), std::move(meta), std::move(*message), limit));
    BridgeResponse response;
    response.headers.emplace_back("content-type", protocol->content_type);
    response.next = [stream] { return BridgeStream::next(stream); };
    co_return response;
}

}  // namespace guichet::rpc
