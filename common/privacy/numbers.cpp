#include <charconv>
#include <string>

#include "common/privacy/checks.hpp"
#include "common/privacy/finders.hpp"

namespace guichet::privacy {
namespace {

constexpr std::size_t kNirSize = 15;
constexpr std::size_t kPersonReach = 3;  // words between "BSN" and the number

int small_number(std::string_view digits) {
    int out = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), out);
    return out;
}

bool is_single_separator(const Symbols& symbols, std::size_t index) {
    const char c = at(symbols, index);
    return (c == ' ' || c == '-' || c == '.') && is_word_or_digit(at(symbols, index + 1));
}

// Reads `size` letters and digits with single separators between; empty where they end sooner or go on.
std::string take(const Symbols& symbols, std::size_t start, std::size_t size, std::size_t& end) {
    std::string out;
    end = start;
    while (out.size() < size) {
        const char c = at(symbols, end);
        if (is_word_or_digit(c) && c != kOtherLetter) {
            out += c;
        } else if (out.empty() || !is_single_separator(symbols, end)) {
            return {};
        }
        ++end;
    }
    return is_word_or_digit(at(symbols, end)) ? std::string{} : out;
}

std::optional<Span> french_at(const Symbols& symbols, std::size_t start) {
    std::size_t end = 0;
    const auto nir = take(symbols, start, kNirSize, end);
    for (std::size_t i = 0; i < nir.size(); ++i) {
        if (!is_digit(nir[i]) && i != 6) return std::nullopt;
    }
    if (!is_french_number(nir)) return std::nullopt;
    return Span{Kind::national_number, start, end};
}

std::optional<Span> span_of(const Run& run, Kind kind, std::size_t count) {
    return Span{kind, run.groups[0].begin, run.groups[count - 1].end};
}

bool grouped_like_card(const Run& run, std::size_t count, std::size_t size) {
    if (count == 1) return true;
    if (size == 15 || size == 14) return run.groups[0].size == 4 && run.groups[1].size == 6 && count == 3;
    for (std::size_t i = 0; i + 1 < count; ++i) {
        if (run.groups[i].size != 4) return false;
    }
    return true;
}

std::optional<Span> card(const Run& run) {
    for (const std::size_t size : {16U, 19U, 18U, 17U, 15U, 14U, 13U}) {
        const auto count = run.groups_of(size);
        if (!count || !grouped_like_card(run, *count, size) || !is_card(run.digits(size))) continue;
        return span_of(run, Kind::card, *count);
    }
    return std::nullopt;
}

// In one piece, or birth date, serial and check apart ("85.07.30-033.28", "850730 033 28"): the check alone
// would take in opening hours.
std::optional<Span> belgian(const Run& run) {
    const auto count = run.groups_of(11);
    if (!count || !is_belgian_number(run.digits(11))) return std::nullopt;
    // Where groups may end: behind year, month, day, serial.
    for (std::size_t i = 0; i + 1 < *count; ++i) {
        const auto end = run.groups[i].first + run.groups[i].size;
        if (end != 2 && end != 4 && end != 6 && end != 9) return std::nullopt;
    }
    if (*count > 1 && !run.groups_of(6)) return std::nullopt;
    return span_of(run, Kind::national_number, *count);
}

std::optional<Span> said_person(const Run& run) {
    const auto nine = run.groups_of(9);
    if (nine && is_dutch_number(run.digits(9))) return span_of(run, Kind::national_number, *nine);
    const auto eleven = run.groups_of(11);
    if (eleven && is_german_tax_id(run.digits(11))) return span_of(run, Kind::national_number, *eleven);
    return std::nullopt;
}

bool is_year(std::string_view group) {
    if (group.size() == 2) return true;
    return group.size() == 4 && (group.starts_with("19") || group.starts_with("20"));
}

bool is_day_and_month(std::string_view one, std::string_view other) {
    if (one.size() > 2 || other.size() > 2) return false;
    const int a = small_number(one);
    const int b = small_number(other);
    return a > 0 && b > 0 && a <= 31 && b <= 31 && (a <= 12 || b <= 12);
}

}  // namespace

std::optional<Span> iban_at(const Symbols& symbols, std::size_t start) {
    std::string country;
    for (std::size_t i = start; country.size() < 2 && at(symbols, i) >= 'a' && at(symbols, i) <= 'z'; ++i) {
        country += at(symbols, i);
    }
    const auto size = iban_length(country);
    std::size_t end = 0;
    if (size == 0 || !is_iban(take(symbols, start, size, end))) return std::nullopt;
    return Span{Kind::iban, start, end};
}

std::optional<Span> checked_number_at(const Symbols& symbols, std::size_t start, const Run& run,
                                      const Hints& hints) {
    if (const auto found = belgian(run)) return found;
    if (const auto found = card(run)) return found;
    if (hints.near(Hint::person, kPersonReach)) {
        if (const auto found = said_person(run)) return found;
    }
    return french_at(symbols, start);
}

std::optional<std::size_t> date_end(const Run& run) {
    if (run.count < 3) return std::nullopt;
    const char mark = run.groups[1].separator;
    if (mark == ' ' || run.groups[2].separator != mark) return std::nullopt;
    // "01.02.03.04.05" is a telephone number.
    if (run.count > 3 && run.groups[3].separator == mark) return std::nullopt;
    const bool day_first = is_day_and_month(run.group(0), run.group(1)) && is_year(run.group(2));
    const bool year_first =
        run.groups[0].size == 4 && is_year(run.group(0)) && is_day_and_month(run.group(1), run.group(2));
    if (!day_first && !year_first) return std::nullopt;
    return run.groups[2].end;
}

}  // namespace guichet::privacy
