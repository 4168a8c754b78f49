#pragma once
// guichet restore: a data directory made of a backup, to be served like any other.
#include <filesystem>

#include "common/store/restoring.hpp"
#include "services/guichet/backup/manifest.hpp"
#include "services/guichet/backup/redis_copy.hpp"

namespace guichet::backup {

// While it lies in a data directory, `guichet serve` refuses it.
inline constexpr char kUnfinished[] = "restore.unfinished";

struct RestoreOptions {
    std::filesystem::path backup;
    // Holds the key; empty: that of the backup, or the configured one.
    std::filesystem::path key;
    // The channels' secrets are given up: they have to be entered anew.
    bool without_key = false;
    // Nothing was served since the backup, so nothing can have gone out: answers that wait are simply sent.
    bool nothing_sent_since = false;
};

struct Restored {
    Manifest manifest;
    // Deliveries that are unconfirmed now.
    int doubted = 0;
    // What the archive knew beyond the state, and was taken away.
    std::int64_t events = 0;
};

// Into settings.server.data, which must be empty or absent. After a failure it is as it was. The state of a
// cluster goes into the Redis of settings.redis.url, which must be empty, too: dealt out as that one is.
asio::awaitable<Result<Restored>> restore_backup(asio::any_io_executor executor,
                                                 const config::Settings& settings, RestoreOptions options,
                                                 const Clock& clock, Random& random, Progress progress);

}  // namespace guichet::backup
