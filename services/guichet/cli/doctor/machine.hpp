#pragma once
// Looks at this machine.
#include "common/config/settings.hpp"
#include "common/core/clock.hpp"
#include "services/guichet/cli/doctor/finding.hpp"

namespace guichet::cli {

Findings look_at_machine(const config::Settings& settings, const Clock& clock);
// When no server runs: whether it could listen.
Findings look_at_ports(const config::Settings& settings);

}  // namespace guichet::cli
