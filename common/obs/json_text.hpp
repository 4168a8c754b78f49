#pragma once
#include <string>
#include <string_view>

namespace guichet::obs {

// Appends `text` as a JSON string with its quotes. Control characters are escaped and ill-formed UTF-8 is
// replaced, so the result is one line and valid whatever came in.
void append_json_string(std::string& out, std::string_view text);

}  // namespace guichet::obs
