#include "common/privacy/phone.hpp"

#include <array>
#include <string_view>

#include "common/privacy/checks.hpp"

namespace guichet::privacy {
namespace {

using Groups = std::optional<std::size_t>;

struct Country {
    std::string_view code;
    std::size_t least;  // digits behind the code
    std::size_t most;
};

constexpr auto kCountries = std::to_array<Country>(
    {{"1", 10, 10}, {"30", 10, 10}, {"31", 9, 9},  {"32", 8, 9},  {"33", 9, 9},   {"34", 9, 9},
     {"39", 8, 11}, {"40", 9, 9},   {"41", 9, 9},  {"43", 7, 12}, {"44", 9, 10},  {"45", 8, 8},
     {"46", 7, 10}, {"47", 8, 8},   {"48", 9, 9},  {"49", 6, 11}, {"90", 10, 10}, {"212", 9, 9},
     {"213", 8, 9}, {"216", 8, 8},  {"243", 9, 9}, {"351", 9, 9}, {"352", 6, 9},  {"353", 7, 9}});
// Of a country that is not in the table, code included.
constexpr std::size_t kLeastAbroad = 9;
constexpr std::size_t kMostAbroad = 15;

// Numbers that no person has: free of charge, or premium.
constexpr auto kServices = std::to_array<std::string_view>({"0800", "0808", "0900"});

constexpr std::size_t kCompanySize = 10;
constexpr std::size_t kHintReach = 3;  // words between "phone" and a number without prefix

bool abroad(std::string_view digits) {
    for (const Country& country : kCountries) {
        if (!digits.starts_with(country.code)) continue;
        const auto rest = digits.size() - country.code.size();
        return rest >= country.least && rest <= country.most;
    }
    return digits.size() >= kLeastAbroad && digits.size() <= kMostAbroad;
}

Groups international(const Run& run, std::size_t prefix) {
    for (std::size_t count = run.count; count > 0; --count) {
        const auto size = run.groups[count - 1].first + run.groups[count - 1].size;
        if (size <= prefix) return std::nullopt;
        const auto digits = run.digits(size).substr(prefix);
        if (digits[0] != '0' && !digits.starts_with("800") && abroad(digits)) return count;
    }
    return std::nullopt;
}

bool of_no_person(std::string_view digits) {
    for (const auto service : kServices) {
        if (digits.starts_with(service)) return true;
    }
    return false;
}

// Groups of two to eight digits, the first at most five, unless it is the only one.
bool grouped_like_phone(const Run& run, std::size_t count) {
    if (count == 1) return true;
    if (run.groups[0].size > 5) return false;
    for (std::size_t i = 0; i < count; ++i) {
        if (run.groups[i].size < 2 || run.groups[i].size > 8) return false;
    }
    return true;
}

// In one piece, or as "0403.170.701".
bool is_company_like(const Run& run, std::size_t count) {
    const bool grouped =
        count == 3 && run.groups[0].size == 4 && run.groups[1].size == 3 && run.groups[2].size == 3;
    const bool solid = count == 1 && run.groups[0].size == kCompanySize;
    return (solid || grouped) && is_belgian_company(run.digits(kCompanySize));
}

// Twelve digits are a German mobile number or, written as one, an article's bar code.
bool twelve_may_be(const Run& run, std::size_t count) {
    const char third = run.text[2];
    return (run.text[1] == '1' && third >= '5' && third <= '7') || (count > 1 && run.groups[0].size >= 3);
}

// Most numbers have ten or eleven digits, so these are tried first.
Groups national(const Run& run) {
    for (const std::size_t size : {10U, 11U, 9U, 12U}) {
        const auto count = run.groups_of(size);
        if (!count || !grouped_like_phone(run, *count)) continue;
        if (size == 12 && !twelve_may_be(run, *count)) continue;
        return count;
    }
    return std::nullopt;
}

// After "call me at": numbers without their first zero, and numbers of elsewhere.
Groups hinted(const Run& run) {
    const auto sizes = [&](std::size_t count) {
        return run.count >= count ? run.groups[count - 1].first + run.groups[count - 1].size : 0;
    };
    if (sizes(1) >= 8 && sizes(1) <= 11) {
        const bool date = sizes(1) == 8 && (run.group(0).starts_with("19") || run.group(0).starts_with("20"));
        return date ? Groups{} : Groups{1};
    }
    // "475 12 34 56", "475/123456", "6 12 34 56 78", "555 123 4567".
    if (run.text[0] == '4' && run.groups[0].size == 3) return run.groups_of(9);
    if (run.groups[0].size == 1 && run.count >= 5 && run.groups[1].size == 2) return run.groups_of(9);
    if (run.groups[0].size == 3 && run.count >= 3 && run.groups[1].size == 3 && run.groups[2].size == 4)
        return 3;
    return std::nullopt;
}

std::optional<PhoneVerdict> verdict(const Groups& groups) {
    if (!groups) return std::nullopt;
    return PhoneVerdict{true, *groups};
}

}  // namespace

std::optional<PhoneVerdict> judge_phone(const Run& run, const Around& around, const Hints& hints) {
    if (run.count == 0 || around.after_digits) return std::nullopt;
    if (around.plus) return verdict(around.marked ? Groups{} : international(run, 0));
    const bool said_phone = hints.near(Hint::phone, kHintReach);
    if (around.marked && !said_phone) return std::nullopt;
    if (run.text[0] != '0') return verdict(said_phone ? hinted(run) : Groups{});
    if (run.size > 1 && run.text[1] == '0') return verdict(international(run, 2));

    const auto count = national(run);
    if (!count) return std::nullopt;
    const bool solid = *count == 1;
    const bool reference = solid && hints.near(Hint::reference, kHintReach);
    const bool company =
        run.size >= kCompanySize && hints.near(Hint::company, 1) && is_company_like(run, *count);
    return PhoneVerdict{!reference && !company && !of_no_person(run.digits(run.size)), *count};
}

}  // namespace guichet::privacy
