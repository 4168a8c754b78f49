#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "common/privacy/finders.hpp"

namespace guichet::privacy {
namespace {

// RFC 5321 section 4.5.3.1.
constexpr std::size_t kMostLocal = 64;
constexpr std::size_t kMostDomain = 253;

// "logo@2x.png" is a file.
constexpr auto kFileEndings =
    std::to_array<std::string_view>({"gif", "jpeg", "jpg", "pdf", "png", "svg", "webp"});

bool is_local(char c) {
    return is_word_or_digit(c) || c == '.' || c == '_' || c == '%' || c == '+' || c == '-' || c == '\'';
}

struct Mark {
    std::size_t begin = 0;
    std::size_t end = 0;
    bool spaced = false;
};

bool said_in_brackets(const Symbols& symbols, std::size_t open, std::size_t& end) {
    static constexpr auto kNames = std::to_array<std::string_view>({"at", "arobase", "@"});
    for (const auto name : kNames) {
        std::size_t next = open + 1;
        for (const char c : name) {
            if (at(symbols, next) != c) break;
            ++next;
        }
        const char close = at(symbols, next);
        if (next - open - 1 == name.size() && (close == ')' || close == ']' || close == '}')) {
            end = next + 1;
            return true;
        }
    }
    return false;
}

// "@", " @ ", "(at)", "[arobase]" with the spaces around it.
std::optional<Mark> mark_at(const Symbols& symbols, std::size_t index) {
    const char c = at(symbols, index);
    Mark mark{index, index + 1, false};
    const bool bracket = c == '(' || c == '[' || c == '{';
    if (c != '@' && !(bracket && said_in_brackets(symbols, index, mark.end))) return std::nullopt;
    if (mark.begin > 0 && at(symbols, mark.begin - 1) == ' ') {
        --mark.begin;
        mark.spaced = true;
    }
    if (at(symbols, mark.end) == ' ') {
        ++mark.end;
        mark.spaced = true;
    }
    mark.spaced = mark.spaced && !bracket;
    return mark;
}

std::size_t local_begin(const Symbols& symbols, std::size_t end) {
    std::size_t begin = end;
    while (begin > 0 && end - begin < kMostLocal && is_local(at(symbols, begin - 1))) --begin;
    while (begin < end && !is_word_or_digit(at(symbols, begin))) ++begin;
    return begin;
}

// Behind the domain's last label, which must be letters; `begin` when there is none.
std::size_t domain_end(const Symbols& symbols, std::size_t begin) {
    std::size_t end = begin;
    std::size_t label = begin;
    bool dotted = false;
    bool letters = true;
    std::size_t good = begin;
    std::string last;
    for (; end - begin <= kMostDomain; ++end) {
        const char c = at(symbols, end);
        if (is_word_or_digit(c) || c == '-') {
            letters = letters && is_word(c);
            last += c;
            continue;
        }
        const bool ending = dotted && letters && end - label >= 2;
        const bool file = std::find(kFileEndings.begin(), kFileEndings.end(), last) != kFileEndings.end();
        if (ending && !file) good = end;
        if (c != '.' || end == label) break;
        dotted = true;
        letters = true;
        label = end + 1;
        last.clear();
    }
    return good;
}

bool looks_like_account(const Symbols& symbols, std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
        const char c = at(symbols, i);
        if (is_digit(c) || c == '.' || c == '_') return true;
    }
    return false;
}

}  // namespace

std::vector<Span> find_mails(const Symbols& symbols) {
    std::vector<Span> out;
    for (std::size_t i = 0; i < symbols.size(); ++i) {
        const auto mark = mark_at(symbols, i);
        if (!mark) continue;
        const auto begin = local_begin(symbols, mark->begin);
        const auto end = domain_end(symbols, mark->end);
        if (begin == mark->begin || end == mark->end) continue;
        // "@anna@social.example" is a public account; "see us @ shop.example" is a place.
        if (begin > 0 && at(symbols, begin - 1) == '@') continue;
        if (mark->spaced && !looks_like_account(symbols, begin, mark->begin)) continue;
        if (!out.empty() && begin < out.back().end) continue;
        out.push_back({Kind::mail, begin, end});
        i = end - 1;
    }
    return out;
}

}  // namespace guichet::privacy
