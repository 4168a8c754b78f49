#pragma once
// Messages of the contract as protobuf JSON (lowerCamelCase names, enum names, 64-bit numbers as strings), by
// descriptor.
#include <string>
#include <string_view>

#include "common/core/status.hpp"

namespace google::protobuf {
class Descriptor;
class Message;
}  // namespace google::protobuf

namespace guichet::rpc {

// Deeper JSON is refused before it is parsed.
inline constexpr int kMaxJsonDepth = 32;

// Serialized message of type `type`. Empty text counts as {}. INVALID_ARGUMENT, with the field where it is
// known, for anything that is not exactly such a message: unknown fields too.
Result<std::string> json_to_bytes(const google::protobuf::Descriptor& type, std::string_view json);
// INTERNAL when `bytes` are not a message of `type`.
Result<std::string> bytes_to_json(const google::protobuf::Descriptor& type, const std::string& bytes);
std::string message_to_json(const google::protobuf::Message& message);
// With quotes; ill-formed UTF-8 is repaired.
std::string json_string(std::string_view text);
// {"code": "failed_precondition", "message": "...", "details": [...]}, the error of the Connect protocol.
std::string error_to_json(const Status& status);

}  // namespace guichet::rpc
