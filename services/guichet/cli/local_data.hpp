#pragma once
// Where the data of a server on this machine are, found as README.md says.
#include <filesystem>

#include "services/guichet/cli/connection.hpp"

namespace guichet::cli {

std::filesystem::path local_data(const Where& where);

}  // namespace guichet::cli
