#pragma once
// The five-byte frames of Connect streams and gRPC-Web: one byte of flags, four of length (big-endian),
// content.
#include <cstdint>
#include <string>
#include <string_view>

#include "common/core/status.hpp"

namespace guichet::rpc {

inline constexpr std::uint8_t kFrameCompressed = 0x01;
// Connect's last frame.
inline constexpr std::uint8_t kFrameEndStream = 0x02;
// gRPC-Web's last frame.
inline constexpr std::uint8_t kFrameTrailers = 0x80;

std::string frame(std::uint8_t flags, std::string_view content);

// The content of the single message that a unary or server-streaming request carries. INVALID_ARGUMENT when
// it is cut short, absent or followed by more; UNIMPLEMENTED when it is compressed.
Result<std::string> single_message(std::string_view body);

// gRPC-Web's text form: base64 of the frames, in one piece or in several padded ones after each other.
Result<std::string> from_base64_pieces(std::string_view text);

// "grpc-status: 9\r\ngrpc-message: ...\r\nguichet-error-bin: ...\r\n"
std::string grpc_web_trailers(const Status& status);

}  // namespace guichet::rpc
