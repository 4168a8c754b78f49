#pragma once
// The desk as configured: when it is open, and how soon it answers.
#include "common/config/settings.hpp"
#include "common/core/status.hpp"
#include "services/routing/judge.hpp"

namespace guichet::routing {

// Reads the system's time zone file. INVALID_ARGUMENT names the property that is wrong.
Result<Desk> make_desk(const config::RoutingSettings& settings);

}  // namespace guichet::routing
