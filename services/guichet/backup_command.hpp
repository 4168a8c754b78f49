#pragma once
// guichet backup, restore.
#include <CLI/CLI.hpp>

namespace guichet {

void add_backup_commands(CLI::App& app, int& code);

}  // namespace guichet
