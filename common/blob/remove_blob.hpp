#pragma once
// Blobs are for good, except where a person is to be forgotten.
#include <filesystem>
#include <string>

#include "common/core/status.hpp"

namespace guichet::blob {

// Blocking. Nothing happens when there is none; UNAVAILABLE when the disk refuses.
Result<void> remove_blob(const std::filesystem::path& root, const std::string& name);

}  // namespace guichet::blob
