#pragma once
// Reading JSON that others write: what is absent or of another type counts as empty, nothing throws.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <boost/json.hpp>

#include "common/core/clock.hpp"
#include "common/core/status.hpp"

namespace google::protobuf {
class Timestamp;
}

namespace guichet::channels::facebook {

namespace json = boost::json;

// Bodies nested deeper are refused; Meta's own reach about ten.
inline constexpr std::size_t kMaxDepth = 32;

// INVALID_ARGUMENT when `body` is no JSON object. The value lives in `storage`.
Result<json::value> read_object(std::string_view body, json::storage_ptr storage = {});

const json::object* object_in(const json::object& in, std::string_view name);
const json::array* array_in(const json::object& in, std::string_view name);
// Texts and numbers: ids come as both, and are opaque. Well-formed UTF-8 without NUL; "" when absent.
std::string text_in(const json::object& in, std::string_view name);
// Numbers and texts that hold one; 0 when absent.
std::int64_t integer_in(const json::object& in, std::string_view name);
// True, "true" and numbers other than 0.
bool flag_in(const json::object& in, std::string_view name);
// A time in seconds or milliseconds since 1970, or in ISO 8601 with the offset as Graph writes it ("+0000").
// 0 when there is none.
TimeMs time_in(const json::object& in, std::string_view name);
// Of a number in seconds or milliseconds, by its size.
TimeMs to_ms(std::int64_t number);

// Control characters become spaces: for names and other things of one line.
std::string one_line(std::string text);
void set_time(TimeMs at, google::protobuf::Timestamp* to);

}  // namespace guichet::channels::facebook
