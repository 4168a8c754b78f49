#pragma once
// A blocking TCP socket for tests that must control every byte. Every wait has a limit.
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace guichet::http {

class RawSocket {
  public:
    // Connects to 127.0.0.1; throws when that fails.
    explicit RawSocket(std::uint16_t port);
    // Takes over a connected descriptor.
    static RawSocket adopt(int fd);
    RawSocket(RawSocket&& other) noexcept;
    RawSocket& operator=(RawSocket&&) = delete;
    ~RawSocket();

    // False when the peer has gone.
    bool write(std::string_view bytes);
    // Until the text read contains `mark`, the peer closes, or time is up. What came is returned (and kept
    // back where it lies after the mark).
    std::string read_to(std::string_view mark, std::chrono::milliseconds limit = std::chrono::seconds(10));
    std::string read_exactly(std::size_t count, std::chrono::milliseconds limit = std::chrono::seconds(10));
    // Until the peer closes; `closed()` tells whether it did.
    std::string read_all(std::chrono::milliseconds limit = std::chrono::seconds(10));
    // Head and body of one answer with Content-Length.
    std::string read_response(std::chrono::milliseconds limit = std::chrono::seconds(10));
    bool closed() const { return closed_; }
    void shutdown_write();
    // Closes with a reset instead of an orderly end.
    void reset();
    void set_receive_buffer(int bytes);
    int fd() const { return fd_; }

  private:
    RawSocket() = default;
    // False at the end, on failure, or when time is up.
    bool fill(std::chrono::steady_clock::time_point end);

    int fd_ = -1;
    bool closed_ = false;
    std::string buffer_;
};

// A listening socket on a port that the system chose.
class RawListener {
  public:
    RawListener();
    ~RawListener();
    RawListener(const RawListener&) = delete;
    RawListener& operator=(const RawListener&) = delete;
    std::uint16_t port() const { return port_; }
    int fd() const { return fd_; }
    RawSocket accept();

  private:
    int fd_ = -1;
    std::uint16_t port_ = 0;
};

}  // namespace guichet::http
