#pragma once
// What may be followed as a link: an address that begins so leads to the web and not into a program
// ("javascript:", "file:").
#include <string_view>

namespace guichet::http {

inline bool is_https_address(std::string_view url) {
    return url.starts_with("https://");
}
inline bool is_web_address(std::string_view url) {
    return is_https_address(url) || url.starts_with("http://");
}

}  // namespace guichet::http
