#pragma once
// Bytes on disk, named by their SHA-256. What put() has answered survives a crash of the machine.
#include <cstddef>
#include <filesystem>
#include <string>

#include <boost/asio/awaitable.hpp>

#include "common/core/status.hpp"
#include "common/runtime/pool.hpp"

namespace guichet::blob {

namespace asio = boost::asio;

// Blocking. Returns "sha256:<hex>"; UNAVAILABLE when the disk refuses.
Result<std::string> put_blob(const std::filesystem::path& root, const std::string& bytes);
// Blocking. NOT_FOUND, DATA_LOSS when the bytes are not what their name says, INVALID_ARGUMENT when `name`
// is none, RESOURCE_EXHAUSTED above `limit`.
Result<std::string> get_blob(const std::filesystem::path& root, const std::string& name, std::size_t limit);

class BlobStore {
  public:
    // `root` is made when the first blob is stored.
    BlobStore(std::filesystem::path root, runtime::Pool& pool) : root_(std::move(root)), pool_(pool) {}

    asio::awaitable<Result<std::string>> put(std::string bytes);
    asio::awaitable<Result<std::string>> get(std::string name, std::size_t limit);

  private:
    std::filesystem::path root_;
    runtime::Pool& pool_;
};

}  // namespace guichet::blob
