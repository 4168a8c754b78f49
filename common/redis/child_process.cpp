#include "common/redis/child_process.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

#include <boost/asio/posix/stream_descriptor.hpp>

namespace guichet::redis {

struct ChildProcess::State {
    State(asio::any_io_executor executor, pid_t child, int pidfd, std::function<void()> exit_callback)
        : pid(child), descriptor(executor, pidfd), on_exit(std::move(exit_callback)) {}

    // Reaps the child if it has ended.
    void reap(bool wait) {
        int status = 0;
        if (ended || ::waitpid(pid, &status, wait ? 0 : WNOHANG) != pid) return;
        ended = true;
        how = WIFSIGNALED(status) ? "signal " + std::to_string(WTERMSIG(status))
                                  : "exit code " + std::to_string(WEXITSTATUS(status));
    }

    static void watch(const std::shared_ptr<State>& self) {
        self->descriptor.async_wait(asio::posix::stream_descriptor::wait_read,
                                    [self](const boost::system::error_code& error) {
                                        if (error) return;
                                        self->reap(false);
                                        if (!self->ended) return watch(self);
                                        if (auto callback = std::exchange(self->on_exit, nullptr)) callback();
                                    });
    }

    pid_t pid;
    asio::posix::stream_descriptor descriptor;
    std::function<void()> on_exit;
    bool ended = false;
    std::string how;
};

namespace {

// Between fork and exec: only calls that are safe after fork in a process with threads.
[[noreturn]] void become(char* const* argv, pid_t parent, int inherited_fd, int error_fd) {
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);
    // The parent may have died before the line above.
    if (::getppid() != parent) ::_exit(126);
    ::setpgid(0, 0);
    sigset_t none;
    sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    for (int number : {SIGPIPE, SIGINT, SIGTERM, SIGHUP, SIGCHLD}) ::signal(number, SIG_DFL);
    int null = ::open("/dev/null", O_RDWR);
    for (int fd : {0, 1, 2}) ::dup2(null, fd);
    // Our sockets and files must not live on in the child.
    constexpr unsigned kCloseOnExec = 4;  // CLOSE_RANGE_CLOEXEC
    if (::syscall(SYS_close_range, 3u, ~0u, kCloseOnExec) != 0) {
        for (int fd = 3; fd < 4096; ++fd) ::fcntl(fd, F_SETFD, FD_CLOEXEC);
    }
    if (inherited_fd >= 0) ::fcntl(inherited_fd, F_SETFD, 0);
    ::execvp(argv[0], argv);
    int reason = errno;
    [[maybe_unused]] auto written = ::write(error_fd, &reason, sizeof reason);
    ::_exit(127);
}

Status failed(const std::string& what, int reason) {
    return internal(what + ": " + std::strerror(reason));
}

}  // namespace

Result<std::unique_ptr<ChildProcess>> ChildProcess::spawn(asio::any_io_executor executor,
                                                          const std::vector<std::string>& argv,
                                                          int inherited_fd, std::function<void()> on_exit) {
    if (::gettid() != ::getpid()) {
        return internal("a supervised child must be started on the main thread");
    }
    std::vector<char*> arguments;
    for (const auto& argument : argv) arguments.push_back(const_cast<char*>(argument.c_str()));
    arguments.push_back(nullptr);
    int error_pipe[2];
    if (::pipe2(error_pipe, O_CLOEXEC) != 0) return failed("pipe", errno);
    pid_t parent = ::getpid();
    pid_t child = ::fork();
    if (child == 0) become(arguments.data(), parent, inherited_fd, error_pipe[1]);
    int reason = errno;
    ::close(error_pipe[1]);
    if (child > 0) {
        // Ends as soon as the child runs the new program, or tells why it cannot.
        if (::read(error_pipe[0], &reason, sizeof reason) != sizeof reason) reason = 0;
    }
    ::close(error_pipe[0]);
    if (child < 0) return failed("fork", reason);
    if (reason != 0) {
        ::waitpid(child, nullptr, 0);
        return failed("cannot run " + argv[0], reason);
    }
    int pidfd = static_cast<int>(::syscall(SYS_pidfd_open, child, 0));
    if (pidfd < 0) {
        reason = errno;
        ::kill(child, SIGKILL);
        ::waitpid(child, nullptr, 0);
        return failed("pidfd_open", reason);
    }
    auto state = std::make_shared<State>(executor, child, pidfd, std::move(on_exit));
    State::watch(state);
    return std::unique_ptr<ChildProcess>(new ChildProcess(std::move(state)));
}

ChildProcess::~ChildProcess() {
    state_->on_exit = nullptr;
    if (!state_->ended) {
        ::kill(state_->pid, SIGKILL);
        state_->reap(true);
    }
    boost::system::error_code ignored;
    state_->descriptor.close(ignored);
}

pid_t ChildProcess::pid() const {
    return state_->pid;
}
bool ChildProcess::exited() const {
    return state_->ended;
}
std::string ChildProcess::how_it_ended() const {
    return state_->how;
}

void ChildProcess::signal(int number) {
    if (!state_->ended) ::kill(state_->pid, number);
}

}  // namespace guichet::redis
