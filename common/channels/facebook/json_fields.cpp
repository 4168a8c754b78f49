#include "common/channels/facebook/json_fields.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include <google/protobuf/timestamp.pb.h>

#include "common/channels/custom/parse.hpp"
#include "common/core/bytes.hpp"

namespace guichet::channels::facebook {
namespace {

// Smaller numbers are seconds: as milliseconds they would lie before March 1973.
constexpr std::int64_t kFirstMs = 100'000'000'000;
// Year 5138 in milliseconds: what is larger is no time.
constexpr std::int64_t kLastMs = 100'000'000'000'000;

const json::value* member(const json::object& in, std::string_view name) {
    return in.if_contains({name.data(), name.size()});
}

std::string_view view(const json::string& text) {
    return {text.data(), text.size()};
}

// The shortest text that reads back as the same number, so that equal ids stay equal.
std::string text_of_double(double number) {
    std::array<char, 64> room{};
    const auto written = std::to_chars(room.data(), room.data() + room.size(), number);
    return {room.data(), written.ptr};
}

TimeMs iso_time(std::string text) {
    // "+0000": the colon that ISO 8601 wants there.
    const auto size = text.size();
    if (size > 5 && (text[size - 5] == '+' || text[size - 5] == '-')) text.insert(size - 2, ":");
    const auto at = channels::parse_time(text);
    return at ? std::max<TimeMs>(*at, 0) : 0;
}

}  // namespace

Result<json::value> read_object(std::string_view body, json::storage_ptr storage) {
    json::parse_options options;
    options.max_depth = kMaxDepth;
    json::error_code ec;
    auto root = json::parse({body.data(), body.size()}, ec, std::move(storage), options);
    if (ec) return invalid("body", "the body is not JSON that can be read: " + ec.message());
    if (!root.is_object()) return invalid("body", "the body is not a JSON object");
    return root;
}

const json::object* object_in(const json::object& in, std::string_view name) {
    const auto* found = member(in, name);
    return found ? found->if_object() : nullptr;
}

const json::array* array_in(const json::object& in, std::string_view name) {
    const auto* found = member(in, name);
    return found ? found->if_array() : nullptr;
}

std::string text_in(const json::object& in, std::string_view name) {
    const auto* found = member(in, name);
    if (!found) return {};
    if (found->is_string()) return repair_utf8(view(found->get_string()));
    if (found->is_int64()) return std::to_string(found->get_int64());
    if (found->is_uint64()) return std::to_string(found->get_uint64());
    if (found->is_double()) return text_of_double(found->get_double());
    return {};
}

std::int64_t integer_in(const json::object& in, std::string_view name) {
    const auto text = text_in(in, name);
    std::int64_t number = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    return read.ec == std::errc() && read.ptr == text.data() + text.size() ? number : 0;
}

bool flag_in(const json::object& in, std::string_view name) {
    const auto* found = member(in, name);
    if (!found) return false;
    if (found->is_bool()) return found->get_bool();
    const auto text = text_in(in, name);
    return text == "true" || integer_in(in, name) != 0;
}

TimeMs to_ms(std::int64_t number) {
    if (number <= 0 || number > kLastMs) return 0;
    return number < kFirstMs ? number * 1000 : number;
}

TimeMs time_in(const json::object& in, std::string_view name) {
    if (const auto number = integer_in(in, name); number != 0) return to_ms(number);
    return iso_time(text_in(in, name));
}

std::string one_line(std::string text) {
    std::replace_if(
        text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; }, ' ');
    return text;
}

void set_time(TimeMs at, google::protobuf::Timestamp* to) {
    to->set_seconds(at / 1000);
    to->set_nanos(static_cast<int>(at % 1000) * 1'000'000);
}

}  // namespace guichet::channels::facebook
