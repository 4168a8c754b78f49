#include "tests/bench/lib/pipe_load.hpp"

#include <arpa/inet.h>
#include <charconv>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdexcept>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <vector>

#include "tests/support/wait.hpp"

namespace guichet::bench {
namespace {

constexpr int kSilenceMs = 10'000;

int connected(int fd, const sockaddr* address, socklen_t size) {
    if (fd >= 0 && ::connect(fd, address, size) == 0) return fd;
    if (fd >= 0) ::close(fd);
    throw std::runtime_error("cannot connect");
}

void send_all(int fd, std::string_view bytes) {
    while (!bytes.empty()) {
        const auto n = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (n <= 0) throw std::runtime_error("the connection broke while writing");
        bytes.remove_prefix(static_cast<std::size_t>(n));
    }
}

class Driver {
  public:
    explicit Driver(const PipeLoad& load) : load_(load) {
        for (int i = 0; i < load.connections; ++i) {
            polls_.push_back({load.connect(), POLLIN, 0});
            lines_.emplace_back();
        }
    }
    ~Driver() {
        for (const auto& poll : polls_) ::close(poll.fd);
    }
    Driver(const Driver&) = delete;
    Driver& operator=(const Driver&) = delete;

    std::size_t run(std::chrono::milliseconds length) {
        const auto& clock = test::system_clock();
        const auto end = clock.steady() + length;
        bool sending = true;
        while (sending || outstanding_ > 0) {
            sending = sending && !enough() && clock.steady() < end;
            for (std::size_t i = 0; i < lines_.size(); ++i) {
                if (polls_[i].revents != 0) receive(i);
                if (sending) refill(i);
            }
            if (outstanding_ > 0 && ::poll(polls_.data(), polls_.size(), kSilenceMs) == 0) {
                throw std::runtime_error("no answer for 10 seconds");
            }
        }
        return done_;
    }

  private:
    struct Line {
        int outstanding = 0;
        std::string unread;
    };

    bool enough() const { return load_.requests != 0 && sent_ >= load_.requests; }

    void receive(std::size_t i) {
        char bytes[64 * 1024];
        auto& line = lines_[i];
        const auto n = ::recv(polls_[i].fd, bytes, sizeof bytes, MSG_DONTWAIT);
        if (n == 0 && line.outstanding > 0) throw std::runtime_error("the connection was closed");
        if (n <= 0) return;
        line.unread.append(bytes, static_cast<std::size_t>(n));
        std::string_view rest = line.unread;
        bool last = false;
        for (;;) {
            const auto answer = load_.cut_answer(rest);
            if (answer.size == 0) break;
            rest.remove_prefix(answer.size);
            last = last || answer.last;
            --line.outstanding;
            --outstanding_;
            ++done_;
        }
        line.unread.erase(0, line.unread.size() - rest.size());
        if (last) reconnect(i);
    }

    void reconnect(std::size_t i) {
        if (lines_[i].outstanding > 0) throw std::runtime_error("closed with requests on their way");
        ::close(polls_[i].fd);
        polls_[i] = {load_.connect(), POLLIN, 0};
        lines_[i] = {};
    }

    void refill(std::size_t i) {
        auto& line = lines_[i];
        batch_.clear();
        for (; line.outstanding < load_.depth && !enough(); ++line.outstanding, ++outstanding_, ++sent_) {
            load_.append_request(batch_);
        }
        send_all(polls_[i].fd, batch_);
    }

    const PipeLoad& load_;
    std::vector<pollfd> polls_;
    std::vector<Line> lines_;
    std::string batch_;
    std::size_t outstanding_ = 0;
    std::size_t sent_ = 0;
    std::size_t done_ = 0;
};

std::size_t number(std::string_view text) {
    std::size_t value = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
    if (read.ec != std::errc()) throw std::runtime_error("not a number: " + std::string(text.substr(0, 200)));
    return value;
}

}  // namespace

std::size_t drive(const PipeLoad& load, std::chrono::milliseconds length) {
    Driver driver(load);
    return driver.run(length);
}

int connect_unix(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    return connected(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0),
                     reinterpret_cast<const sockaddr*>(&address), sizeof address);
}

int connect_tcp(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int fd = connected(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0),
                             reinterpret_cast<const sockaddr*>(&address), sizeof address);
    const int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return fd;
}

Answer cut_ok_array(std::string_view unread) {
    const auto head = unread.find("\r\n");
    if (head == std::string_view::npos) return {};
    if (unread[0] != '*') throw std::runtime_error("refused: " + std::string(unread.substr(0, head)));
    std::size_t at = head + 2;
    const auto items = number(unread.substr(1));
    for (std::size_t i = 0; i < items; ++i) {
        const auto line = unread.find("\r\n", at);
        if (line == std::string_view::npos) return {};
        const auto size = number(unread.substr(at + 1));
        if (line + 2 + size + 2 > unread.size()) return {};
        if (i == 0 && unread.substr(line + 2, size) != "ok") {
            throw std::runtime_error("refused: " + std::string(unread.substr(0, 300)));
        }
        at = line + 2 + size + 2;
    }
    return {at, false};
}

Answer cut_stored(std::string_view unread) {
    constexpr std::string_view kLength = "Content-Length: ";
    const auto end = unread.find("\r\n\r\n");
    if (end == std::string_view::npos) return {};
    const auto head = unread.substr(0, end + 2);
    const auto length = head.find(kLength);
    if (length == std::string_view::npos) throw std::runtime_error("no length: " + std::string(head));
    const auto size = end + 4 + number(head.substr(length + kLength.size()));
    if (size > unread.size()) return {};
    const auto body = unread.substr(end + 4, size - end - 4);
    if (head.substr(9, 3) != "200" || body.find("\"error\"") != std::string_view::npos) {
        throw std::runtime_error("refused: " + std::string(unread.substr(0, size)));
    }
    return {size, head.find("Connection: close") != std::string_view::npos};
}

}  // namespace guichet::bench
