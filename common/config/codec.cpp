#include "common/config/codec.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <limits>
#include <optional>
#include <ostream>

namespace guichet::config {
namespace {

struct Unit {
    std::string_view name;
    std::uint64_t factor;
};
// Largest first, so that text_of finds the shortest writing.
constexpr std::array kDurationUnits = {Unit{"d", 86'400'000}, Unit{"h", 3'600'000}, Unit{"m", 60'000},
                                       Unit{"s", 1000}, Unit{"ms", 1}};
constexpr std::array kByteUnits = {Unit{"GiB", 1u << 30}, Unit{"MiB", 1u << 20}, Unit{"KiB", 1u << 10},
                                   Unit{"GB", 1u << 30},  Unit{"MB", 1u << 20},  Unit{"KB", 1u << 10},
                                   Unit{"B", 1}};

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

// Sums number-unit pairs ("1h30m"); nothing when the text is anything else or the sum does not fit.
template <class Units>
std::optional<std::uint64_t> sum_of_units(std::string_view text, const Units& units) {
    constexpr auto kMost = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    if (text.empty()) return std::nullopt;
    std::uint64_t sum = 0;
    while (!text.empty()) {
        std::uint64_t number = 0;
        auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
        if (error != std::errc() || end == text.data()) return std::nullopt;
        text.remove_prefix(static_cast<std::size_t>(end - text.data()));
        std::size_t length = 0;
        while (length < text.size() && !is_digit(text[length])) ++length;
        const auto name = text.substr(0, length);
        std::uint64_t factor = 0;
        for (const auto& unit : units) {
            if (unit.name == name) factor = unit.factor;
        }
        if (factor == 0 || number > (kMost - sum) / factor) return std::nullopt;
        sum += number * factor;
        text.remove_prefix(length);
    }
    return sum;
}

template <class Units>
std::string shortest(std::uint64_t value, const Units& units) {
    if (value == 0) return "0" + std::string(units.back().name);
    for (const auto& unit : units) {
        if (value % unit.factor == 0) return std::to_string(value / unit.factor) + std::string(unit.name);
    }
    return std::to_string(value);
}

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view kBlank = " \t\r\n";
    const auto begin = text.find_first_not_of(kBlank);
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(kBlank) - begin + 1);
}

template <class Number>
std::optional<Number> number_from(std::string_view text) {
    Number number{};
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return number;
}

const std::string* untyped(const Raw& raw) {
    return raw.untyped ? std::get_if<std::string>(&raw.value) : nullptr;
}

Status wrong(std::string message) {
    return invalid({}, std::move(message));
}

}  // namespace

std::ostream& operator<<(std::ostream& out, const Secret& secret) {
    return out << (secret.empty() ? "<none>" : "<secret>");
}

Result<bool> parse_bool(const Raw& raw) {
    if (const auto* flag = std::get_if<bool>(&raw.value)) return *flag;
    if (const auto* text = untyped(raw)) {
        if (*text == "true") return true;
        if (*text == "false") return false;
    }
    return wrong("must be true or false");
}

Result<std::int64_t> parse_int(const Raw& raw) {
    if (const auto* number = std::get_if<std::int64_t>(&raw.value)) return *number;
    if (const auto* text = untyped(raw)) {
        if (auto number = number_from<std::int64_t>(trimmed(*text))) return *number;
    }
    return wrong("must be an integer, without quotes");
}

Result<double> parse_double(const Raw& raw) {
    if (const auto* number = std::get_if<double>(&raw.value)) {
        if (std::isfinite(*number)) return *number;
    }
    if (const auto* number = std::get_if<std::int64_t>(&raw.value)) return static_cast<double>(*number);
    if (const auto* text = untyped(raw)) {
        auto number = number_from<double>(trimmed(*text));
        if (number && std::isfinite(*number)) return *number;
    }
    return wrong("must be a number, without quotes");
}

Result<std::string> parse_string(const Raw& raw) {
    if (const auto* text = std::get_if<std::string>(&raw.value)) {
        if (text->find('\0') != std::string::npos) return wrong("must not contain a NUL character");
        return *text;
    }
    return wrong("must be a string in quotes");
}

Result<std::vector<std::string>> parse_list(const Raw& raw) {
    if (const auto* list = std::get_if<std::vector<std::string>>(&raw.value)) return *list;
    if (const auto* text = untyped(raw)) {
        std::vector<std::string> list;
        std::string_view rest = *text;
        while (!trimmed(rest).empty()) {
            const auto comma = rest.find(',');
            list.emplace_back(trimmed(rest.substr(0, comma)));
            rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
        }
        return list;
    }
    return wrong("must be a list of strings, as [\"a\", \"b\"]");
}

Result<std::chrono::milliseconds> parse_duration(const Raw& raw) {
    if (const auto* text = std::get_if<std::string>(&raw.value)) {
        if (auto sum = sum_of_units(trimmed(*text), kDurationUnits)) {
            return std::chrono::milliseconds(static_cast<std::int64_t>(*sum));
        }
    }
    return wrong("must be a duration with a unit, as \"500ms\", \"10s\", \"1h30m\", \"30d\"");
}

Result<Bytes> parse_bytes(const Raw& raw) {
    if (const auto* number = std::get_if<std::int64_t>(&raw.value)) {
        if (*number >= 0) return Bytes{static_cast<std::uint64_t>(*number)};
    }
    if (const auto* text = std::get_if<std::string>(&raw.value)) {
        if (auto number = number_from<std::uint64_t>(trimmed(*text))) return Bytes{*number};
        if (auto sum = sum_of_units(trimmed(*text), kByteUnits)) return Bytes{*sum};
    }
    return wrong("must be a size, as \"64KiB\", \"1MiB\" or a number of bytes");
}

std::string toml_quoted(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        const auto u = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (u < 0x20 || u == 0x7f) {
            std::array<char, 8> code{};
            std::snprintf(code.data(), code.size(), "\\u%04x", static_cast<unsigned>(u));
            out += code.data();
        } else {
            out += c;
        }
    }
    return out + '"';
}

std::string duration_text(std::chrono::milliseconds value) {
    return shortest(static_cast<std::uint64_t>(value.count()), kDurationUnits);
}
std::string bytes_text(Bytes value) {
    return shortest(value.count, kByteUnits);
}

std::string text_of(bool value) {
    return value ? "true" : "false";
}
std::string text_of(std::int64_t value) {
    return std::to_string(value);
}
std::string text_of(double value) {
    std::array<char, 32> buffer{};
    auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
    std::string text(buffer.data(), end);
    if (text.find_first_of(".e") == std::string::npos) text += ".0";
    return text;
}
std::string text_of(const std::string& value) {
    return toml_quoted(value);
}
std::string text_of(const std::vector<std::string>& value) {
    std::string out = "[";
    for (const auto& item : value) {
        if (out.size() > 1) out += ", ";
        out += toml_quoted(item);
    }
    return out + "]";
}
std::string text_of(std::chrono::milliseconds value) {
    return toml_quoted(duration_text(value));
}
std::string text_of(Bytes value) {
    return toml_quoted(bytes_text(value));
}
std::string text_of(const Secret& value) {
    return value.reference();
}
std::string text_of(const std::filesystem::path& value) {
    return toml_quoted(value.string());
}

}  // namespace guichet::config
