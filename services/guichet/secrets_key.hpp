#pragma once
// The key that seals channels' secrets.
#include <string>

#include "common/config/settings.hpp"
#include "common/core/random.hpp"
#include "common/core/status.hpp"

namespace guichet {

// As configured; else that of the file secrets.key in the data directory, which only its owner can read and
// which is made at the first start. A backup without it opens no secret.
Result<std::string> secrets_key(const config::ServerSettings& settings, Random& random);

}  // namespace guichet
