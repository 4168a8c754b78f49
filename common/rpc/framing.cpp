#include "common/rpc/framing.hpp"

#include "common/core/bytes.hpp"
#include "common/rpc/status_map.hpp"

namespace guichet::rpc {

namespace {

constexpr std::size_t kHeaderBytes = 5;

// As gRPC encodes grpc-message: everything but printable ASCII, and '%'.
std::string percent_encode(std::string_view text) {
    constexpr char kDigits[] = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte >= 0x20 && byte <= 0x7e && byte != '%') {
            out += c;
        } else {
            out += '%';
            out += kDigits[byte >> 4];
            out += kDigits[byte & 15];
        }
    }
    return out;
}

}  // namespace

std::string frame(std::uint8_t flags, std::string_view content) {
    const auto size = static_cast<std::uint32_t>(content.size());
    std::string out;
    out.reserve(kHeaderBytes + content.size());
    out += static_cast<char>(flags);
    for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>((size >> shift) & 0xff);
    out += content;
    return out;
}

Result<std::string> single_message(std::string_view body) {
    if (body.empty()) return invalid("", "the request carries no message");
    if (body.size() < kHeaderBytes) return invalid("", "the frame of the message is cut short");
    const auto flags = static_cast<std::uint8_t>(body[0]);
    std::uint32_t size = 0;
    for (std::size_t i = 1; i < kHeaderBytes; ++i) size = size << 8 | static_cast<std::uint8_t>(body[i]);
    if ((flags & kFrameCompressed) != 0) {
        return make_status(Code::unimplemented, "compressed messages are not taken: send identity");
    }
    if (flags != 0) return invalid("", "the frame has flags that a request must not set");
    body.remove_prefix(kHeaderBytes);
    if (body.size() < size) return invalid("", "the message is cut short");
    if (body.size() > size) return invalid("", "this call takes one message, and more follows");
    return std::string(body);
}

Result<std::string> from_base64_pieces(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        // A piece ends with its padding.
        auto end = text.find('=');
        if (end == std::string_view::npos) {
            end = text.size();
        } else {
            while (end < text.size() && text[end] == '=') ++end;
        }
        const auto piece = from_base64(text.substr(0, end));
        if (!piece) return invalid("", "the body is not base64");
        out += *piece;
        text.remove_prefix(end);
    }
    return out;
}

std::string grpc_web_trailers(const Status& status) {
    std::string out = "grpc-status: " + std::to_string(static_cast<int>(status.code)) + "\r\n";
    if (status.ok()) return out;
    if (!status.message.empty()) {
        out += "grpc-message: " + percent_encode(truncate_utf8(status.message, kMaxMessageBytes)) + "\r\n";
    }
    const auto detail = detail_bytes(status);
    if (!detail.empty()) {
        auto value = base64(detail);
        while (!value.empty() && value.back() == '=') value.pop_back();
        out += std::string(kErrorTrailer) + ": " + value + "\r\n";
    }
    return out;
}

}  // namespace guichet::rpc
