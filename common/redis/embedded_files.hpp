#pragma once
// Internal to common/redis: the files of an embedded server.
#include <filesystem>
#include <string>

#include "common/core/status.hpp"
#include "common/redis/embedded.hpp"

namespace guichet::redis {

// `<data_dir>/redis.sock`, or `<runtime_dir>/guichet-<digest of data_dir>/redis.sock` when that is too long.
std::filesystem::path socket_path(const EmbeddedOptions& options);

// Makes the directories (mode 700), moves a large log aside and writes `redis.conf`, whose path it returns. A
// socket's directory outside the data directory must be ours alone.
Result<std::filesystem::path> prepare_files(const EmbeddedOptions& options);

// The last lines of the server's log, at most `limit` bytes.
std::string log_tail(const EmbeddedOptions& options, std::size_t limit = 800);

}  // namespace guichet::redis
