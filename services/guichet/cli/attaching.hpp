#pragma once
#include "services/guichet/cli/command.hpp"

namespace guichet::cli {

// attachment
void add_attaching(CLI::App& app, Common& common);

}  // namespace guichet::cli
