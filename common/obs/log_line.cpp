#include "common/obs/log_line.hpp"

#include <array>
#include <charconv>
#include <cmath>

#include "common/obs/json_text.hpp"

namespace guichet::obs::log {
namespace {

std::string number_text(double number) {
    std::array<char, 32> buffer{};
    auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number).ptr;
    return {buffer.data(), end};
}

std::string private_text(const Private& field, bool reveal) {
    if (reveal) return std::string(field.text);
    return "<" + std::to_string(field.text.size()) + " bytes>";
}

bool plain_word(std::string_view text) {
    if (text.empty()) return false;
    for (const char c : text) {
        const auto u = static_cast<unsigned char>(c);
        if (u <= 0x20 || u >= 0x7f || c == '"' || c == '=' || c == '\\') return false;
    }
    return true;
}

void append_text(std::string& out, std::string_view text, bool json) {
    if (!json && plain_word(text)) {
        out += text;
    } else {
        append_json_string(out, text);
    }
}

void append_value(std::string& out, const Value& value, bool json, bool reveal) {
    struct Visitor {
        std::string& out;
        bool json;
        bool reveal;
        void operator()(std::string_view text) const { append_text(out, text, json); }
        void operator()(std::int64_t number) const { out += std::to_string(number); }
        void operator()(std::uint64_t number) const { out += std::to_string(number); }
        void operator()(double number) const {
            // JSON has no infinity and no NaN.
            if (std::isfinite(number)) {
                out += number_text(number);
            } else {
                append_text(out, number_text(number), json);
            }
        }
        void operator()(bool flag) const { out += flag ? "true" : "false"; }
        void operator()(const Private& text) const { append_text(out, private_text(text, reveal), json); }
        void operator()(const Status* status) const { append_text(out, guichet::to_string(*status), json); }
    };
    std::visit(Visitor{out, json, reveal}, value.any());
}

}  // namespace

const char* to_string(Level level) {
    static constexpr std::array<const char*, 6> kNames = {"trace", "debug", "info", "warn", "error", "off"};
    return kNames.at(static_cast<std::size_t>(level));
}

std::string render_json(const Line& line) {
    std::string out = "{\"at\":\"" + to_iso8601(line.at) + "\",\"level\":\"" + to_string(line.level) + "\"";
    out += ",\"event\":";
    append_json_string(out, line.event);
    for (const auto& field : line.fields) {
        out += ',';
        append_json_string(out, field.key);
        out += ':';
        append_value(out, field.value, true, line.reveal_private);
    }
    if (line.suppressed > 0) out += ",\"suppressed\":" + std::to_string(line.suppressed);
    out += '}';
    return out;
}

std::string render_text(const Line& line) {
    std::string level = to_string(line.level);
    level.resize(5, ' ');
    std::string out = to_iso8601(line.at) + ' ' + level + ' ';
    append_text(out, line.event, false);
    for (const auto& field : line.fields) {
        out += ' ';
        append_text(out, field.key, false);
        out += '=';
        append_value(out, field.value, false, line.reveal_private);
    }
    if (line.suppressed > 0) out += " suppressed=" + std::to_string(line.suppressed);
    return out;
}

}  // namespace guichet::obs::log
