#include "common/privacy/run.hpp"

namespace guichet::privacy {
namespace {

bool separates(char c) {
    return c == ' ' || c == '.' || c == '-' || c == '/' || c == '(' || c == ')';
}

// Behind the separators at `from`; the mark among them in `mark`.
std::size_t skip_separators(const Symbols& symbols, std::size_t from, char& mark) {
    mark = '\0';
    std::size_t next = from;
    while (next - from < kMostSeparators && separates(at(symbols, next))) {
        const char c = at(symbols, next++);
        if (mark == '\0' || mark == ' ') mark = c;
    }
    return next;
}

}  // namespace

std::optional<std::size_t> Run::groups_of(std::size_t digits) const {
    for (std::size_t i = 0; i < count; ++i) {
        if (groups[i].first + groups[i].size == digits) return i + 1;
    }
    return std::nullopt;
}

bool Run::separated_by(char separator, std::size_t groups_counted) const {
    for (std::size_t i = 1; i < groups_counted; ++i) {
        if (groups[i].separator != separator) return false;
    }
    return true;
}

Run read_run(const Symbols& symbols, std::size_t start, bool skip_zero) {
    Run run;
    char mark = '\0';
    for (std::size_t next = start; run.count < kMostGroups && is_digit(at(symbols, next));) {
        Group group{run.size, 0, next, next, run.count == 0 ? '\0' : mark};
        while (is_digit(at(symbols, group.end)) && group.first + group.size < kMostDigits) {
            run.text[group.first + group.size++] = at(symbols, group.end++);
        }
        if (is_word_or_digit(at(symbols, group.end))) break;
        const bool zero = group.separator == '(' && group.size == 1 && run.text[group.first] == '0';
        if (!(skip_zero && zero && at(symbols, group.end) == ')')) {
            run.size += group.size;
            run.groups[run.count++] = group;
        }
        next = skip_separators(symbols, group.end, mark);
    }
    return run;
}

}  // namespace guichet::privacy
