#pragma once
// Files that are on disk when these return.
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "common/core/status.hpp"

namespace guichet::backup {

// Given what is done so far, from time to time: "files", 120, 3000.
using Progress = std::function<void(const char* what, std::int64_t done, std::int64_t all)>;

// FAILED_PRECONDITION "not_empty" when something is there already.
Result<void> require_absent_or_empty(const std::filesystem::path& path);
// Readable by its owner only.
Result<void> make_private(const std::filesystem::path& directory);
Result<void> write_synced(const std::filesystem::path& path, const std::string& text);
Result<void> copy_synced(const std::filesystem::path& from, const std::filesystem::path& to);
Result<void> sync_path(const std::filesystem::path& path);
// SHA-256 of the whole file, in hexadecimal.
Result<std::string> digest_of(const std::filesystem::path& path);
Result<std::string> read_whole(const std::filesystem::path& path, std::size_t most);

struct Counted {
    std::int64_t files = 0;
    std::int64_t bytes = 0;
};

// The blob store's files: `<root>/ab/<sha256>`. What is being written at the moment is left out. The bytes of
// each are held against its name: DATA_LOSS names the one that differs. No such root: nothing to copy.
Result<Counted> copy_blobs(const std::filesystem::path& from, const std::filesystem::path& to,
                           const Progress& progress);

}  // namespace guichet::backup
