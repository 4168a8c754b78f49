#include "common/redis/data_lock.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <signal.h>
#include <string>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include <utility>
#include <vector>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace guichet::redis {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::milliseconds kPoll{10};

struct Holder {
    pid_t pid;
    bool is_redis;
};

bool is_redis(pid_t pid) {
    std::string command;
    std::ifstream file("/proc/" + std::to_string(pid) + "/comm");
    std::getline(file, command);
    return command == "redis-server";
}

// Whether the process has `file` open, by a descriptor other than `except` if it is our own process.
bool has_open(pid_t pid, const struct stat& file, int except) {
    std::error_code error;
    fs::path folder = "/proc/" + std::to_string(pid) + "/fd";
    std::string skipped = pid == ::getpid() ? std::to_string(except) : "";
    for (fs::directory_iterator fds(folder, error), end; !error && fds != end; fds.increment(error)) {
        struct stat other;
        if (fds->path().filename() == skipped || ::stat(fds->path().c_str(), &other) != 0) continue;
        if (other.st_dev == file.st_dev && other.st_ino == file.st_ino) return true;
    }
    return false;
}

// Who has the file of `fd` open, as far as /proc shows.
std::vector<Holder> holders_of(int fd) {
    std::vector<Holder> holders;
    struct stat wanted;
    if (::fstat(fd, &wanted) != 0) return holders;
    std::error_code error;
    for (fs::directory_iterator all("/proc", error), end; !error && all != end; all.increment(error)) {
        std::string name = all->path().filename();
        if (name.find_first_not_of("0123456789") != std::string::npos) continue;
        pid_t pid = static_cast<pid_t>(std::stol(name));
        if (has_open(pid, wanted, fd)) holders.push_back({pid, is_redis(pid)});
    }
    return holders;
}

// The process at the other end of the unix socket; -1 when nobody listens.
pid_t listener_on(const fs::path& socket) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (socket.string().size() >= sizeof address.sun_path) return -1;
    std::strcpy(address.sun_path, socket.c_str());
    int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    ucred peer{};
    socklen_t size = sizeof peer;
    bool found = ::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0 &&
                 ::getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0;
    ::close(fd);
    return found ? peer.pid : -1;
}

// Tells an older server to go: once politely, after half of the patience by force.
void send_away(pid_t pid, std::chrono::nanoseconds waited, std::chrono::nanoseconds patience, bool first) {
    if (waited > patience / 2) {
        ::kill(pid, SIGKILL);
    } else if (first) {
        ::kill(pid, SIGTERM);
    }
}

// For people who look: the lock itself is what counts.
void write_pid(int fd) {
    std::string text = std::to_string(::getpid()) + "\n";
    [[maybe_unused]] auto cut = ::ftruncate(fd, 0);
    [[maybe_unused]] auto written = ::pwrite(fd, text.data(), text.size(), 0);
}

Status in_use(const fs::path& data_dir, pid_t pid) {
    return make_status(Code::failed_precondition,
                       "the data directory " + data_dir.string() + " is in use by process " +
                           std::to_string(pid) + "; stop it first or choose another directory",
                       "data_in_use");
}

}  // namespace

void DataLock::release() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
}

asio::awaitable<Result<DataLock>> DataLock::acquire(asio::any_io_executor executor, fs::path data_dir,
                                                    const Clock& clock, std::chrono::milliseconds patience) {
    fs::path file = data_dir / "lock";
    DataLock lock;
    lock.fd_ = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (lock.fd_ < 0) co_return internal("cannot open " + file.string() + ": " + std::strerror(errno));
    auto start = clock.steady();
    asio::steady_timer timer(executor);
    for (bool first = true; ::flock(lock.fd_, LOCK_EX | LOCK_NB) != 0; first = false) {
        if (errno != EWOULDBLOCK && errno != EINTR) {
            co_return internal("cannot lock " + file.string() + ": " + std::strerror(errno));
        }
        auto waited = clock.steady() - start;
        for (const Holder& holder : holders_of(lock.fd_)) {
            if (!holder.is_redis) co_return in_use(data_dir, holder.pid);
            send_away(holder.pid, waited, patience, first);
        }
        if (waited > patience) {
            co_return deadline("the lock " + file.string() + " is held by a process that does not end");
        }
        timer.expires_after(kPoll);
        co_await timer.async_wait(asio::use_awaitable);
    }
    write_pid(lock.fd_);
    co_return std::move(lock);
}

asio::awaitable<Result<void>> end_listener(asio::any_io_executor executor, fs::path socket,
                                           const Clock& clock, std::chrono::milliseconds patience) {
    auto start = clock.steady();
    asio::steady_timer timer(executor);
    for (bool first = true;; first = false) {
        pid_t pid = listener_on(socket);
        if (pid <= 0) co_return Result<void>();
        if (!is_redis(pid)) co_return in_use(socket.parent_path(), pid);
        auto waited = clock.steady() - start;
        if (waited > patience) {
            co_return deadline("process " + std::to_string(pid) + " listens on " + socket.string() +
                               " and does not end");
        }
        send_away(pid, waited, patience, first);
        timer.expires_after(kPoll);
        co_await timer.async_wait(asio::use_awaitable);
    }
}

}  // namespace guichet::redis
