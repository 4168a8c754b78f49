#include "tests/bench/first_measure/processes.hpp"

#include <fcntl.h>
#include <fstream>
#include <signal.h>
#include <sstream>
#include <stdexcept>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <vector>

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

GuichetProcess::GuichetProcess(const ServeOptions& options)
    : http_port_(static_cast<std::uint16_t>(test::free_port())),
      grpc_port_(static_cast<std::uint16_t>(test::free_port())) {
    const std::vector<std::string> line{options.binary, "serve",
                                        "--target",     options.targets,
                                        "--data",       dir_ / "data",
                                        "--redis",      options.redis_url,
                                        "--http",       "127.0.0.1:" + std::to_string(http_port_),
                                        "--grpc",       grpc_address(),
                                        "--set",        "metrics.enabled=false"};
    pid_ = ::fork();
    if (pid_ < 0) throw std::runtime_error("cannot fork");
    if (pid_ == 0) become(line, dir_ / "log");
    const bool up = test::wait_until([this] {
        if (::waitpid(pid_, nullptr, WNOHANG) == pid_) pid_ = -1;
        return pid_ < 0 || ready();
    });
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
