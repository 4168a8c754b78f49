#pragma once
// Small text work of HTTP: percent-encoding, escaping, tokens. Pure.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/core/status.hpp"

namespace guichet::http {

// RFC 9110 section 5.6.2: 1 or more of the characters allowed in method and field names.
bool is_token(std::string_view text);
// Without spaces and tabs at both ends.
std::string_view trim(std::string_view text);
// At every `separator`; n separators give n + 1 pieces.
std::vector<std::string_view> split(std::string_view text, char separator);

// Everything but RFC 3986 "unreserved" characters becomes %XX.
std::string percent_encode(std::string_view text);
// Nothing where a % is not followed by two hexadecimal digits. `plus_is_space` for form data.
std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space = false);

// For text and for quoted attribute values: & < > " ' are escaped.
std::string html_escape(std::string_view text);
// With the quotes; ill-formed UTF-8 becomes U+FFFD, < > & are escaped so that it may stand inside HTML.
std::string json_quote(std::string_view text);

using Fields = std::vector<std::pair<std::string, std::string>>;
// The first value of that name.
std::optional<std::string> find_field(const Fields& fields, std::string_view name);

// application/x-www-form-urlencoded, as it stands in a query or a body. At most `max_fields` pairs.
Result<Fields> parse_urlencoded(std::string_view text, std::size_t max_fields = 200);
std::string to_urlencoded(const Fields& fields);

struct UrlParts {
    std::string scheme;  // "http", "https", "ws" or "wss"
    std::string host;    // without brackets, lower case
    std::uint16_t port = 0;
    std::string target;  // path and query, begins with '/'
    bool secure() const { return scheme == "https" || scheme == "wss"; }
    // As the Host field wants it: brackets around IPv6, the port only where it is not the scheme's.
    std::string authority() const;
};
// Absolute URL without user information; a fragment is dropped.
Result<UrlParts> parse_url(std::string_view url);

}  // namespace guichet::http
