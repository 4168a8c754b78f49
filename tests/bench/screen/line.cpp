#include "tests/bench/screen/line.hpp"

#include <stdexcept>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/bench/lib/pipe_load.hpp"

namespace guichet::bench {

Line::Line(World& world, int number, int page) : world_(world), number_(number), page_(page) {}

Line::~Line() {
    close();
}

void Line::close() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
    unread_.clear();
}

bool Line::post(std::chrono::nanoseconds due) {
    const bool opens = fd_ < 0;
    if (opens) fd_ = connect_tcp(world_.server->http_port());
    std::string request;
    world_.append_page_webhook(request, page_, std::to_string(number_), due_.size());
    due_.push_back(due);
    if (::send(fd_, request.data(), request.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(request.size())) {
        throw std::runtime_error("a webhook could not be posted");
    }
    return opens;
}

void Line::receive() {
    if (fd_ < 0) return;
    char bytes[16 * 1024];
    const auto n = ::recv(fd_, bytes, sizeof bytes, MSG_DONTWAIT);
    // Nothing was asked: what it says is that it has waited long enough.
    if (n >= 0 && unanswered() == 0) return close();
    if (n == 0) throw std::runtime_error("the server closed a connection with webhooks");
    if (n < 0) return;
    unread_.append(bytes, static_cast<std::size_t>(n));
    while (unanswered() > 0) {
        const auto answer = cut_stored(unread_).size;
        if (answer == 0) return;
        unread_.erase(0, answer);
        ++answered_;
    }
}

std::chrono::nanoseconds Line::due(std::int64_t seq) const {
    if (seq < 1 || static_cast<std::size_t>(seq) > due_.size()) return std::chrono::nanoseconds(-1);
    return due_[static_cast<std::size_t>(seq - 1)];
}

}  // namespace guichet::bench
