#include "services/guichet/secrets_key.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace guichet {
namespace {

constexpr std::size_t kMost = 4'096;

Status failed(const std::string& path, const std::string& what) {
    return internal("cannot " + what + " " + path + ": " + std::strerror(errno));
}

Result<std::string> read_key(const std::string& path, int file) {
    struct stat facts {};
    if (::fstat(file, &facts) != 0) return failed(path, "read");
    if ((facts.st_mode & 077) != 0)
        return internal(path + " can be read by others: chmod 600 it, and give the channels new secrets");
    std::string key(kMost, '\0');
    const auto size = ::read(file, key.data(), key.size());
    if (size < 0) return failed(path, "read");
    key.resize(static_cast<std::size_t>(size));
    while (!key.empty() && (key.back() == '\n' || key.back() == '\r')) key.pop_back();
    if (key.size() < 32) return internal(path + " holds no key: put back the one of a backup");
    return key;
}

// Whole or not at all: it gets its name once it is on disk.
Result<void> make_key(const std::string& path, Random& random) {
    const auto draft = path + "." + random.token(6);
    const int file = ::open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file < 0) return failed(draft, "create");
    const auto key = random.token(32) + "\n";
    const bool kept =
        ::write(file, key.data(), key.size()) == static_cast<ssize_t>(key.size()) && ::fsync(file) == 0;
    ::close(file);
    // Another process that starts beside this one may have been first: its key stays.
    const bool named = kept && (::link(draft.c_str(), path.c_str()) == 0 || errno == EEXIST);
    ::unlink(draft.c_str());
    if (!named) return failed(path, "create");
    return {};
}

}  // namespace

Result<std::string> secrets_key(const config::ServerSettings& settings, Random& random) {
    if (!settings.secrets_key.empty()) return settings.secrets_key.reveal();
    const auto path = (settings.data / "secrets.key").string();
    for (int tries = 0; tries < 2; ++tries) {
        const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
        if (file >= 0) {
            auto key = read_key(path, file);
            ::close(file);
            return key;
        }
        if (errno != ENOENT) return failed(path, "open");
        auto made = make_key(path, random);
        if (!made) return made.error();
    }
    return failed(path, "open");
}

}  // namespace guichet
