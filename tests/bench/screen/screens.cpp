#include "tests/bench/screen/screens.hpp"

#include <stdexcept>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/bench/lib/pipe_load.hpp"

namespace guichet::bench {
namespace {

constexpr int kPatienceSeconds = 30;

void say(int fd, const std::string& bytes) {
    if (::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(bytes.size())) {
        throw std::runtime_error("a watcher's connection broke");
    }
}

std::string watch_request(int page) {
    const std::string channel = page == 0 ? "page" : "page" + std::to_string(page);
    const std::string filter = page < 0 ? "" : R"("filter":{"channels":[")" + channel + R"("]},)";
    return "{" + filter + R"("types":["conversation.created","message.received"]})";
}

}  // namespace

Screens::~Screens() {
    for (const auto& screen : screens_) ::close(screen.fd);
}

// A silence of half a minute in a read that waits ends the measure.
bool Screens::read_some(Screen& screen, int flags) {
    char bytes[64 * 1024];
    const auto n = ::recv(screen.fd, bytes, sizeof bytes, flags);
    if (n > 0) screen.unread.append(bytes, static_cast<std::size_t>(n));
    if (n == 0 || (n < 0 && (flags & MSG_DONTWAIT) == 0)) {
        throw std::runtime_error("a watcher was cut off: " + screen.unread.substr(0, 200));
    }
    return n > 0;
}

void Screens::shake_hands(Screen& screen, const std::string& token) {
    const timeval patience{kPatienceSeconds, 0};
    ::setsockopt(screen.fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    say(screen.fd, upgrade_request("/v1/watch", token));
    std::size_t end = 0;
    while ((end = screen.unread.find("\r\n\r\n")) == std::string::npos) read_some(screen, 0);
    if (screen.unread.find(" 101 ") > end) throw std::runtime_error("no upgrade: " + screen.unread);
    screen.unread.erase(0, end + 4);
    say(screen.fd, client_frame(kTextFrame, watch_request(screen.page)));
}

void Screens::open(int page) {
    const auto& token = world_.agent_tokens[screens_.size() % world_.agent_tokens.size()];
    auto& screen = screens_.emplace_back();
    screen.page = page;
    screen.fd = connect_tcp(world_.server->http_port());
    shake_hands(screen, token);
    while (!screen.watching) {
        if (cut_frame(screen.unread).size == 0) read_some(screen, 0);
        receive(screens_.size() - 1, [](const Screen&, const Sight&) {});
    }
}

void Screens::receive(std::size_t index, const std::function<void(const Screen&, const Sight&)>& seen) {
    auto& screen = screens_[index];
    read_some(screen, MSG_DONTWAIT);
    std::string_view rest = screen.unread;
    for (auto frame = cut_frame(rest); frame.size > 0; frame = cut_frame(rest)) {
        rest.remove_prefix(frame.size);
        // Unanswered, the server takes us for gone.
        if (frame.opcode == kPingFrame) say(screen.fd, client_frame(kPongFrame, frame.payload));
        if (frame.opcode == kCloseFrame)
            throw std::runtime_error("a watch was ended: " + std::string(frame.payload));
        if (frame.opcode != kTextFrame) continue;
        screen.watching = true;
        if (frame.payload.find(R"("resync":true)") != std::string_view::npos) ++resyncs_;
        for (const auto& sight : sights_in(frame.payload)) seen(screen, sight);
    }
    screen.unread.erase(0, screen.unread.size() - rest.size());
}

}  // namespace guichet::bench
