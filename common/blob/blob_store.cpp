#include "common/blob/blob_store.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

#include "common/blob/remove_blob.hpp"
#include "common/core/bytes.hpp"

namespace guichet::blob {
namespace {

constexpr char kPrefix[] = "sha256:";
constexpr std::size_t kHexSize = 64;

Status disk_refused(const char* what) {
    return unavailable(std::string("the blob store cannot ") + what + ": " + std::strerror(errno));
}

class File {
  public:
    explicit File(int fd) : fd_(fd) {}
    ~File() {
        if (fd_ >= 0) ::close(fd_);
    }
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    int fd() const { return fd_; }

  private:
    int fd_;
};

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
    return kPrefix + digest;
}

Result<void> remove_blob(const std::filesystem::path& root, const std::string& name) {
    const auto digest = name.starts_with(kPrefix) ? name.substr(sizeof kPrefix - 1) : std::string();
    if (digest.size() != kHexSize || !from_hex(digest)) return {};
    const auto directory = root / digest.substr(0, 2);
    if (::unlink((directory / digest).c_str()) != 0) {
        return errno == ENOENT ? Result<void>{} : disk_refused("remove");
    }
    if (!sync_directory(directory)) return disk_refused("sync");
    return {};
}

Result<std::string> get_blob(const std::filesystem::path& root, const std::string& name, std::size_t limit) {
    const auto digest = name.substr(0, sizeof kPrefix - 1) == kPrefix ? name.substr(sizeof kPrefix - 1) : "";
    if (digest.size() != kHexSize || !from_hex(digest)) {
        return invalid("blob", "a blob's name is sha256: and 64 hexadecimal digits");
    }
    const auto path = root / digest.substr(0, 2) / digest;
    const File file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (file.fd() < 0)
        return errno == ENOENT ? not_found("there is no such blob: " + name) : disk_refused("read");
    struct stat found {};
    if (::fstat(file.fd(), &found) != 0) return disk_refused("read");
    const auto size = static_cast<std::size_t>(found.st_size);
    if (size > limit)
        return make_status(Code::resource_exhausted, "the blob is larger than asked for", "too_large");
    std::string bytes(size, '\0');
    std::size_t done = 0;
    while (done < size) {
        const auto n = ::read(file.fd(), bytes.data() + done, size - done);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return disk_refused("read");
        done += static_cast<std::size_t>(n);
    }
    if (hex(sha256(bytes)) != digest) {
        return make_status(Code::data_loss, "the blob's bytes have changed on disk: " + name, "corrupt");
    }
    return bytes;
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
