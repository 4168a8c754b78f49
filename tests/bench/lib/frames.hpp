#pragma once
// As much of a WebSocket (RFC 6455) as a watcher needs, and what it sees in what Watch sends. Pure.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace guichet::bench {

// A client's handshake on `path`.
std::string upgrade_request(const std::string& path, const std::string& token);
// RFC 6455 section 5.2.
inline constexpr int kTextFrame = 1, kCloseFrame = 8, kPingFrame = 9, kPongFrame = 10;

// A whole frame as clients send it, masked; of at most 65 535 bytes.
std::string client_frame(int opcode, std::string_view text);

struct Frame {
    // 0: not whole yet.
    std::size_t size = 0;
    int opcode = 0;
    // Inside of what was read.
    std::string_view payload;
};
// The server's frame at the beginning of `unread`; servers do not mask.
Frame cut_frame(std::string_view unread);

struct Sight {
    std::string_view conversation;
    std::int64_t seq = 0;
};
// Of every event in a WatchResponse as JSON; inside of `json`.
std::vector<Sight> sights_in(std::string_view json);

}  // namespace guichet::bench
