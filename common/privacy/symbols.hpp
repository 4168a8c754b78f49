#pragma once
// A text as the finders read it: one symbol for each character, brought to few forms; of no use to others.
#include <cstdint>
#include <string_view>
#include <vector>

namespace guichet::privacy {

inline constexpr char kOtherLetter = '\x01';  // a letter that has no form in a..z
inline constexpr char kOther = '\x02';

// `c`: '0'..'9' (also full-width and Arabic-Indic), 'a'..'z' (without case and accents), ' ' for every space,
// '-' for every dash, '\n', other ASCII as it is, or one of the two above. Invisible characters, accents of
// their own and the caps of key-cap emoji are left out, so that they hide nothing.
struct Symbol {
    char c = kOther;
    std::uint32_t begin = 0;  // bytes in the text
    std::uint32_t end = 0;
};

using Symbols = std::vector<Symbol>;

// At most kMaxTextBytes of the text.
Symbols read_symbols(std::string_view text);

inline bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
inline bool is_word(char c) {
    return (c >= 'a' && c <= 'z') || c == kOtherLetter;
}
inline bool is_word_or_digit(char c) {
    return is_word(c) || is_digit(c);
}
// '\0' outside.
inline char at(const Symbols& symbols, std::size_t index) {
    return index < symbols.size() ? symbols[index].c : '\0';
}

}  // namespace guichet::privacy
