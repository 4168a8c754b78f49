#include "common/privacy/checks.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <string>
#include <utility>

namespace guichet::privacy {
namespace {

constexpr std::size_t kCountryAndCheck = 4;
// Every country's has more; a sentence that passes the check by chance has none.
constexpr std::ptrdiff_t kLeastIbanDigits = 8;

int value_of(char digit) {
    return digit - '0';
}

// At most 18 digits.
std::int64_t number(std::string_view digits) {
    std::int64_t out = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), out);
    return out;
}

bool luhn(std::string_view digits) {
    int sum = 0;
    bool twice = false;
    for (auto it = digits.rbegin(); it != digits.rend(); ++it, twice = !twice) {
        const int digit = value_of(*it) * (twice ? 2 : 1);
        sum += digit > 9 ? digit - 9 : digit;
    }
    return sum % 10 == 0;
}

bool between(std::int64_t value, std::int64_t least, std::int64_t most) {
    return value >= least && value <= most;
}

bool issuer_knows(std::string_view digits) {
    const auto size = digits.size();
    const auto four = number(digits.substr(0, 4));
    const auto two = four / 100;
    if (digits[0] == '4') return size == 13 || size == 16 || size == 19;
    if (between(two, 51, 55) || between(four, 2221, 2720)) return size == 16;
    if (two == 34 || two == 37) return size == 15;
    if (two == 36 || two == 38 || two == 39 || between(four, 3000, 3059)) return size == 14 || size == 16;
    if (between(four, 3528, 3589)) return size == 16;
    static constexpr std::string_view kOthers = "50 56 57 58 60 62 63 64 65 67";
    const bool known = digits[0] > '0' && kOthers.find(digits.substr(0, 2)) != std::string_view::npos;
    return known && between(static_cast<std::int64_t>(size), 16, 19);
}

// ISO 13616 registry.
constexpr auto kIbanLengths = std::to_array<std::pair<std::string_view, std::size_t>>(
    {{"ad", 24}, {"ae", 23}, {"al", 28}, {"at", 20}, {"az", 28}, {"ba", 20}, {"be", 16}, {"bg", 22},
     {"bh", 22}, {"br", 29}, {"by", 28}, {"ch", 21}, {"cr", 22}, {"cy", 28}, {"cz", 24}, {"de", 22},
     {"dk", 18}, {"do", 28}, {"ee", 20}, {"eg", 29}, {"es", 24}, {"fi", 18}, {"fo", 18}, {"fr", 27},
     {"gb", 22}, {"ge", 22}, {"gi", 23}, {"gl", 18}, {"gr", 27}, {"gt", 28}, {"hr", 21}, {"hu", 28},
     {"ie", 22}, {"il", 23}, {"iq", 23}, {"is", 26}, {"it", 27}, {"jo", 30}, {"kw", 30}, {"kz", 20},
     {"lb", 28}, {"lc", 32}, {"li", 21}, {"lt", 20}, {"lu", 20}, {"lv", 21}, {"ly", 25}, {"mc", 27},
     {"md", 24}, {"me", 22}, {"mk", 19}, {"mr", 27}, {"mt", 31}, {"mu", 30}, {"nl", 18}, {"no", 15},
     {"pk", 24}, {"pl", 28}, {"ps", 29}, {"pt", 25}, {"qa", 29}, {"ro", 24}, {"rs", 22}, {"sa", 24},
     {"sc", 31}, {"sd", 18}, {"se", 24}, {"si", 19}, {"sk", 24}, {"sm", 27}, {"sv", 28}, {"tn", 24},
     {"tr", 26}, {"ua", 29}, {"va", 22}, {"vg", 24}, {"xk", 20}});

}  // namespace

bool is_card(std::string_view digits) {
    return between(static_cast<std::int64_t>(digits.size()), 13, 19) && issuer_knows(digits) && luhn(digits);
}

std::size_t iban_length(std::string_view country) {
    const auto* at = std::find_if(kIbanLengths.begin(), kIbanLengths.end(),
                                  [&](const auto& entry) { return entry.first == country; });
    return at == kIbanLengths.end() ? 0 : at->second;
}

bool is_iban(std::string_view iban) {
    if (iban.size() <= kCountryAndCheck || iban.size() != iban_length(iban.substr(0, 2))) return false;
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    if (!is_digit(iban[2]) || !is_digit(iban[3])) return false;
    if (std::count_if(iban.begin(), iban.end(), is_digit) < kLeastIbanDigits) return false;
    int remainder = 0;
    for (std::size_t i = 0; i < iban.size(); ++i) {
        const char c = iban[(i + kCountryAndCheck) % iban.size()];
        remainder = c >= 'a' ? remainder * 100 + (c - 'a' + 10) : remainder * 10 + value_of(c);
        remainder %= 97;
    }
    return remainder == 1;
}

bool is_belgian_number(std::string_view digits) {
    if (digits.size() != 11) return false;
    // A bis number has 20 or 40 added to the month; a date that is not known has zeros.
    const auto month = number(digits.substr(2, 2)) % 20;
    if (month > 12 || number(digits.substr(2, 2)) >= 60 || number(digits.substr(4, 2)) > 31) return false;
    const auto body = number(digits.substr(0, 9));
    if (body == 0) return false;
    const auto check = number(digits.substr(9));
    return check == 97 - body % 97 || check == 97 - (2'000'000'000 + body) % 97;
}

bool is_belgian_company(std::string_view digits) {
    return digits.size() == 10 && number(digits.substr(8)) == 97 - number(digits.substr(0, 8)) % 97;
}

bool is_french_number(std::string_view nir) {
    if (nir.size() != 15 || std::string_view("123478").find(nir[0]) == std::string_view::npos) return false;
    const auto month = number(nir.substr(3, 2));
    // Above 12: registered without a known month.
    if (!between(month, 1, 12) && !between(month, 20, 42) && !between(month, 50, 99)) return false;
    std::string body(nir.substr(0, 13));
    if (body[6] == 'a' || body[6] == 'b') {
        if (body[5] != '2') return false;
        body.replace(5, 2, body[6] == 'a' ? "19" : "18");
    }
    return number(nir.substr(13)) == 97 - number(body) % 97;
}

bool is_dutch_number(std::string_view digits) {
    if (digits.size() != 9 || digits.find_first_not_of(digits[0]) == std::string_view::npos) return false;
    int sum = -value_of(digits[8]);
    for (int i = 0; i < 8; ++i) sum += (9 - i) * value_of(digits[static_cast<std::size_t>(i)]);
    return sum % 11 == 0;
}

bool is_german_tax_id(std::string_view digits) {
    if (digits.size() != 11 || digits[0] == '0') return false;
    int product = 10;
    for (const char c : digits.substr(0, 10)) {
        const int sum = (value_of(c) + product) % 10;
        product = (sum == 0 ? 10 : sum) * 2 % 11;
    }
    return (11 - product) % 10 == value_of(digits[10]);
}

}  // namespace guichet::privacy
