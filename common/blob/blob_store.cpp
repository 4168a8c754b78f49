#include "common/blob/blob_store.hpp"

#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

#include "common/blob/blob_reader.hpp"
#include "common/blob/remove_blob.hpp"
#include "common/core/bytes.hpp"

namespace guichet::blob {
namespace {

bool write_all(int fd, const std::string& bytes) {
    std::size_t done = 0;
    while (done < bytes.size()) {
        const auto n = ::write(fd, bytes.data() + done, bytes.size() - done);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return false;
        done += static_cast<std::size_t>(n);
    }
    return true;
}

bool sync_directory(const std::filesystem::path& path) {
    const File directory(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    return directory.fd() >= 0 && ::fsync(directory.fd()) == 0;
}

// Removed unless it got its final name.
struct Temporary {
    std::string name;
    ~Temporary() {
        if (!name.empty()) ::unlink(name.c_str());
    }
};

bool kept_already(const std::filesystem::path& path, std::size_t size) {
    struct stat found {};
    return ::stat(path.c_str(), &found) == 0 && static_cast<std::size_t>(found.st_size) == size;
}

}  // namespace

Result<std::string> put_blob(const std::filesystem::path& root, const std::string& bytes) {
    const auto digest = hex(sha256(bytes));
    const auto directory = root / digest.substr(0, 2);
    const auto path = directory / digest;
    std::error_code ec;
    std::filesystem::create_directories(directory, ec);
    if (ec) {
        errno = ec.value();
        return disk_refused("make its directory");
    }
    if (!kept_already(path, bytes.size())) {
        Temporary temporary{(directory / ".new-XXXXXX").string()};
        const File file(::mkostemp(temporary.name.data(), O_CLOEXEC));
        if (file.fd() < 0) {
            temporary.name.clear();
            return disk_refused("create a file");
        }
        if (!write_all(file.fd(), bytes) || ::fsync(file.fd()) != 0) return disk_refused("write");
        if (::rename(temporary.name.c_str(), path.c_str()) != 0) return disk_refused("name a file");
        temporary.name.clear();
    }
    // Also for one that lay there: whoever named it may have died before this.
    if (!sync_directory(directory) || !sync_directory(root)) return disk_refused("sync its directory");
    return "sha256:" + digest;
}

Result<void> remove_blob(const std::filesystem::path& root, const std::string& name) {
    const auto digest = digest_in(name);
    if (digest.empty()) return {};
    const auto directory = root / digest.substr(0, 2);
    if (::unlink((directory / digest).c_str()) != 0) {
        return errno == ENOENT ? Result<void>{} : disk_refused("remove");
    }
    if (!sync_directory(directory)) return disk_refused("sync");
    return {};
}

Result<std::string> get_blob(const std::filesystem::path& root, const std::string& name, std::size_t limit) {
    auto reader = BlobReader::open(root, name, limit);
    if (!reader) return reader.error();
    return reader->next(reader->size());
}

asio::awaitable<Result<std::string>> BlobStore::put(std::string bytes) {
    auto job = [root = root_, bytes = std::move(bytes)] { return put_blob(root, bytes); };
    co_return co_await pool_.run(std::move(job));
}

asio::awaitable<Result<std::string>> BlobStore::get(std::string name, std::size_t limit) {
    auto job = [root = root_, name = std::move(name), limit] { return get_blob(root, name, limit); };
    co_return co_await pool_.run(std::move(job));
}

}  // namespace guichet::blob
