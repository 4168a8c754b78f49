#include "common/rpc/bridge_protocol.hpp"

#include <algorithm>

#include <google/protobuf/descriptor.h>

#include "common/core/bytes.hpp"
#include "common/rpc/framing.hpp"
#include "common/rpc/json.hpp"
#include "common/rpc/status_map.hpp"

namespace guichet::rpc {

namespace {

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return out;
}

std::string_view trim(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

std::optional<std::int64_t> digits(std::string_view text, std::size_t most) {
    if (text.empty() || text.size() > most) return std::nullopt;
    std::int64_t value = 0;
    for (const char c : text) {
        if (c < '0' || c > '9') return std::nullopt;
        value = value * 10 + (c - '0');
    }
    return value;
}

// "5S", "100m": at most eight digits and a unit.
std::optional<std::chrono::milliseconds> grpc_timeout(std::string_view text) {
    if (text.empty()) return std::nullopt;
    const auto value = digits(text.substr(0, text.size() - 1), 8);
    if (!value) return std::nullopt;
    switch (text.back()) {
        case 'H':
            return std::chrono::milliseconds(*value * 3'600'000);
        case 'M':
            return std::chrono::milliseconds(*value * 60'000);
        case 'S':
            return std::chrono::milliseconds(*value * 1'000);
        case 'm':
            return std::chrono::milliseconds(*value);
        // Rounded up: a deadline of 1 us must not become none.
        case 'u':
            return std::chrono::milliseconds((*value + 999) / 1'000);
        case 'n':
            return std::chrono::milliseconds((*value + 999'999) / 1'000'000);
        default:
            return std::nullopt;
    }
}

std::string encoded(const Protocol& protocol, std::string piece) {
    return protocol.text ? base64(piece) : piece;
}

}  // namespace

std::optional<Protocol> protocol_of(const std::string& content_type) {
    const auto semicolon = content_type.find(';');
    const auto type = lower(trim(std::string_view(content_type).substr(0, semicolon)));
    if (semicolon != std::string::npos) {
        const auto parameter = lower(trim(std::string_view(content_type).substr(semicolon + 1)));
        if (parameter.rfind("charset=", 0) == 0 && parameter != "charset=utf-8" &&
            parameter != "charset=\"utf-8\"") {
            return std::nullopt;
        }
    }
    using Kind = Protocol::Kind;
    if (type == "application/json") return Protocol{Kind::connect_unary, true, false, type};
    if (type == "application/proto") return Protocol{Kind::connect_unary, false, false, type};
    if (type == "application/connect+json") return Protocol{Kind::connect_stream, true, false, type};
    if (type == "application/connect+proto") return Protocol{Kind::connect_stream, false, false, type};
    if (type == "application/grpc-web" || type == "application/grpc-web+proto") {
        return Protocol{Kind::grpc_web, false, false, "application/grpc-web+proto"};
    }
    if (type == "application/grpc-web-text" || type == "application/grpc-web-text+proto") {
        return Protocol{Kind::grpc_web, false, true, "application/grpc-web-text+proto"};
    }
    return std::nullopt;
}

Result<std::optional<std::chrono::milliseconds>> timeout_of(const Protocol& protocol,
                                                            const BridgeRequest& request) {
    using Timeout = std::optional<std::chrono::milliseconds>;
    if (protocol.kind == Protocol::Kind::grpc_web) {
        if (request.grpc_timeout.empty()) return Timeout();
        const auto timeout = grpc_timeout(request.grpc_timeout);
        if (!timeout) return invalid("", "grpc-timeout is not a time: " + request.grpc_timeout);
        return timeout;
    }
    if (request.connect_timeout_ms.empty()) return Timeout();
    const auto value = digits(request.connect_timeout_ms, 10);
    if (!value) {
        return invalid("",
                       "Connect-Timeout-Ms is not a number of milliseconds: " + request.connect_timeout_ms);
    }
    return Timeout(std::chrono::milliseconds(*value));
}

Status check_encoding(const Protocol& protocol, const BridgeRequest& request) {
    const auto& used = protocol.kind == Protocol::Kind::connect_stream ? request.connect_content_encoding
                       : protocol.kind == Protocol::Kind::grpc_web     ? request.grpc_encoding
                                                                       : request.content_encoding;
    if (!used.empty() && used != "identity") {
        return make_status(Code::unimplemented,
                           "the encoding " + used + " is not taken; supported encodings: identity");
    }
    if (protocol.kind != Protocol::Kind::grpc_web && !request.connect_protocol_version.empty() &&
        request.connect_protocol_version != "1") {
        return invalid("", "Connect-Protocol-Version must be 1");
    }
    return {};
}

Result<std::string> request_message(const Protocol& protocol,
                                    const google::protobuf::MethodDescriptor& method,
                                    const BridgeRequest& request) {
    Result<std::string> content = request.body;
    if (protocol.text) {
        content = from_base64_pieces(request.body);
        if (!content) return content;
    }
    if (protocol.kind != Protocol::Kind::connect_unary) {
        content = single_message(*content);
        if (!content) return content;
    }
    if (!protocol.json) return content;
    return json_to_bytes(*method.input_type(), *content);
}

BridgeResponse success(const Protocol& protocol, const google::protobuf::MethodDescriptor& method,
                       const std::string& message) {
    auto content =
        protocol.json ? bytes_to_json(*method.output_type(), message) : Result<std::string>(message);
    if (!content) return failure(protocol, content.error());
    BridgeResponse response;
    response.headers.emplace_back("content-type", protocol.content_type);
    if (protocol.kind == Protocol::Kind::grpc_web) {
        response.body = encoded(protocol, frame(0, *content) + frame(kFrameTrailers, grpc_web_trailers({})));
    } else {
        response.body = std::move(*content);
    }
    return response;
}

BridgeResponse failure(const Protocol& protocol, const Status& status) {
    BridgeResponse response;
    if (protocol.kind == Protocol::Kind::connect_unary) {
        response.status = http_status(status.code);
        response.headers.emplace_back("content-type", "application/json");
        response.body = error_to_json(status);
        if (status.code == Code::unauthenticated) response.headers.emplace_back("www-authenticate", "Bearer");
        if (status.retry_after_s > 0) {
            response.headers.emplace_back("retry-after", std::to_string(status.retry_after_s));
        }
    } else {
        response.headers.emplace_back("content-type", protocol.content_type);
        response.body = stream_end(protocol, status);
    }
    return response;
}

Result<std::string> stream_message(const Protocol& protocol, const google::protobuf::MethodDescriptor& method,
                                   const std::string& message) {
    if (!protocol.json) return encoded(protocol, frame(0, message));
    auto json = bytes_to_json(*method.output_type(), message);
    if (!json) return json.error();
    return frame(0, *json);
}

std::string stream_end(const Protocol& protocol, const Status& status) {
    if (protocol.kind == Protocol::Kind::grpc_web) {
        return encoded(protocol, frame(kFrameTrailers, grpc_web_trailers(status)));
    }
    return frame(kFrameEndStream, status.ok() ? "{}" : "{\"error\":" + error_to_json(status) + "}");
}

}  // namespace guichet::rpc
