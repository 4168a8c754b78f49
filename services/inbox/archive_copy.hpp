#pragma once
// The SQLite archive in a backup: copied while it is written, and taken back to the moment of the state
// beside it.
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "common/core/status.hpp"

namespace guichet::inbox {

// Pages copied so far, pages in all.
using CopyProgress = std::function<void(std::int64_t done, std::int64_t all)>;

// The archive as it is at one moment at or after the call; its writer goes on meanwhile. `to` must not exist.
Result<void> copy_archive(const std::string& from, const std::string& to, const CopyProgress& progress);

struct Rewound {
    std::int64_t events = 0;
    std::int64_t raws = 0;
    // (workspace, conversation): their rows of the read index told of later events and are gone.
    std::vector<std::pair<std::string, std::string>> conversations;
};

// Takes away what came after these entries of the streams ("ms-seq" by partition): a copy made after that of
// Redis knows of what Redis, restored, does not. DATA_LOSS when the file is damaged.
Result<Rewound> rewind_archive(const std::string& path, const std::map<int, std::string>& last_events,
                               const std::map<int, std::string>& last_raw);

}  // namespace guichet::inbox
