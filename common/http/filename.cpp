#include "common/http/filename.hpp"

#include "common/core/bytes.hpp"
#include "common/http/text.hpp"

namespace guichet::http {
namespace {

// U+200E, U+200F, U+202A to U+202E, U+2066 to U+2069: with them "photo[RLO]gpj.exe" reads as a picture.
bool turns_direction(std::string_view three) {
    return three == "\u200e" || three == "\u200f" || (three >= "\u202a" && three <= "\u202e") ||
           (three >= "\u2066" && three <= "\u2069");
}

bool is_plain(char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '.' ||
           c == '-' || c == '_' || c == ' ';
}

}  // namespace

std::string harmless_filename(std::string_view name) {
    const std::string whole = repair_utf8(name);
    const auto slash = whole.find_last_of("/\\");
    auto rest = std::string_view(whole).substr(slash == std::string::npos ? 0 : slash + 1);
    std::string out;
    while (!rest.empty()) {
        const bool turns = turns_direction(rest.substr(0, 3));
        const auto c = rest.front();
        if (!turns && static_cast<unsigned char>(c) >= 0x20 && c != 0x7f) out += c;
        rest.remove_prefix(turns ? 3 : 1);
    }
    if (out == "." || out == "..") out.clear();
    return truncate_utf8(out, 255);
}

std::string content_disposition(std::string_view kind, std::string_view name) {
    std::string plain;
    for (char c : name) plain += is_plain(c) ? c : '_';
    return std::string(kind) + "; filename=\"" + plain + "\"; filename*=UTF-8''" + percent_encode(name);
}

}  // namespace guichet::http
