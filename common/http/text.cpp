#include "common/http/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "common/core/bytes.hpp"

namespace guichet::http {

namespace {

constexpr char kHexDigits[] = "0123456789ABCDEF";

constexpr std::array<bool, 256> token_table() {
    std::array<bool, 256> table{};
    for (unsigned char c :
         std::string_view("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")) {
        table[c] = true;
    }
    return table;
}
constexpr auto kToken = token_table();

bool unreserved(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == '~';
}

int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

}  // namespace

bool is_token(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(),
                                        [](char c) { return kToken[static_cast<unsigned char>(c)]; });
}

std::string_view trim(std::string_view text) {
    const auto from = text.find_first_not_of(" \t");
    if (from == std::string_view::npos) return {};
    return text.substr(from, text.find_last_not_of(" \t") - from + 1);
}

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> out;
    for (;;) {
        const auto at = text.find(separator);
        out.push_back(text.substr(0, at));
        if (at == std::string_view::npos) return out;
        text.remove_prefix(at + 1);
    }
}

std::string percent_encode(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (char c : text) {
        if (unreserved(c)) {
            out += c;
        } else {
            const auto byte = static_cast<unsigned char>(c);
            out += '%';
            out += kHexDigits[byte >> 4];
            out += kHexDigits[byte & 15];
        }
    }
    return out;
}

std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '+' && plus_is_space) {
            out += ' ';
        } else if (text[i] != '%') {
            out += text[i];
        } else {
            if (i + 2 >= text.size()) return std::nullopt;
            const int high = hex_value(text[i + 1]);
            const int low = hex_value(text[i + 2]);
            if (high < 0 || low < 0) return std::nullopt;
            out += static_cast<char>(high * 16 + low);
            i += 2;
        }
    }
    return out;
}

std::string html_escape(std::string_view text) {
    std::string out;
    out.reserve(text.size() + text.size() / 8);
    for (char c : text) {
        switch (c) {
            case '&':
                out += "&amp;";
                break;
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '"':
                out += "&quot;";
                break;
            case '\'':
                out += "&#39;";
                break;
            default:
                out += c;
        }
    }
    return out;
}

std::string json_quote(std::string_view text) {
    std::string out = "\"";
    for (char c : repair_utf8(text)) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (byte < 0x20 || c == '<' || c == '>' || c == '&' || byte == 0x7f) {
            out += "\\u00";
            out += kHexDigits[byte >> 4];
            out += kHexDigits[byte & 15];
        } else {
            out += c;
        }
    }
    return out += '"';
}

std::optional<std::string> find_field(const Fields& fields, std::string_view name) {
    for (const auto& [key, value] : fields) {
        if (key == name) return value;
    }
    return std::nullopt;
}

Result<Fields> parse_urlencoded(std::string_view text, std::size_t max_fields) {
    Fields out;
    if (text.empty()) return out;
    for (std::string_view pair : split(text, '&')) {
        if (pair.empty()) continue;
        if (out.size() >= max_fields)
            return invalid("body", "more than " + std::to_string(max_fields) + " form fields");
        const auto equals = pair.find('=');
        auto name = percent_decode(pair.substr(0, equals), true);
        auto value = equals == std::string_view::npos ? std::optional<std::string>("")
                                                      : percent_decode(pair.substr(equals + 1), true);
        if (!name || !value)
            return invalid("body", "a % in form data is not followed by two hexadecimal digits");
        out.emplace_back(std::move(*name), std::move(*value));
    }
    return out;
}

std::string to_urlencoded(const Fields& fields) {
    std::string out;
    for (const auto& [name, value] : fields) {
        if (!out.empty()) out += '&';
        out += percent_encode(name) + '=' + percent_encode(value);
    }
    return out;
}

std::string UrlParts::authority() const {
    std::string out = host.find(':') == std::string::npos ? host : '[' + host + ']';
    if (port != (secure() ? 443 : 80)) out += ':' + std::to_string(port);
    return out;
}

Result<UrlParts> parse_url(std::string_view url) {
    const auto wrong = [](const char* why) {
        return invalid("url", std::string("not a usable URL: ") + why);
    };
    UrlParts out;
    const auto colon = url.find("://");
    if (colon == std::string_view::npos) return wrong("no scheme");
    for (char c : url.substr(0, colon)) out.scheme += static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
    if (out.scheme != "http" && out.scheme != "https" && out.scheme != "ws" && out.scheme != "wss") {
        return wrong("the scheme is neither http nor https");
    }
    url.remove_prefix(colon + 3);
    url = url.substr(0, url.find('#'));
    for (char c : url) {
        if (static_cast<unsigned char>(c) <= ' ' || c == 0x7f)
            return wrong("it has a space or control character");
    }
    const auto slash = url.find_first_of("/?\\");
    std::string_view authority = url.substr(0, slash);
    if (slash != std::string_view::npos) out.target = url.substr(slash);
    if (out.target.empty() || out.target[0] == '?') out.target.insert(0, "/");
    if (out.target[0] == '\\') return wrong("it has a backslash");
    if (authority.find('@') != std::string_view::npos) return wrong("user information is not allowed");
    std::string_view port;
    if (authority.starts_with('[')) {
        const auto end = authority.find(']');
        if (end == std::string_view::npos) return wrong("no closing bracket");
        out.host = authority.substr(1, end - 1);
        port = authority.substr(end + 1);
        if (!port.empty() && port[0] != ':') return wrong("something behind the bracket");
    } else {
        const auto end = authority.find(':');
        out.host = authority.substr(0, end);
        if (end != std::string_view::npos) port = authority.substr(end);
    }
    for (char& c : out.host) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
    if (out.host.empty() || out.host.size() > 253) return wrong("no host");
    out.port = out.secure() ? 443 : 80;
    if (!port.empty()) {
        port.remove_prefix(1);
        const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), out.port);
        if (error != std::errc{} || end != port.data() + port.size() || out.port == 0)
            return wrong("bad port");
    }
    return out;
}

}  // namespace guichet::http
