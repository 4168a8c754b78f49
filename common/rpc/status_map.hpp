#pragma once
// Status on the wire: HTTP and Connect codes, and the detail that travels beside them. For gRPC see
// grpc_status.hpp. This is the one place of these mappings.
#include <optional>
#include <string>
#include <string_view>

#include "common/core/status.hpp"

namespace guichet::v1 {
class ErrorDetail;
}

namespace guichet::rpc {

// The trailer (gRPC, gRPC-Web) that carries a serialized guichet.v1.ErrorDetail.
inline constexpr const char* kErrorTrailer = "guichet-error-bin";
// Messages longer than this are cut before they travel: trailers have little room.
inline constexpr std::size_t kMaxMessageBytes = 1024;

// As the Connect protocol maps codes: FAILED_PRECONDITION is 400, UNAVAILABLE 503, ...
int http_status(Code code);
// For an HTTP answer that carries no Connect error.
Code code_of_http(int status);
// "failed_precondition"; "ok" for OK.
const char* connect_code(Code code);
std::optional<Code> code_of_connect(std::string_view name);
// Any integer: codes that do not exist become UNKNOWN.
Code code_of_number(int number);

v1::ErrorDetail to_detail(const Status& status);
Status from_detail(Code code, std::string message, const v1::ErrorDetail& detail);
// Serialized; empty when there is nothing to tell beyond code and message.
std::string detail_bytes(const Status& status);
// Bytes that do not parse are passed over.
Status from_detail_bytes(Code code, std::string message, std::string_view bytes);

}  // namespace guichet::rpc
