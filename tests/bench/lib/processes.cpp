#include "tests/bench/lib/processes.hpp"

#include <fcntl.h>
#include <fstream>
#include <signal.h>
#include <sstream>
#include <stdexcept>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <vector>

#include "tests/bench/lib/pipe_load.hpp"
#include "tests/support/redis_server.hpp"
#include "tests/support/wait.hpp"

namespace guichet::bench {
namespace {

[[noreturn]] void become(const std::vector<std::string>& line, const std::string& log) {
    std::vector<char*> argv;
    for (const auto& word : line) argv.push_back(const_cast<char*>(word.c_str()));
    argv.push_back(nullptr);
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    const int file = ::open(log.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    ::dup2(file, 1);
    ::dup2(file, 2);
    ::execv(argv[0], argv.data());
    ::_exit(127);
}

}  // namespace

double cpu_seconds(pid_t process) {
    clockid_t clock{};
    timespec time{};
    if (::clock_getcpuclockid(process, &clock) != 0 || ::clock_gettime(clock, &time) != 0) {
        throw std::runtime_error("no processor time of process " + std::to_string(process));
    }
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

std::vector<std::string> GuichetProcess::command_line(const ServeOptions& options) const {
    std::vector<std::string> line{
        options.binary, "serve",
        "--target",     options.targets,
        "--data",       options.data.empty() ? dir_ / "data" : options.data,
        "--http",       "127.0.0.1:" + std::to_string(http_port_),
        "--grpc",       grpc_address(),
        "--set",        "metrics.address=127.0.0.1:" + std::to_string(metrics_port_),
        "--set",        "redis.maxmemory=64GiB",
        "--set",        "channels.allow_private=true"};
    if (!options.redis_url.empty()) line.insert(line.end(), {"--redis", options.redis_url});
    return line;
}

GuichetProcess::GuichetProcess(const ServeOptions& options)
    : http_port_(static_cast<std::uint16_t>(test::free_port())),
      grpc_port_(static_cast<std::uint16_t>(test::free_port())),
      metrics_port_(static_cast<std::uint16_t>(test::free_port())) {
    const auto line = command_line(options);
    pid_ = ::fork();
    if (pid_ < 0) throw std::runtime_error("cannot fork");
    if (pid_ == 0) become(line, dir_ / "log");
    const bool up = test::wait_until(
        [this] {
            if (::waitpid(pid_, nullptr, WNOHANG) == pid_) pid_ = -1;
            if (pid_ > 0) listen();
            return pid_ < 0 || ready();
        },
        options.patience);
    if (!up || pid_ < 0) {
        const auto why = log();
        if (pid_ > 0) {
            ::kill(pid_, SIGKILL);
            ::waitpid(pid_, nullptr, 0);
        }
        throw std::runtime_error(options.binary + " does not start: " + why);
    }
}

GuichetProcess::~GuichetProcess() {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
}

void GuichetProcess::listen() {
    if (said("loading")) return;
    try {
        const int fd = connect_tcp(metrics_port_);
        const std::string request = "GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
        (void)::send(fd, request.data(), request.size(), MSG_NOSIGNAL);
        char bytes[4096];
        const auto n = ::recv(fd, bytes, sizeof bytes, 0);
        if (n > 0) said_.assign(bytes, static_cast<std::size_t>(n));
        ::close(fd);
    } catch (const std::exception&) {
        // It does not listen yet.
    }
}

// Not every target has an HTTP server to ask.
bool GuichetProcess::ready() const {
    return log().find("Guichet is ready.") != std::string::npos;
}

std::string GuichetProcess::log() const {
    std::ifstream in(dir_ / "log");
    std::ostringstream text;
    text << in.rdbuf();
    const auto all = text.str();
    return all.size() > 2'000 ? all.substr(all.size() - 2'000) : all;
}

}  // namespace guichet::bench
