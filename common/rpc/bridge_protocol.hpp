#pragma once
// Which of the HTTP protocols a request speaks, and how that protocol words answers. Private to HttpBridge.
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "common/core/status.hpp"
#include "common/rpc/connect.hpp"

namespace google::protobuf {
class MethodDescriptor;
}

namespace guichet::rpc {

struct Protocol {
    enum class Kind { connect_unary, connect_stream, grpc_web };

    Kind kind = Kind::connect_unary;
    bool json = false;
    // gRPC-Web in base64.
    bool text = false;
    // Of answers.
    std::string content_type;
};

// Nothing: 415.
std::optional<Protocol> protocol_of(const std::string& content_type);

// Nothing where the client set none; INVALID_ARGUMENT for a value that is none.
Result<std::optional<std::chrono::milliseconds>> timeout_of(const Protocol& protocol,
                                                            const BridgeRequest& request);
// UNIMPLEMENTED for anything but identity.
Status check_encoding(const Protocol& protocol, const BridgeRequest& request);
// The serialized request message.
Result<std::string> request_message(const Protocol& protocol,
                                    const google::protobuf::MethodDescriptor& method,
                                    const BridgeRequest& request);

// A whole answer to a call that carries one message, or none.
BridgeResponse success(const Protocol& protocol, const google::protobuf::MethodDescriptor& method,
                       const std::string& message);
BridgeResponse failure(const Protocol& protocol, const Status& status);

// Pieces of a stream's body. An error when the message cannot be written as JSON.
Result<std::string> stream_message(const Protocol& protocol, const google::protobuf::MethodDescriptor& method,
                                   const std::string& message);
std::string stream_end(const Protocol& protocol, const Status& status);

}  // namespace guichet::rpc
