#pragma once
// guichet backup: the state, the archive and the files as one directory, while the server goes on working.
#include <filesystem>

#include "services/guichet/backup/manifest.hpp"
#include "services/guichet/backup/redis_copy.hpp"

namespace guichet::backup {

struct BackupOptions {
    std::filesystem::path target;
    // Whoever has the backup then reads the channels' secrets.
    bool with_key = false;
};

// The order is what makes it whole: first the state, at one moment; then the archive, which by then has
// whatever left the state's streams; then the files, which are there before the state names them. The target
// gets its name when all of it is on disk.
asio::awaitable<Result<Manifest>> make_backup(asio::any_io_executor executor,
                                              const config::Settings& settings, BackupOptions options,
                                              const Clock& clock, Random& random, Progress progress);

std::filesystem::path archive_path(const config::Settings& settings);

}  // namespace guichet::backup
