#pragma once
// person export, person erase, person erasure
#include "services/guichet/cli/command.hpp"

namespace guichet::cli {

void add_personal(CLI::App& app, Common& common);

}  // namespace guichet::cli
