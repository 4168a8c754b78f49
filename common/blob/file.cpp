#include "common/blob/file.hpp"

#include <cerrno>
#include <cstring>
#include <unistd.h>
#include <utility>

#include "common/core/bytes.hpp"

namespace guichet::blob {
namespace {

constexpr char kPrefix[] = "sha256:";
constexpr std::size_t kHexSize = 64;

}  // namespace

File::~File() {
    if (fd_ >= 0) ::close(fd_);
}

File& File::operator=(File&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
}

Status disk_refused(const char* what) {
    return unavailable(std::string("the blob store cannot ") + what + ": " + std::strerror(errno));
}

std::string digest_in(const std::string& name) {
    auto digest = name.starts_with(kPrefix) ? name.substr(sizeof kPrefix - 1) : std::string();
    return digest.size() == kHexSize && from_hex(digest) ? digest : std::string();
}

}  // namespace guichet::blob
