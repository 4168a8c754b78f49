#pragma once
// Names of files that strangers gave. Pure.
#include <string>
#include <string_view>

namespace guichet::http {

// The last path component only, well-formed UTF-8, at most 255 bytes, without control characters and without
// those that turn the direction of what follows; "" where nothing remains.
std::string harmless_filename(std::string_view name);

// RFC 6266: "attachment" or "inline" with the name twice, once for readers that know ASCII only.
std::string content_disposition(std::string_view kind, std::string_view name);

}  // namespace guichet::http
