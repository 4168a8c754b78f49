#pragma once
// An open file descriptor, closed when it goes; what the store says when the disk refuses.
#include <string>

#include "common/core/status.hpp"

namespace guichet::blob {

class File {
  public:
    explicit File(int fd) : fd_(fd) {}
    ~File();
    File(File&& other) noexcept : fd_(other.fd_) { other.fd_ = -1; }
    File& operator=(File&& other) noexcept;
    int fd() const { return fd_; }

  private:
    int fd_;
};

// By errno.
Status disk_refused(const char* what);

// Hexadecimal digits of "sha256:<hex>"; "" when `name` is no blob's.
std::string digest_in(const std::string& name);

}  // namespace guichet::blob
