#include "common/channels/mail/text.hpp"

#include <algorithm>

#include "common/core/bytes.hpp"
#include "common/http/headers.hpp"
#include "common/http/text.hpp"

namespace guichet::channels::mail {

std::string lower(std::string_view text) {
    std::string out(text);
    for (auto& c : out) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return out;
}

std::string upper(std::string_view text) {
    std::string out(text);
    for (auto& c : out) {
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    }
    return out;
}

std::string trimmed(std::string_view text) {
    constexpr std::string_view kSpaces = " \t\r\n";
    const auto from = text.find_first_not_of(kSpaces);
    if (from == std::string_view::npos) return {};
    return std::string(text.substr(from, text.find_last_not_of(kSpaces) - from + 1));
}

bool is_blank(std::string_view text) {
    // No-break space; zero-width space, joiners and byte order mark.
    constexpr std::string_view kInvisible[] = {"\xC2\xA0", "\xE2\x80\x8B", "\xE2\x80\x8C", "\xE2\x80\x8D",
                                               "\xEF\xBB\xBF"};
    while (!text.empty()) {
        if (std::string_view(" \t\r\n\f\v").find(text.front()) != std::string_view::npos) {
            text.remove_prefix(1);
            continue;
        }
        const auto* const found = std::find_if(std::begin(kInvisible), std::end(kInvisible),
                                               [text](auto one) { return text.starts_with(one); });
        if (found == std::end(kInvisible)) return false;
        text.remove_prefix(found->size());
    }
    return true;
}

std::string one_line(std::string_view text, std::size_t limit) {
    auto out = truncate_utf8(repair_utf8(text), limit);
    for (auto& c : out) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x20 || byte == 0x7f) c = ' ';
    }
    return trimmed(out);
}

std::string unix_lines(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '\r') {
            out += text[i];
        } else if (i + 1 == text.size() || text[i + 1] != '\n') {
            out += '\n';
        }
    }
    return out;
}

std::string few_blank_lines(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    std::size_t blank = 0;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size() - 1) + 1;
        const auto line = text.substr(0, end);
        blank = is_blank(line) ? blank + 1 : 0;
        if (blank <= 2) out += line;
        text.remove_prefix(end);
    }
    return out;
}

std::vector<std::string_view> lines_of(std::string_view text) {
    return http::split(text, '\n');
}

bool starts_with_word(std::string_view line, std::string_view word) {
    return line.size() >= word.size() && http::iequals(line.substr(0, word.size()), word);
}

}  // namespace guichet::channels::mail
