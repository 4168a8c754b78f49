#include "common/redis/embedded_files.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sys/stat.h>
#include <unistd.h>

#include "common/core/bytes.hpp"

namespace guichet::redis {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kSocketNameLimit = 107;
constexpr std::uintmax_t kLogLimit = 10u << 20;

fs::path whole(const fs::path& path) {
    std::error_code ignored;
    auto absolute = fs::absolute(path, ignored).lexically_normal();
    return absolute.has_filename() ? absolute : absolute.parent_path();
}

std::string quoted(const std::string& text) {
    std::string out = "\"";
    for (char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    return out + '"';
}

Result<void> make_private_directory(const fs::path& path) {
    if (::mkdir(path.c_str(), 0700) == 0) return {};
    if (errno != EEXIST) return internal("cannot make " + path.string() + ": " + std::strerror(errno));
    struct stat found;
    bool ours = ::lstat(path.c_str(), &found) == 0 && S_ISDIR(found.st_mode) && found.st_uid == ::geteuid() &&
                (found.st_mode & 077) == 0;
    if (!ours) return internal(path.string() + " exists and is not a directory of this user alone");
    return {};
}

std::string compact_hashes() {
    std::string lines;
    for (const auto& [name, value] : kCompactHashes) lines += std::string(name) + " " + value + "\n";
    return lines;
}

std::string configuration(const EmbeddedOptions& options) {
    return "# Written at each start: changes here are lost.\n"
           "port 0\n"
           "unixsocket " +
           quoted(socket_path(options)) +
           "\n"
           "unixsocketperm 700\n"
           "dir " +
           quoted(whole(options.data_dir)) +
           "\n"
           "logfile " +
           quoted(whole(options.data_dir) / "redis.log") +
           "\n"
           "loglevel notice\n"
           "daemonize no\n"
           "save \"\"\n"
           "appendonly yes\n"
           "appendfsync " +
           options.appendfsync +
           "\n"
           "aof-use-rdb-preamble yes\n"
           "aof-load-truncated yes\n"
           // A backup reads as a replica does: it need not wait for others of its kind.
           "repl-diskless-sync-delay 0\n"
           "maxmemory " +
           std::to_string(options.max_memory_bytes) +
           "\n"
           "maxmemory-policy noeviction\n" +
           compact_hashes() +
           "enable-debug-command no\n"
           "enable-module-command no\n";
}

}  // namespace

fs::path socket_path(const EmbeddedOptions& options) {
    fs::path data = whole(options.data_dir);
    fs::path path = data / "redis.sock";
    if (path.string().size() <= kSocketNameLimit) return path;
    std::string digest = hex(sha256(data.string())).substr(0, 16);
    return whole(options.runtime_dir) / ("guichet-" + digest) / "redis.sock";
}

Result<fs::path> prepare_files(const EmbeddedOptions& options) {
    fs::path data = whole(options.data_dir);
    fs::path socket = socket_path(options);
    std::error_code error;
    if (fs::create_directories(data, error)) fs::permissions(data, fs::perms::owner_all, error);
    if (error) return internal("cannot make " + data.string() + ": " + error.message());
    if (options.appendfsync != "always" && options.appendfsync != "everysec") {
        return invalid("redis.appendfsync", "appendfsync is \"always\" or \"everysec\"");
    }
    if (socket.parent_path() != data) {
        if (auto made = make_private_directory(socket.parent_path()); !made) return made.error();
    }
    fs::path log = data / "redis.log";
    if (auto size = fs::file_size(log, error); !error && size > kLogLimit) {
        fs::rename(log, data / "redis.log.1", error);
    }
    fs::path file = data / "redis.conf";
    std::ofstream out(file, std::ios::trunc);
    out << configuration(options);
    out.close();
    if (!out) return internal("cannot write " + file.string());
    return file;
}

std::string log_tail(const EmbeddedOptions& options, std::size_t limit) {
    std::ifstream in(whole(options.data_dir) / "redis.log", std::ios::binary | std::ios::ate);
    if (!in) return {};
    auto size = static_cast<std::size_t>(in.tellg());
    std::size_t start = size > limit ? size - limit : 0;
    in.seekg(static_cast<std::streamoff>(start));
    std::string text(size - start, '\0');
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    // A line that was cut says nothing.
    if (start > 0) text.erase(0, text.find('\n') + 1);
    while (!text.empty() && text.back() == '\n') text.pop_back();
    return text;
}

}  // namespace guichet::redis
