#pragma once
// Words of a text, and which of them are one word; of use to public_words only.
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace guichet::escalation {

struct Word {
    std::string folded;  // letters and digits, without case and accents
    std::size_t begin = 0;
    std::size_t end = 0;
};

inline constexpr std::size_t kMostWordsBytes = 64 * 1024;  // of a text, that are read

std::vector<Word> words_of(std::string_view text);

// Of folded words.
bool same_folded(std::string_view a, std::string_view b);
// Says nothing of any matter: a function word in FR, NL, EN, DE.
bool is_function_word(std::string_view folded);

}  // namespace guichet::escalation
