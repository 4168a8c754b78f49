#include "tests/support/redis_server.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fstream>
#include <netinet/in.h>
#include <signal.h>
#include <sstream>
#include <stdexcept>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace guichet::test {
namespace {

[[noreturn]] void become(const std::vector<std::string>& arguments, pid_t parent) {
    std::vector<char*> argv;
    argv.reserve(arguments.size() + 1);
    for (const auto& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
    argv.push_back(nullptr);
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) ::_exit(126);
    int null = ::open("/dev/null", O_RDWR);
    ::dup2(null, 0);
    ::dup2(null, 1);
    ::dup2(null, 2);
    ::execvp(argv[0], argv.data());
    ::_exit(127);
}

redis::Reply ask(const RedisServer& server, const redis::Command& command,
                 std::chrono::milliseconds patience) {
    asio::io_context io;
    auto options = server.client_options();
    options.grace = patience;
    redis::Client client(io.get_executor(), std::move(options), system_clock(), system_random());
    client.start();
    auto reply = run(io, client.call(command));
    run(io, client.stop());
    if (!reply) throw std::runtime_error(to_string(reply.error()));
    return std::move(*reply);
}

}  // namespace

RedisServer::RedisServer(RedisServerOptions options) : options_(std::move(options)) {
    start();
}

RedisServer::~RedisServer() {
    kill9();
}

std::vector<std::string> RedisServer::command_line() const {
    std::vector<std::string> line = {"redis-server",
                                     "--port",
                                     "0",
                                     "--unixsocket",
                                     socket_path(),
                                     "--dir",
                                     dir_.path().string(),
                                     "--save",
                                     "",
                                     "--logfile",
                                     dir_ / "log",
                                     "--enable-debug-command",
                                     "yes",
                                     "--daemonize",
                                     "no"};
    if (options_.appendfsync != "no") {
        for (const auto& argument : {"--appendonly", "yes", "--appendfsync"}) line.emplace_back(argument);
        line.push_back(options_.appendfsync);
    }
    line.insert(line.end(), options_.arguments.begin(), options_.arguments.end());
    return line;
}

void RedisServer::start() {
    if (running()) return;
    ::unlink(socket_path().c_str());
    auto line = command_line();
    pid_t parent = ::getpid();
    pid_ = ::fork();
    if (pid_ < 0) throw std::runtime_error("cannot fork");
    if (pid_ == 0) become(line, parent);
    bool ready = wait_until([&] {
        if (::waitpid(pid_, nullptr, WNOHANG) == pid_) pid_ = -1;
        if (pid_ < 0) return true;
        try {
            return ask(*this, redis::Command("PING"), std::chrono::seconds(1)).text() == "PONG";
        } catch (const std::exception&) {
            return false;
        }
    });
    if (!ready || pid_ < 0) throw std::runtime_error("redis-server does not start: " + log());
}

void RedisServer::end(int signal) {
    if (!running()) return;
    ::kill(pid_, signal);
    ::waitpid(pid_, nullptr, 0);
    pid_ = -1;
}

void RedisServer::kill9() {
    end(SIGKILL);
}
void RedisServer::terminate() {
    end(SIGTERM);
}
void RedisServer::freeze() {
    if (!running()) return;
    ::kill(pid_, SIGSTOP);
    // Until it stands still it may answer what is asked next.
    int status = 0;
    while (::waitpid(pid_, &status, WUNTRACED) < 0 && errno == EINTR) {
    }
    if (!WIFSTOPPED(status)) pid_ = -1;
}
void RedisServer::thaw() {
    if (running()) ::kill(pid_, SIGCONT);
}

std::string RedisServer::log() const {
    std::ifstream in(dir_ / "log");
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

redis::Address RedisServer::address() const {
    auto address = redis::unix_address(socket_path());
    address.user = options_.user;
    address.password = options_.password;
    return address;
}

std::string RedisServer::url() const {
    return "unix://" + socket_path();
}

redis::ClientOptions RedisServer::client_options() const {
    redis::ClientOptions options;
    options.address = address();
    options.backoff_min = std::chrono::milliseconds(10);
    options.backoff_max = std::chrono::milliseconds(100);
    options.grace = std::chrono::milliseconds(5000);
    return options;
}

std::unique_ptr<redis::Client> RedisServer::client(asio::io_context& io) const {
    auto client =
        std::make_unique<redis::Client>(io.get_executor(), client_options(), system_clock(), system_random());
    client->start();
    return client;
}

redis::Reply RedisServer::command(const redis::Command& command) const {
    // One that is up may still be seconds late: it waits for the disk at every write of its own files.
    return ask(*this, command, std::chrono::seconds(15));
}

// A connection that the port's side ended first keeps the port (TIME_WAIT, a minute): the system gives it to
// nobody who asks for any port, and lets in who asks for this one, as every server does, with SO_REUSEADDR.
int free_port() {
    const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
    const int caller = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* where = reinterpret_cast<sockaddr*>(&address);
    const int on = 1;
    const bool connected = ::setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
                           ::bind(listener, where, size) == 0 && ::listen(listener, 1) == 0 &&
                           ::getsockname(listener, where, &size) == 0 && ::connect(caller, where, size) == 0;
    const int called = connected ? ::accept(listener, nullptr, nullptr) : -1;
    ::close(called);
    ::close(caller);
    ::close(listener);
    if (called < 0) throw std::runtime_error("no free port");
    return ntohs(address.sin_port);
}

}  // namespace guichet::test
