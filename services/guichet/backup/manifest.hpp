#pragma once
// What a backup says about itself: manifest.json, written last. A directory without it is no backup.
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "common/core/clock.hpp"
#include "common/core/status.hpp"

namespace guichet::backup {

inline constexpr char kManifest[] = "manifest.json";
inline constexpr char kState[] = "redis.rdb";
inline constexpr char kArchive[] = "archive.sqlite";
inline constexpr char kBlobs[] = "blobs";
inline constexpr char kKey[] = "secrets.key";
// Of the directory's layout: the newest that is known here, and that of one Redis, which older releases know.
inline constexpr int kFormat = 2;
inline constexpr int kOneState = 1;

// What one master of a cluster held.
struct MasterState {
    std::int64_t bytes = 0;
    std::string digest;
    // "0-5460,9000": where it lay. A restore deals anew; all of them together say whether something is
    // missing.
    std::string slots;
};
// "redis-0.rdb"
std::string state_file(std::size_t master);

struct Manifest {
    int format = kOneState;
    // The number of the function library that wrote the state.
    int schema = 0;
    int partitions = 0;
    // All that was acknowledged before this moment is in it.
    TimeMs begun_at = 0;
    TimeMs ended_at = 0;
    std::int64_t state_bytes = 0;
    // Of a cluster: each master's, that of `{sys}:` first; kState is not there then.
    std::vector<MasterState> masters;
    std::int64_t archive_bytes = 0;
    // SHA-256 in hexadecimal; that of the archive is empty where there is none, that of the state with
    // masters.
    std::string state_digest;
    std::string archive_digest;
    std::int64_t files = 0;
    std::int64_t file_bytes = 0;
    // Tells whether a key is the one that seals the channels' secrets; empty when there was none yet.
    std::string key_fingerprint;
    bool key_included = false;
};

std::string to_json(const Manifest& manifest);
// INVALID_ARGUMENT when it is none; FAILED_PRECONDITION "newer_schema" when a newer Guichet wrote it;
// DATA_LOSS "slots_missing" when no master, or more than one, held a slot.
Result<Manifest> parse_manifest(const std::string& text, int newest_schema);
Result<Manifest> read_manifest(const std::filesystem::path& backup, int newest_schema);

std::string fingerprint(const std::string& key);

}  // namespace guichet::backup
