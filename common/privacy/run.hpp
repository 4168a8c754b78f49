#pragma once
// A number as people write it: groups of digits with separators between; of no use to others.
#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

#include "common/privacy/symbols.hpp"

namespace guichet::privacy {

inline constexpr std::size_t kMostDigits = 24;
inline constexpr std::size_t kMostGroups = 12;
inline constexpr std::size_t kMostSeparators = 3;  // symbols between two groups

struct Group {
    std::size_t first = 0;  // its first digit among the run's
    std::size_t size = 0;
    std::size_t begin = 0;  // symbols
    std::size_t end = 0;
    char separator = '\0';  // before it: ' ' for spaces alone, else the mark; '\0' for the first
};

struct Run {
    std::array<char, kMostDigits> text{};
    std::size_t size = 0;
    std::array<Group, kMostGroups> groups{};
    std::size_t count = 0;

    std::string_view digits(std::size_t size) const { return {text.data(), size}; }
    std::string_view group(std::size_t index) const {
        return {text.data() + groups[index].first, groups[index].size};
    }
    // The number of groups that hold exactly so many digits together.
    std::optional<std::size_t> groups_of(std::size_t digits) const;
    // Groups 1 .. count-1 all follow this separator.
    bool separated_by(char separator, std::size_t count) const;
};

// From the digit at `start`. Only whole groups: one that touches a letter, or would exceed the limits, and
// what follows it are left out. "(0)" inside is left out where `skip_zero` says so.
Run read_run(const Symbols& symbols, std::size_t start, bool skip_zero);

}  // namespace guichet::privacy
