#pragma once
// What a connector tells, and what the configuration says, as engine/retry.hpp takes them.
#include "common/channels/connector.hpp"
#include "common/config/settings.hpp"
#include "services/reply/engine/retry.hpp"

namespace guichet::reply {

Ending ending_of(channels::Outcome::Kind kind);
RetryPolicy policy_of(const config::Settings& settings);

}  // namespace guichet::reply
