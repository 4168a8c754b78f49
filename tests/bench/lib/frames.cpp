#include "tests/bench/lib/frames.hpp"

#include <charconv>
#include <stdexcept>

namespace guichet::bench {
namespace {

constexpr char kMask[] = {0x11, 0x22, 0x33, 0x44};

std::size_t big_endian(std::string_view bytes) {
    std::size_t value = 0;
    for (const char c : bytes) value = value << 8 | static_cast<unsigned char>(c);
    return value;
}

}  // namespace

std::string upgrade_request(const std::string& path, const std::string& token) {
    return "GET " + path +
           " HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
           "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n"
           "Authorization: Bearer " +
           token + "\r\n\r\n";
}

std::string client_frame(int opcode, std::string_view text) {
    if (text.size() > 0xFFFF) throw std::runtime_error("too long for a frame");
    std::string frame(1, static_cast<char>(0x80 | opcode));
    if (text.size() < 126) {
        frame += static_cast<char>(0x80 | text.size());
    } else {
        frame += static_cast<char>(0x80 | 126);
        frame += static_cast<char>(text.size() >> 8);
        frame += static_cast<char>(text.size() & 0xFF);
    }
    frame.append(kMask, sizeof kMask);
    for (std::size_t i = 0; i < text.size(); ++i) frame += static_cast<char>(text[i] ^ kMask[i % 4]);
    return frame;
}

Frame cut_frame(std::string_view unread) {
    if (unread.size() < 2) return {};
    std::size_t head = 2;
    auto length = static_cast<std::size_t>(unread[1] & 0x7F);
    if (length >= 126) {
        const std::size_t more = length == 126 ? 2 : 8;
        if (unread.size() < head + more) return {};
        length = big_endian(unread.substr(head, more));
        head += more;
    }
    if (unread.size() - head < length) return {};
    return {head + length, unread[0] & 0x0F, unread.substr(head, length)};
}

std::vector<Sight> sights_in(std::string_view json) {
    constexpr std::string_view kConversation = R"("conversation":")";
    constexpr std::string_view kSeq = R"("seq":")";
    std::vector<Sight> sights;
    std::size_t at = 0;
    while ((at = json.find(kConversation, at)) != std::string_view::npos) {
        at += kConversation.size();
        const auto end = json.find('"', at);
        const auto next = json.find(kConversation, at);
        const auto seq = json.find(kSeq, at);
        Sight sight{json.substr(at, end - at), 0};
        if (seq < next) {
            const auto digits = json.substr(seq + kSeq.size());
            std::from_chars(digits.data(), digits.data() + digits.size(), sight.seq);
        }
        sights.push_back(sight);
    }
    return sights;
}

}  // namespace guichet::bench
