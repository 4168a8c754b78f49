#include "common/privacy/symbols.hpp"

#include <algorithm>
#include <string>

#include "common/core/fold.hpp"
#include "common/privacy/personal_data.hpp"

namespace guichet::privacy {
namespace {

bool is_invisible(char32_t c) {
    return c == 0xAD || (c >= 0x300 && c < 0x370) || (c >= 0x200B && c <= 0x200F) ||
           (c >= 0x2060 && c <= 0x2064) || c == 0x20E3 || (c >= 0xFE00 && c <= 0xFE0F) || c == 0xFEFF;
}

bool is_space(char32_t c) {
    return c == '\t' || c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x202F ||
           c == 0x205F || c == 0x3000;
}

bool is_dash(char32_t c) {
    return (c >= 0x2010 && c <= 0x2015) || c == 0x2212 || c == 0xFE58 || c == 0xFE63 || c == 0xFF0D;
}

bool is_line_end(char32_t c) {
    return c == '\r' || c == 0x0B || c == 0x0C || c == 0x85 || c == 0x2028 || c == 0x2029;
}

char32_t plain(char32_t c) {
    if (is_space(c)) return ' ';
    if (is_dash(c)) return '-';
    if (is_line_end(c)) return '\n';
    // The full-width forms mirror ASCII.
    if (c >= 0xFF01 && c <= 0xFF5E) return c - 0xFF01 + '!';
    if (c >= 0x0660 && c <= 0x0669) return c - 0x0660 + '0';
    if (c >= 0x06F0 && c <= 0x06F9) return c - 0x06F0 + '0';
    return c;
}

void add(Symbols& out, char32_t c, std::uint32_t begin, std::uint32_t end) {
    std::string folded;
    append_folded(folded, c);
    if (!folded.empty() && static_cast<unsigned char>(folded[0]) < 0x80) {
        for (const char f : folded) out.push_back({f, begin, end});
    } else {
        out.push_back({is_letter(c) ? kOtherLetter : kOther, begin, end});
    }
}

}  // namespace

Symbols read_symbols(std::string_view text) {
    text = text.substr(0, kMaxTextBytes);
    Symbols out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const auto begin = static_cast<std::uint32_t>(at);
        const char32_t c = next_char(text, at);
        if (!is_invisible(c)) add(out, plain(c), begin, static_cast<std::uint32_t>(at));
    }
    return out;
}

}  // namespace guichet::privacy
