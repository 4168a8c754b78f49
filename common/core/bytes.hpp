#pragma once
// Encodings, digests and comparisons that must not leak by time.
#include <optional>
#include <string>
#include <string_view>

namespace guichet {

std::string hex(std::string_view bytes);
std::optional<std::string> from_hex(std::string_view text);
std::string base64(std::string_view bytes);
// Without padding, RFC 4648 section 5.
std::string base64url(std::string_view bytes);
// Accepts both alphabets, with or without padding; nothing on any other character.
std::optional<std::string> from_base64(std::string_view text);

// Raw digests, not hex.
std::string sha256(std::string_view bytes);
std::string hmac_sha256(std::string_view key, std::string_view bytes);

// Equal content, in time that depends on the lengths only.
bool equal_constant_time(std::string_view a, std::string_view b);

// True when `text` is well-formed UTF-8 (RFC 3629: no surrogates, no overlong forms) without NUL.
bool valid_utf8(std::string_view text);
// Every ill-formed sequence and NUL replaced by U+FFFD; well-formed text is returned as it is.
std::string repair_utf8(std::string_view text);
// At most `limit` bytes, cut at a character boundary.
std::string truncate_utf8(std::string_view text, std::size_t limit);

}  // namespace guichet
