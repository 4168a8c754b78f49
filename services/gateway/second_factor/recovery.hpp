#pragma once
// Recovery codes: each opens once instead of a code of the app. Pure.
#include <string>
#include <string_view>
#include <vector>

#include "common/core/random.hpp"

namespace guichet::gateway {

inline constexpr std::size_t kRecoveryCodes = 10;

// Ten of 50 random bits each, as people read them: "k4t2m-x7qhd".
std::vector<std::string> make_recovery_codes(Random& random);

// What was typed, without what people add: spaces, hyphens, capitals.
std::string plain_code(std::string_view typed);

// Under what one is kept. The key is the factor's secret, which lies sealed: who has Redis alone cannot try
// codes.
std::string recovery_digest(const std::string& secret, std::string_view code);

}  // namespace guichet::gateway
