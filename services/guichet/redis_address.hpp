#pragma once
// The existing Redis that the configuration names.
#include "common/config/settings.hpp"
#include "common/redis/url.hpp"

namespace guichet {

// With user, password and authorities; INVALID_ARGUMENT when redis.url is none.
Result<redis::Address> redis_address(const config::RedisSettings& settings);

}  // namespace guichet
