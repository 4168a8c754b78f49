#pragma once
// Small work on a mail's words. Pure.
#include <string>
#include <string_view>
#include <vector>

namespace guichet::channels::mail {

// ASCII letters only.
std::string lower(std::string_view text);
std::string upper(std::string_view text);
std::string trimmed(std::string_view text);
// Spaces, line ends, no-break and zero-width spaces only, or nothing.
bool is_blank(std::string_view text);
// A header's value as one line of well-formed UTF-8: control characters become spaces, at most `limit` bytes.
std::string one_line(std::string_view text, std::size_t limit);
// CRLF and CR become LF.
std::string unix_lines(std::string_view text);
// Three and more blank lines become two.
std::string few_blank_lines(std::string_view text);
std::vector<std::string_view> lines_of(std::string_view text);
bool starts_with_word(std::string_view line, std::string_view word);

}  // namespace guichet::channels::mail
