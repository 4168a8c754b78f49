#include "common/proof/code.hpp"

#include <algorithm>

#include "common/core/bytes.hpp"
#include "common/core/fold.hpp"

namespace guichet::proof {
namespace {

constexpr std::size_t kHalf = kCodeSize / 2;
constexpr std::string_view kDigits = "3456789";
constexpr std::size_t kMostCommentBytes = 16 * 1024;
constexpr std::size_t kMostBetween = 3;  // characters between two parts: " - "

std::string make_half(Random& random) {
    std::string out;
    for (std::size_t i = 0; i < kHalf; ++i) out += kCodeAlphabet[random.below(kCodeAlphabet.size())];
    out[random.below(kHalf)] = kDigits[random.below(kDigits.size())];
    return out;
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

// As the code is written; '\0' for what is in none.
char canonical(char c) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    if (c == 'S') return '5';
    if (c == 'B') return '8';
    if (c == 'G') return '6';
    return kCodeAlphabet.find(c) == std::string_view::npos ? '\0' : c;
}

// A run of letters and digits, and how it is joined to the one before.
struct Part {
    std::string text;  // as typed; "*" in place of what is not ASCII
    std::size_t between = 0;
    bool joined = false;  // only spaces, dashes and dots between
};

bool is_joint(char32_t c) {
    return c == ' ' || c == 0xA0 || c == 0x202F || c == '-' || c == '.' || c == '_' ||
           (c >= 0x2010 && c <= 0x2015) || c == 0x2212;
}

bool is_invisible(char32_t c) {
    return c == 0xAD || (c >= 0x200B && c <= 0x200F) || c == 0x2060 || c == 0xFEFF ||
           (c >= 0xFE00 && c <= 0xFE0F) || c == 0x20E3;
}

std::vector<Part> parts_of(std::string_view text) {
    std::vector<Part> out;
    Part part;
    for (std::size_t at = 0; at < text.size();) {
        char32_t c = next_char(text, at);
        if (is_invisible(c)) continue;
        if (c >= 0xFF01 && c <= 0xFF5E) c = c - 0xFF01 + '!';
        const bool ascii = c < 0x80 && (is_letter(c) || is_digit(static_cast<char>(c)));
        if (ascii || is_letter(c)) {
            part.text += ascii ? static_cast<char>(c) : '*';
            continue;
        }
        if (!part.text.empty()) {
            out.push_back(std::move(part));
            part = Part{};
            part.joined = true;
        }
        part.joined = part.joined && is_joint(c);
        ++part.between;
    }
    if (!part.text.empty()) out.push_back(std::move(part));
    return out;
}

// A digit in each half, and one of them typed as a digit: "SMS GSM" is no code.
std::optional<std::string> as_code(std::string_view typed) {
    if (typed.size() != kCodeSize || std::none_of(typed.begin(), typed.end(), is_digit)) return std::nullopt;
    std::string out;
    for (const char c : typed) out += canonical(c);
    if (out.find('\0') != std::string::npos) return std::nullopt;
    const auto middle = out.begin() + static_cast<std::ptrdiff_t>(kHalf);
    if (std::none_of(out.begin(), middle, is_digit) || std::none_of(middle, out.end(), is_digit)) {
        return std::nullopt;
    }
    return out.insert(kHalf, "-");
}

// Parts from `first` that are `size` characters each and make up a code together; "" when they do not.
std::string gather(const std::vector<Part>& parts, std::size_t first, std::size_t size) {
    std::string out;
    for (std::size_t i = first; i < parts.size() && out.size() < kCodeSize; ++i) {
        const Part& part = parts[i];
        const bool follows = i == first || (part.joined && part.between <= kMostBetween);
        if (part.text.size() != size || !follows) return {};
        out += part.text;
    }
    return out;
}

}  // namespace

const char* to_string(Attempt attempt) {
    switch (attempt) {
        case Attempt::none:
            return "none";
        case Attempt::other_account:
            return "other_account";
        case Attempt::matched:
            return "matched";
        case Attempt::wrong:
            return "wrong";
        case Attempt::expired:
            return "expired";
        case Attempt::exhausted:
            return "exhausted";
        case Attempt::used:
            return "used";
    }
    return "";
}

std::string make_code(Random& random) {
    std::string first = make_half(random);
    return first + "-" + make_half(random);
}

std::vector<std::string> find_codes(std::string_view text) {
    std::vector<std::string> out;
    const auto parts = parts_of(text.substr(0, kMostCommentBytes));
    for (std::size_t i = 0; i < parts.size() && out.size() < kMostCodes; ++i) {
        for (const std::size_t size : {kCodeSize, kHalf, std::size_t{1}}) {
            const auto code = as_code(gather(parts, i, size));
            if (!code) continue;
            out.push_back(*code);
            i += kCodeSize / size - 1;
            break;
        }
    }
    return out;
}

std::optional<std::string> find_code(std::string_view text) {
    auto codes = find_codes(text);
    if (codes.empty()) return std::nullopt;
    return std::move(codes.front());
}

bool only_code(std::string_view text) {
    if (text.size() > kMostCommentBytes) return false;
    std::size_t characters = 0;
    for (const auto& part : parts_of(text)) characters += part.text.size();
    return characters == kCodeSize && find_code(text).has_value();
}

CodeState issue_code(Random& random, TimeMs now, const CodeSettings& settings) {
    return {make_code(random), now + settings.lifetime, 0, false};
}

Tried try_code(const CodeState& state, std::string_view text, const Account& poster, const Account& author,
               TimeMs now, const CodeSettings& settings) {
    const auto codes = find_codes(text);
    if (codes.empty()) return {Attempt::none, state};
    if (!author.known() || poster != author) return {Attempt::other_account, state};
    if (state.used) return {Attempt::used, state};
    if (state.code.empty() || now >= state.expires_at) return {Attempt::expired, state};
    if (state.wrong >= settings.most_wrong) return {Attempt::exhausted, state};
    bool matched = false;
    for (const auto& code : codes) matched = equal_constant_time(code, state.code) || matched;
    Tried out{matched ? Attempt::matched : Attempt::wrong, state};
    if (matched) {
        out.next.used = true;
    } else {
        ++out.next.wrong;
    }
    return out;
}

}  // namespace guichet::proof
