#include <string>
#include <utility>

#include "common/core/bytes.hpp"
#include "common/privacy/personal_data.hpp"
#include "common/privacy/symbols.hpp"

namespace guichet::privacy {
namespace {

constexpr std::string_view kDots = "••••";
constexpr std::string_view kMail = "••@••";

constexpr int kMostRounds = 8;
// Bytes that no number written with separators exceeds: one that the limit cuts begins within them.
constexpr std::size_t kLongestNumber = 256;

std::size_t shown(Kind kind) {
    return kind == Kind::card || kind == Kind::iban ? 4 : 2;
}

std::string mask_once(std::string_view text) {
    const bool cut = text.size() > kMaxTextBytes;
    const std::size_t end = cut ? kMaxTextBytes - kLongestNumber : text.size();
    std::string out;
    std::size_t behind = 0;
    for (const Finding& finding : find_personal_data(text)) {
        if (finding.begin >= end) break;
        out += text.substr(behind, finding.begin - behind);
        out += mask_value(finding.kind, text.substr(finding.begin, finding.end - finding.begin));
        behind = finding.end;
    }
    if (behind < end) out += truncate_utf8(text.substr(behind), end - behind);
    return cut ? out += "…" : out;
}

}  // namespace

const char* to_string(Kind kind) {
    switch (kind) {
        case Kind::phone:
            return "phone";
        case Kind::mail:
            return "mail";
        case Kind::iban:
            return "iban";
        case Kind::card:
            return "card";
        case Kind::national_number:
            return "national_number";
    }
    return "";
}

std::string mask_value(Kind kind, std::string_view value) {
    if (kind == Kind::mail) return std::string(kMail);
    const Symbols symbols = read_symbols(value);
    std::string last;
    for (auto it = symbols.rbegin(); it != symbols.rend() && last.size() < shown(kind); ++it) {
        if (is_word_or_digit(it->c) && it->c != kOtherLetter) last.insert(last.begin(), it->c);
    }
    std::string out(kDots);
    if (!last.empty()) out.append(1, ' ').append(last);
    return out;
}

std::string mask(std::string_view text) {
    std::string out = mask_once(text);
    // Numbers written without a space between come to light one after the other.
    for (int round = 1; round < kMostRounds; ++round) {
        std::string again = mask_once(out);
        if (again == out) break;
        out = std::move(again);
    }
    return out;
}

}  // namespace guichet::privacy
