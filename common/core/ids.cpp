#include "common/core/ids.hpp"

#include <array>

namespace guichet {

std::string make_ulid(TimeMs now, Random& random) {
    static constexpr char kAlphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    std::string id(26, '0');
    auto time = static_cast<std::uint64_t>(now);
    for (int i = 9; i >= 0; --i, time >>= 5) id[static_cast<std::size_t>(i)] = kAlphabet[time & 31];
    const std::array<std::uint64_t, 2> bits = {random.next(), random.next()};
    for (std::size_t i = 0; i < 16; ++i) id[10 + i] = kAlphabet[(bits[i / 8] >> (5 * (i % 8))) & 31];
    return id;
}

bool valid_id(const std::string& text) {
    if (text.empty() || text.size() > 128) return false;
    for (char c : text) {
        const bool alnum = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!alnum && c != '.' && c != '_' && c != ':' && c != '@' && c != '+' && c != '-') return false;
    }
    return true;
}

}  // namespace guichet
