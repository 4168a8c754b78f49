#pragma once
// The right to use a data directory: an exclusive flock on `<data>/lock`. The redis-server child inherits the
// descriptor, so the lock is held until both have ended: never do two servers append to one file.
#include <chrono>
#include <filesystem>
#include <sys/types.h>
#include <utility>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "common/core/clock.hpp"
#include "common/core/status.hpp"

namespace guichet::redis {

namespace asio = boost::asio;

class DataLock {
  public:
    DataLock() = default;
    ~DataLock() { release(); }
    DataLock(DataLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    DataLock& operator=(DataLock&& other) noexcept {
        std::swap(fd_, other.fd_);
        return *this;
    }

    bool held() const { return fd_ >= 0; }
    int fd() const { return fd_; }
    void release();

    // Takes the lock. An orphan (a redis-server that outlived its parent) is told to terminate, and killed
    // when it has not after half of `patience`.
    //   FAILED_PRECONDITION "data_in_use": another live process holds it; the message names its pid
    //   DEADLINE_EXCEEDED: the orphan did not go away within `patience`
    static asio::awaitable<Result<DataLock>> acquire(asio::any_io_executor executor,
                                                     std::filesystem::path data_dir, const Clock& clock,
                                                     std::chrono::milliseconds patience);

  private:
    int fd_ = -1;
};

// Ends a redis-server that still listens on `socket` without holding the lock (one started by hand), in the
// same way. To be called with the lock held.
//   FAILED_PRECONDITION "data_in_use": what listens there is no redis-server
asio::awaitable<Result<void>> end_listener(asio::any_io_executor executor, std::filesystem::path socket,
                                           const Clock& clock, std::chrono::milliseconds patience);

}  // namespace guichet::redis
