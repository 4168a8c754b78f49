#pragma once
// A blob read piece by piece: a large one takes no more memory than a small one.
#include <cstddef>
#include <filesystem>
#include <string>

#include "common/blob/file.hpp"
#include "common/core/digest.hpp"
#include "common/core/status.hpp"

namespace guichet::blob {

// Everything here blocks.
class BlobReader {
  public:
    // NOT_FOUND, INVALID_ARGUMENT when `name` is none, RESOURCE_EXHAUSTED (too_large) above `limit`.
    static Result<BlobReader> open(const std::filesystem::path& root, const std::string& name,
                                   std::size_t limit);

    std::size_t size() const { return size_; }
    // At most `most` bytes, "" at the end. DATA_LOSS instead of the last piece when the bytes are not what
    // their name says.
    Result<std::string> next(std::size_t most);
    // Reads all of it and goes back to the start: DATA_LOSS before anybody has seen a byte.
    Result<void> verify();

  private:
    BlobReader(File file, std::size_t size, std::string digest)
        : file_(std::move(file)), size_(size), digest_(std::move(digest)) {}

    File file_;
    std::size_t size_;
    std::size_t done_ = 0;
    bool ended_ = false;
    std::string digest_;
    Sha256 sum_;
};

}  // namespace guichet::blob
