#include "tests/integration/http/raw_socket.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdexcept>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace guichet::http {

using Steady = std::chrono::steady_clock;

namespace {

sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

}  // namespace

RawSocket::RawSocket(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const sockaddr_in address = loopback(port);
    if (::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        ::close(fd_);
        throw std::runtime_error("connect failed");
    }
}

RawSocket RawSocket::adopt(int fd) {
    RawSocket out;
    out.fd_ = fd;
    return out;
}

RawSocket::RawSocket(RawSocket&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), closed_(other.closed_), buffer_(std::move(other.buffer_)) {}

RawSocket::~RawSocket() {
    if (fd_ >= 0) ::close(fd_);
}

bool RawSocket::write(std::string_view bytes) {
    while (!bytes.empty()) {
        const auto n = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (n <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(n));
    }
    return true;
}

bool RawSocket::fill(Steady::time_point end) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Steady::now()).count();
    pollfd poll{fd_, POLLIN, 0};
    if (closed_ || left <= 0 || ::poll(&poll, 1, static_cast<int>(left)) <= 0) return false;
    char bytes[16 * 1024];
    const auto n = ::recv(fd_, bytes, sizeof bytes, 0);
    if (n <= 0) {
        closed_ = true;
        return false;
    }
    buffer_.append(bytes, static_cast<std::size_t>(n));
    return true;
}

std::string RawSocket::read_to(std::string_view mark, std::chrono::milliseconds limit) {
    const auto end = Steady::now() + limit;
    std::size_t at;
    while ((at = buffer_.find(mark)) == std::string::npos) {
        if (!fill(end)) return std::exchange(buffer_, {});
    }
    std::string out = buffer_.substr(0, at + mark.size());
    buffer_.erase(0, out.size());
    return out;
}

std::string RawSocket::read_exactly(std::size_t count, std::chrono::milliseconds limit) {
    const auto end = Steady::now() + limit;
    while (buffer_.size() < count && fill(end)) {
    }
    std::string out = buffer_.substr(0, count);
    buffer_.erase(0, out.size());
    return out;
}

std::string RawSocket::read_all(std::chrono::milliseconds limit) {
    const auto end = Steady::now() + limit;
    while (fill(end)) {
    }
    return std::exchange(buffer_, {});
}

std::string RawSocket::read_response(std::chrono::milliseconds limit) {
    std::string head = read_to("\r\n\r\n", limit);
    const auto at = head.find("Content-Length: ");
    if (at == std::string::npos) return head;
    return head + read_exactly(std::stoul(head.substr(at + 16)), limit);
}

void RawSocket::shutdown_write() {
    ::shutdown(fd_, SHUT_WR);
}

void RawSocket::reset() {
    const linger hard{1, 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
    ::close(std::exchange(fd_, -1));
}

void RawSocket::set_receive_buffer(int bytes) {
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
}

RawListener::RawListener() : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address = loopback(0);
    socklen_t size = sizeof address;
    if (::bind(fd_, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(fd_, 64) != 0 ||
        ::getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
        throw std::runtime_error("listen failed");
    }
    port_ = ntohs(address.sin_port);
}

RawListener::~RawListener() {
    ::close(fd_);
}

RawSocket RawListener::accept() {
    pollfd poll{fd_, POLLIN, 0};
    if (::poll(&poll, 1, 10'000) <= 0) throw std::runtime_error("nobody connected");
    return RawSocket::adopt(::accept4(fd_, nullptr, nullptr, SOCK_CLOEXEC));
}

}  // namespace guichet::http
