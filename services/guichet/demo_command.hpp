#pragma once
// guichet demo.
#include <CLI/CLI.hpp>

namespace guichet {

// Adds the subcommand; it sets `code` when it runs.
void add_demo_command(CLI::App& app, int& code);

}  // namespace guichet
