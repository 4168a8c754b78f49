#pragma once
// The people's commands; see README.md for addresses, tokens and exit codes.
#include <CLI/CLI.hpp>

namespace guichet::cli {

enum ExitCode { kDone = 0, kRefused = 1, kUsage = 2, kUnreachable = 3, kNothing = 4, kDenied = 5 };

// Adds the subcommands; the one that runs sets `code`.
void add_commands(CLI::App& app, int& code);

}  // namespace guichet::cli
