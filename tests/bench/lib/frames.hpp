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
// A whole text frame as clients send it, masked; of at most 65 535 bytes.
std::string text_frame(std::string_view text);

struct Frame {
    // 0: not whole yet.
    std::size_t size = 0;
    // 1: text, 8: the other side closes, 9: ping.
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
