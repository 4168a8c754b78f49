#include "common/config/rules.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <charconv>
#include <chrono>

namespace guichet::config {
namespace {

std::optional<int> number(std::string_view text, int most) {
    int value = 0;
    if (text.empty() || text.size() > 6) return std::nullopt;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || value < 0 || value > most)
        return std::nullopt;
    return value;
}

bool is_alnum(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool all_of(std::string_view text, std::string_view also) {
    return std::all_of(text.begin(), text.end(),
                       [also](char c) { return is_alnum(c) || also.find(c) != std::string_view::npos; });
}

int ip_version(const std::string& text) {
    in6_addr buffer{};
    if (inet_pton(AF_INET, text.c_str(), &buffer) == 1) return 4;
    if (inet_pton(AF_INET6, text.c_str(), &buffer) == 1) return 6;
    return 0;
}

bool is_network(const std::string& text) {
    const auto slash = text.find('/');
    const int version = ip_version(text.substr(0, slash));
    if (version == 0) return false;
    if (slash == std::string::npos) return true;
    return number(std::string_view(text).substr(slash + 1), version == 4 ? 32 : 128).has_value();
}

bool is_date(std::string_view text) {
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
    const auto year = number(text.substr(0, 4), 9999);
    const auto month = number(text.substr(5, 2), 12);
    const auto day = number(text.substr(8, 2), 31);
    if (!year || !month || !day) return false;
    return std::chrono::year_month_day(std::chrono::year(*year),
                                       std::chrono::month(static_cast<unsigned>(*month)),
                                       std::chrono::day(static_cast<unsigned>(*day)))
        .ok();
}

std::optional<int> minute_of_day(std::string_view text) {
    if (text.size() != 5 || text[2] != ':') return std::nullopt;
    const auto hour = number(text.substr(0, 2), 24);
    const auto minute = number(text.substr(3, 2), 59);
    if (!hour || !minute || *hour * 60 + *minute > 24 * 60) return std::nullopt;
    return *hour * 60 + *minute;
}

bool is_host(std::string_view text) {
    return !text.empty() && text.size() <= 253 && all_of(text, "-._");
}

std::optional<std::string_view> after(std::string_view text, std::string_view prefix) {
    if (!text.starts_with(prefix)) return std::nullopt;
    return text.substr(prefix.size());
}

bool is_authority(std::string_view text) {
    return is_host(text) || parse_address(text).has_value();
}

bool is_origin(std::string_view text) {
    auto rest = after(text, "https://");
    if (!rest) rest = after(text, "http://");
    return rest && is_authority(*rest);
}

template <class Item>
auto each(Item check) {
    return [check](const std::vector<std::string>& list) {
        return std::all_of(list.begin(), list.end(), check);
    };
}

}  // namespace

Rule<std::int64_t> between(int least, int most) {
    return between<std::int64_t>(least, most);
}

Rule<std::chrono::milliseconds> lasting(std::chrono::milliseconds least, std::chrono::milliseconds most) {
    return between<std::chrono::milliseconds>(least, most);
}

std::optional<HostPort> parse_address(std::string_view text) {
    std::string_view host;
    std::string_view port;
    if (text.starts_with('[')) {
        const auto end = text.find("]:");
        if (end == std::string_view::npos) return std::nullopt;
        host = text.substr(1, end - 1);
        port = text.substr(end + 2);
        if (ip_version(std::string(host)) != 6) return std::nullopt;
    } else {
        const auto colon = text.find(':');
        if (colon == std::string_view::npos) return std::nullopt;
        host = text.substr(0, colon);
        port = text.substr(colon + 1);
        if (!is_host(host)) return std::nullopt;
    }
    const auto value = number(port, 65535);
    if (!value) return std::nullopt;
    return HostPort{std::string(host), *value};
}

std::optional<std::pair<int, int>> parse_hours(std::string_view text) {
    if (text.size() != 11 || text[5] != '-') return std::nullopt;
    const auto begin = minute_of_day(text.substr(0, 5));
    const auto end = minute_of_day(text.substr(6));
    if (!begin || !end || *begin >= *end) return std::nullopt;
    return std::pair(*begin, *end);
}

Rule<std::string> address() {
    return {"host:port", [](const std::string& text) { return parse_address(text).has_value(); }};
}

Rule<std::string> address_or_empty() {
    return {"host:port, or empty",
            [](const std::string& text) { return text.empty() || parse_address(text).has_value(); }};
}

Rule<std::string> origin_or_empty() {
    return {"http://host or https://host, with a port where needed, nothing after it; or empty",
            [](const std::string& text) { return text.empty() || is_origin(text); }};
}

Rule<std::string> redis_url_or_empty() {
    return {"redis://host:port, rediss://host:port or unix:///path, without user and password; or empty",
            [](const std::string& text) {
                if (text.empty()) return true;
                if (auto path = after(text, "unix://")) return path->starts_with('/');
                auto rest = after(text, "redis://");
                if (!rest) rest = after(text, "rediss://");
                return rest && is_authority(*rest);
            }};
}

Rule<std::string> not_empty() {
    return {"not empty", [](const std::string& text) { return !text.empty(); }};
}

Rule<std::string> time_zone() {
    return {"a name of the IANA database, as Europe/Brussels or UTC", [](const std::string& text) {
                return !text.empty() && text.front() != '/' && text.find("..") == std::string::npos &&
                       all_of(text, "/_+-");
            }};
}

Rule<std::vector<std::string>> networks() {
    return {"addresses or networks, as 10.0.0.0/8 or ::1", each(is_network)};
}

Rule<std::vector<std::string>> opening_hours() {
    return {"hours of one day, ascending, as [\"09:00-12:30\", \"13:30-17:00\"]; [] is closed",
            [](const std::vector<std::string>& list) {
                int last = -1;
                for (const auto& item : list) {
                    const auto hours = parse_hours(item);
                    if (!hours || hours->first <= last) return false;
                    last = hours->second;
                }
                return true;
            }};
}

Rule<std::vector<std::string>> dates() {
    return {"dates, as [\"2026-12-25\"]", each(is_date)};
}

Rule<std::vector<std::string>> frame_sources() {
    return {"'self' or origins, as https://www.example.com",
            each([](const std::string& text) { return text == "'self'" || is_origin(text); })};
}

Rule<std::vector<std::string>> some_of(std::vector<std::string> names, std::string alone) {
    std::string allowed = alone + ", or some of ";
    for (const auto& name : names) allowed += (&name == &names.front() ? "" : ", ") + name;
    return {allowed,
            [names = std::move(names), alone = std::move(alone)](const std::vector<std::string>& list) {
                if (list == std::vector<std::string>{alone}) return true;
                auto sorted = list;
                std::sort(sorted.begin(), sorted.end());
                const bool twice = std::adjacent_find(sorted.begin(), sorted.end()) != sorted.end();
                const bool known = std::all_of(list.begin(), list.end(), [&names](const std::string& item) {
                    return std::find(names.begin(), names.end(), item) != names.end();
                });
                return !list.empty() && known && !twice;
            }};
}

}  // namespace guichet::config
