#pragma once
// Cookies: RFC 6265. Pure.
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace guichet::http {

// The first cookie of that name in a Cookie field's value; quotes around a value are taken off.
std::optional<std::string_view> find_cookie(std::string_view header, std::string_view name);

enum class SameSite { strict, lax, none };

// The defaults are what a session cookie needs.
struct SetCookie {
    std::string name;   // an RFC 9110 token
    std::string value;  // characters that a cookie cannot carry are percent-encoded
    std::string path = "/";
    std::string domain;
    // None: until the browser closes. Zero: delete.
    std::optional<std::chrono::seconds> max_age;
    bool http_only = true;
    bool secure = true;
    SameSite same_site = SameSite::lax;
};
// The value of a Set-Cookie field.
std::string to_header(const SetCookie& cookie);
// Tells the browser to forget a cookie set with the same name and path.
SetCookie expired_cookie(std::string name, std::string path = "/");

}  // namespace guichet::http
