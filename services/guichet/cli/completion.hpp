#pragma once
// A completion script for bash, made from the commands as they are.
#include <string>

#include <CLI/CLI.hpp>

namespace guichet::cli {

std::string bash_completion(const CLI::App& app);

}  // namespace guichet::cli
