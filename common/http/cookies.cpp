#include "common/http/cookies.hpp"

#include "common/http/text.hpp"

namespace guichet::http {

namespace {

// cookie-octet of RFC 6265 section 4.1.1; % is left out as it is our escape.
bool cookie_octet(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte > 0x20 && byte < 0x7f && c != '"' && c != ',' && c != ';' && c != '\\' && c != '%';
}

// Path and Domain end at the next attribute.
std::string attribute(std::string_view text) {
    std::string out;
    for (char c : text) {
        if (static_cast<unsigned char>(c) >= 0x20 && c != ';' && c != 0x7f) out += c;
    }
    return out;
}

}  // namespace

std::optional<std::string_view> find_cookie(std::string_view header, std::string_view name) {
    while (!header.empty()) {
        const auto end = header.find(';');
        std::string_view pair = trim(header.substr(0, end));
        const auto equals = pair.find('=');
        if (equals != std::string_view::npos && trim(pair.substr(0, equals)) == name) {
            std::string_view value = trim(pair.substr(equals + 1));
            if (value.size() >= 2 && value.front() == '"' && value.back() == '"') {
                value = value.substr(1, value.size() - 2);
            }
            return value;
        }
        if (end == std::string_view::npos) break;
        header.remove_prefix(end + 1);
    }
    return std::nullopt;
}

std::string to_header(const SetCookie& cookie) {
    std::string out = is_token(cookie.name) ? cookie.name : percent_encode(cookie.name);
    out += '=';
    for (char c : cookie.value) out += cookie_octet(c) ? std::string(1, c) : percent_encode({&c, 1});
    if (!cookie.path.empty()) out += "; Path=" + attribute(cookie.path);
    if (!cookie.domain.empty()) out += "; Domain=" + attribute(cookie.domain);
    if (cookie.max_age) out += "; Max-Age=" + std::to_string(cookie.max_age->count());
    if (cookie.http_only) out += "; HttpOnly";
    if (cookie.secure) out += "; Secure";
    switch (cookie.same_site) {
        case SameSite::strict:
            out += "; SameSite=Strict";
            break;
        case SameSite::lax:
            out += "; SameSite=Lax";
            break;
        case SameSite::none:
            out += "; SameSite=None";
            break;
    }
    return out;
}

SetCookie expired_cookie(std::string name, std::string path) {
    SetCookie cookie;
    cookie.name = std::move(name);
    cookie.path = std::move(path);
    cookie.max_age = std::chrono::seconds(0);
    return cookie;
}

}  // namespace guichet::http
