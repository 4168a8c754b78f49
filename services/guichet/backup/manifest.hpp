#pragma once
// What a backup says about itself: manifest.json, written last. A directory without it is no backup.
#include <cstdint>
#include <filesystem>
#include <string>

#include "common/core/clock.hpp"
#include "common/core/status.hpp"

namespace guichet::backup {

inline constexpr char kManifest[] = "manifest.json";
inline constexpr char kState[] = "redis.rdb";
inline constexpr char kArchive[] = "archive.sqlite";
inline constexpr char kBlobs[] = "blobs";
inline constexpr char kKey[] = "secrets.key";
// Of the directory's layout.
inline constexpr int kFormat = 1;

struct Manifest {
    int format = kFormat;
    // The number of the function library that wrote the state.
    int schema = 0;
    int partitions = 0;
    // All that was acknowledged before this moment is in it.
    TimeMs begun_at = 0;
    TimeMs ended_at = 0;
    std::int64_t state_bytes = 0;
    std::int64_t archive_bytes = 0;
    // SHA-256 in hexadecimal; that of the archive is empty where there is none.
    std::string state_digest;
    std::string archive_digest;
    std::int64_t files = 0;
    std::int64_t file_bytes = 0;
    // Tells whether a key is the one that seals the channels' secrets; empty when there was none yet.
    std::string key_fingerprint;
    bool key_included = false;
};

std::string to_json(const Manifest& manifest);
// INVALID_ARGUMENT when it is none; FAILED_PRECONDITION "newer_schema" when a newer Guichet wrote it.
Result<Manifest> parse_manifest(const std::string& text, int newest_schema);
Result<Manifest> read_manifest(const std::filesystem::path& backup, int newest_schema);

std::string fingerprint(const std::string& key);

}  // namespace guichet::backup
