#pragma once
// Passwords: Argon2id, encoded as "$argon2id$v=19$m=…,t=…,p=…$salt$hash" (RFC 9106). Slow on purpose: call
// hash() and matches() on a pool's thread.
#include <cstdint>
#include <string>

#include "common/config/settings.hpp"
#include "common/core/random.hpp"
#include "common/core/status.hpp"

namespace guichet::gateway {

inline constexpr std::size_t kMinPassword = 12;
// Longer ones would only cost the server time.
inline constexpr std::size_t kMaxPassword = 1024;

struct HashCost {
    std::uint32_t memory_kib = 19 * 1024;
    std::uint32_t time = 2;
    std::uint32_t parallelism = 1;
};
HashCost hash_cost(const config::GatewaySettings& settings);

// OK, or what is wrong with it, for the person who chose it.
Status check_new_password(const std::string& password);

// `salt`: 16 random bytes.
Result<std::string> hash_password(const HashCost& cost, const std::string& salt, const std::string& password);
bool password_matches(const std::string& encoded, const std::string& password);
// Made with another cost than today's.
bool is_outdated(const std::string& encoded, const HashCost& cost);

}  // namespace guichet::gateway
