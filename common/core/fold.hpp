#pragma once
// Latin letters brought to one plain form, so that "DÉÇU", "déçu" and "decu" are one word.
#include <cstddef>
#include <string>
#include <string_view>

namespace guichet {

// Decodes the character that starts at `at`; moves `at` behind it. An ill-formed byte is U+FFFD, one byte
// long.
char32_t next_char(std::string_view text, std::size_t& at);
void append_utf8(std::string& out, char32_t c);

bool is_letter(char32_t c);
bool is_upper(char32_t c);
// Emoji proper, symbols shown as emoji, flags; not the joiners and variation selectors (see is_emoji_part).
bool is_emoji(char32_t c);
bool is_emoji_part(char32_t c);

// Appends the lower-case form without accents: at most two characters (ß -> ss, œ -> oe). Letters outside
// Latin are appended as they are; combining accents vanish.
void append_folded(std::string& out, char32_t c);
std::string fold(std::string_view text);

// The same for texts that differ in case, accents, punctuation or spaces only; empty for short ones ("??",
// "up"), which are the same by nature. Tells nothing of the text.
std::string text_fingerprint(std::string_view text);

// Runs of one letter longer than `keep` cut to `keep`: ("nuuuul", 1) -> "nul".
std::string squeeze(std::string_view folded, std::size_t keep);

}  // namespace guichet
