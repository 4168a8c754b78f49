#pragma once
// A message cut into words, marks, emoji and links: what every engine here reads.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace guichet::routing {

enum class TokenKind : std::uint8_t {
    word,     // letters; "n'est" is two words, "don't" is one ("dont")
    number,   // begins with a digit
    hashtag,  // "#nul": matched as the word "nul"
    mention,  // "@brand"
    url,      // links and mail addresses
    emoji,    // one emoji, or an emoticon such as ":-("
    punct,    // a run of one mark: "!!!"
    symbol,   // € $ £ % +
};

struct Token {
    TokenKind kind = TokenKind::word;
    std::uint32_t begin = 0;  // where it stands in Text::text, in bytes
    std::uint32_t size = 0;
    std::string folded;  // lower case, no accents; a mark once: "!"; newline: "\n"; ellipsis: "…"
    // The letters' repetitions cut to one, when a letter stands three times or more ("nuuuul" -> "nul"), and
    // cut to two ("coool" -> "cool"); else empty.
    std::string squeezed;
    std::string squeezed2;
    bool caps = false;  // a word of three letters or more, all capitals
};

struct Text {
    std::string text;  // well-formed UTF-8
    std::vector<Token> tokens;
    std::size_t letters = 0;
    std::size_t words = 0;
    bool asks = false;  // has a question mark
    // Most words are in capitals: then capitals mean nothing.
    bool shouted = false;

    // The words as they stand in the message, from token `first` to token `last`, included.
    std::string quote(std::size_t first, std::size_t last) const;
    // Ends a sentence: . ! ? ; … and a new line.
    bool ends_sentence(std::size_t token) const;
    // Ends a clause: also a comma, a colon, a bracket, a dash.
    bool ends_clause(std::size_t token) const;
};

// At most this much of a message is read.
inline constexpr std::size_t kMaxTextBytes = 8 * 1024;

// Repairs ill-formed UTF-8, cuts at kMaxTextBytes, tokenises. Linear in the text.
Text read_text(std::string_view message);

}  // namespace guichet::routing
