#pragma once
// Opaque places: base64url of fields joined by '|'. Pure.
#include <optional>
#include <string>
#include <vector>

namespace guichet::inbox {

std::string make_cursor(const std::vector<std::string>& fields);
// Nothing unless it holds exactly `count` fields and the first one is `kind`.
std::optional<std::vector<std::string>> read_cursor(const std::string& cursor, const std::string& kind,
                                                    std::size_t count);

}  // namespace guichet::inbox
