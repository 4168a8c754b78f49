#pragma once
// What a value may be, in words and as a check.
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/config/codec.hpp"

namespace guichet::config {

template <class T>
struct Rule {
    // For people: "1 to 100", "host:port". Empty: anything.
    std::string allowed;
    std::function<bool(const T&)> holds;
};

template <class T>
std::string bound_text(const T& value) {
    auto text = Codec<T>::text(value);
    if (text.size() > 1 && text.front() == '"') text = text.substr(1, text.size() - 2);
    return text;
}

// Both included.
template <class T>
Rule<T> between(T least, T most) {
    return {bound_text(least) + " to " + bound_text(most),
            [least, most](const T& value) { return least <= value && value <= most; }};
}
Rule<std::int64_t> between(int least, int most);
Rule<std::chrono::milliseconds> lasting(std::chrono::milliseconds least, std::chrono::milliseconds most);

// "127.0.0.1:8080", "[::1]:8080", "localhost:0"; port 0 lets the system choose.
Rule<std::string> address();
Rule<std::string> address_or_empty();
// http:// or https://, without path, query or trailing slash.
Rule<std::string> origin_or_empty();
// redis://host:port, rediss://host:port or unix:/path, without credentials.
Rule<std::string> redis_url_or_empty();
Rule<std::string> not_empty();
Rule<std::string> time_zone();
// "10.0.0.0/8", "::1", ...
Rule<std::vector<std::string>> networks();
// "09:00-12:30", ascending and apart.
Rule<std::vector<std::string>> opening_hours();
// "2026-12-25"
Rule<std::vector<std::string>> dates();
// CSP sources: 'self', https://host
Rule<std::vector<std::string>> frame_sources();
// At least one, each of `names`, none twice; `alone`, where given, only by itself.
Rule<std::vector<std::string>> some_of(std::vector<std::string> names, std::string alone);

// Minutes from midnight of "09:00-12:30": (540, 750). The end may be 24:00.
std::optional<std::pair<int, int>> parse_hours(std::string_view text);

struct HostPort {
    std::string host;
    int port = 0;
};
// Host without brackets.
std::optional<HostPort> parse_address(std::string_view text);

}  // namespace guichet::config
