#include "common/core/fold.hpp"

#include <array>

#include "common/core/bytes.hpp"

namespace guichet {
namespace {

// U+00C0 .. U+00FF; '\0' marks what needs two letters or is no letter.
constexpr std::string_view kLatin1{
    "aaaaaa\0ceeeeiiii\0nooooo\0ouuuuy\0\0aaaaaa\0ceeeeiiii\0nooooo\0ouuuuy\0y", 64};
// U+0100 .. U+017F; '\0' as above.
constexpr std::string_view kExtendedA{
    "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiii\0\0jjkkkllllllllllnnnnnnnnnoooooo\0\0"
    "rrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs",
    128};
static_assert(kExtendedA.size() == 128);

const char* two_letters(char32_t c) {
    switch (c) {
        case 0xC6:
        case 0xE6:
            return "ae";
        case 0xDF:
        case 0x1E9E:
            return "ss";
        case 0xDE:
        case 0xFE:
            return "th";
        case 0xD0:
        case 0xF0:
            return "d";
        case 0x132:
        case 0x133:
            return "ij";
        case 0x152:
        case 0x153:
            return "oe";
        default:
            return nullptr;
    }
}

}  // namespace

char32_t next_char(std::string_view text, std::size_t& at) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char lead = byte(at);
    const std::size_t length = lead < 0x80   ? 1
                               : lead < 0xC2 ? 0
                               : lead < 0xE0 ? 2
                               : lead < 0xF0 ? 3
                               : lead < 0xF5 ? 4
                                             : 0;
    if (length == 0 || at + length > text.size()) {
        ++at;
        return 0xFFFD;
    }
    char32_t c = length == 1 ? lead : lead & (0x7F >> length);
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(at + i) & 0xC0) != 0x80) {
            ++at;
            return 0xFFFD;
        }
        c = (c << 6) | (byte(at + i) & 0x3F);
    }
    at += length;
    return c;
}

void append_utf8(std::string& out, char32_t c) {
    if (c < 0x80) {
        out += static_cast<char>(c);
    } else if (c < 0x800) {
        out += static_cast<char>(0xC0 | (c >> 6));
        out += static_cast<char>(0x80 | (c & 0x3F));
    } else if (c < 0x10000) {
        out += static_cast<char>(0xE0 | (c >> 12));
        out += static_cast<char>(0x80 | ((c >> 6) & 0x3F));
        out += static_cast<char>(0x80 | (c & 0x3F));
    } else {
        out += static_cast<char>(0xF0 | (c >> 18));
        out += static_cast<char>(0x80 | ((c >> 12) & 0x3F));
        out += static_cast<char>(0x80 | ((c >> 6) & 0x3F));
        out += static_cast<char>(0x80 | (c & 0x3F));
    }
}

bool is_letter(char32_t c) {
    if (c < 0x80) return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (c < 0xC0) return c == 0xAA || c == 0xB5 || c == 0xBA;
    if (c < 0x250) return c != 0xD7 && c != 0xF7;
    // Combining accents belong to the letter before them.
    if (c >= 0x300 && c < 0x370) return true;
    if (c >= 0x370 && c < 0x1E00) return true;
    if (c >= 0x1E00 && c < 0x2000) return true;
    // CJK, Hangul, Arabic forms, ...; symbols and emoji lie outside these.
    return (c >= 0x2C00 && c < 0x2E00) || (c >= 0x3040 && c < 0xD800) || (c >= 0xF900 && c < 0xFE00) ||
           (c >= 0xFE70 && c < 0xFF00) || (c >= 0xFF21 && c < 0xFFE0) || (c >= 0x20000 && c < 0x30000);
}

bool is_upper(char32_t c) {
    if (c >= 'A' && c <= 'Z') return true;
    if (c >= 0xC0 && c <= 0xDE) return c != 0xD7;
    if (c >= 0x100 && c <= 0x137) return c % 2 == 0;
    if (c >= 0x139 && c <= 0x148) return c % 2 == 1;
    if (c >= 0x14A && c <= 0x177) return c % 2 == 0;
    return c == 0x178 || c == 0x179 || c == 0x17B || c == 0x17D || c == 0x1E9E;
}

bool is_emoji(char32_t c) {
    return (c >= 0x1F1E6 && c <= 0x1F1FF) || (c >= 0x1F300 && c <= 0x1F3FA) ||
           (c >= 0x1F400 && c <= 0x1FAFF) || (c >= 0x2600 && c <= 0x27BF) || (c >= 0x2B00 && c <= 0x2BFF) ||
           (c >= 0x2190 && c <= 0x23FF) || c == 0x203C || c == 0x2049;
}

bool is_emoji_part(char32_t c) {
    return c == 0x200D || (c >= 0xFE00 && c <= 0xFE0F) || (c >= 0x1F3FB && c <= 0x1F3FF) || c == 0x20E3;
}

void append_folded(std::string& out, char32_t c) {
    if (c < 0x80) {
        out += static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
        return;
    }
    if (c >= 0x300 && c < 0x370) return;
    if (const char* two = two_letters(c)) {
        out += two;
        return;
    }
    char plain = '\0';
    if (c >= 0xC0 && c <= 0xFF) plain = kLatin1[c - 0xC0];
    if (c >= 0x100 && c <= 0x17F) plain = kExtendedA[c - 0x100];
    if (plain != '\0') {
        out += plain;
        return;
    }
    // Romanian comma letters and fullwidth forms are what else is met in practice.
    if (c >= 0x218 && c <= 0x21B) {
        out += c < 0x21A ? 's' : 't';
    } else if (c >= 0xFF21 && c <= 0xFF5A) {
        out += static_cast<char>(c <= 0xFF3A ? c - 0xFF21 + 'a' : c - 0xFF41 + 'a');
    } else {
        append_utf8(out, c);
    }
}

std::string fold(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) append_folded(out, next_char(text, at));
    return out;
}

std::string text_fingerprint(std::string_view text) {
    constexpr std::size_t kBytes = 16;
    constexpr std::size_t kLeast = 8;
    std::string plain;
    const std::string folded = fold(text);
    for (std::size_t at = 0; at < folded.size();) {
        const char32_t c = next_char(folded, at);
        if (is_letter(c) || (c >= '0' && c <= '9')) append_utf8(plain, c);
    }
    return plain.size() < kLeast ? std::string() : hex(sha256(plain).substr(0, kBytes));
}

std::string squeeze(std::string_view folded, std::size_t keep) {
    std::string out;
    std::size_t run = 0;
    for (std::size_t i = 0; i < folded.size(); ++i) {
        run = i > 0 && folded[i] == folded[i - 1] ? run + 1 : 1;
        // Only ASCII letters repeat byte by byte; other bytes are parts of characters.
        if (run <= keep || static_cast<unsigned char>(folded[i]) >= 0x80) out += folded[i];
    }
    return out;
}

}  // namespace guichet
