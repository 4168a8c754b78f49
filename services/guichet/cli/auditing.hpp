#pragma once
// audit list, audit verify, audit accept-damage
#include "services/guichet/cli/command.hpp"

namespace guichet::cli {

void add_auditing(CLI::App& app, Common& common);

}  // namespace guichet::cli
