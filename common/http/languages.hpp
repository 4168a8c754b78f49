#pragma once
// Accept-Language: RFC 9110, section 12.5.4. Pure.
#include <string_view>
#include <vector>

namespace guichet::http {

// The tags of the field, the most wanted first; those of weight 0 are left out. They point into `field`, of
// which no more than the first 500 characters are read.
std::vector<std::string_view> wanted_languages(std::string_view field);

}  // namespace guichet::http
