#include "services/demo/show/server_process.hpp"

#include <fstream>
#include <signal.h>
#include <vector>

#include <boost/asio/ip/tcp.hpp>

namespace guichet::demo {
namespace {

using namespace std::chrono_literals;

constexpr auto kStart = 60s;
constexpr auto kStop = 40s;

// Quick to look again after a failure: a person waits.
constexpr const char* kSettings[] = {
    "channels.allow_private=true", "reply.retry_base=50ms",      "reply.unconfirmed_wait=1s",
    "gateway.api_rate=100000",     "gateway.api_burst=100000",   "streams.block=200ms",
    "streams.min_idle=1s",         "streams.partition_lease=2s", "log.format=json",
    "metrics.address=127.0.0.1:0"};

std::string first_line(const std::filesystem::path& path) {
    std::ifstream file(path);
    std::string line;
    std::getline(file, line);
    return line;
}

// Known before the server starts, since its links name it; a port that somebody takes meanwhile makes the
// start fail with words.
std::uint16_t free_port() {
    boost::asio::io_context io;
    const boost::asio::ip::tcp::endpoint any(boost::asio::ip::address_v4::loopback(), 0);
    return boost::asio::ip::tcp::acceptor(io, any).local_endpoint().port();
}

// /proc/<pid>/stat: pid (name) state parent ...; 0: not that.
pid_t parent_of(const std::string& stat, const std::string& name) {
    const auto end = stat.rfind(')');
    const auto begin = stat.find('(');
    if (begin == std::string::npos || end == std::string::npos || end + 4 > stat.size()) return 0;
    if (stat.substr(begin + 1, end - begin - 1) != name) return 0;
    return static_cast<pid_t>(std::atol(stat.c_str() + end + 4));
}

pid_t redis_of(pid_t server) {
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator("/proc", error)) {
        const auto pid = std::atol(entry.path().filename().c_str());
        if (pid > 0 && parent_of(first_line(entry.path() / "stat"), "redis-server") == server) {
            return static_cast<pid_t>(pid);
        }
    }
    return 0;
}

}  // namespace

ServerProcess::ServerProcess(std::string program, std::filesystem::path data,
                             std::vector<std::string> settings, Interrupt& interrupt)
    : program_(std::move(program)),
      data_(std::move(data)),
      settings_(std::move(settings)),
      interrupt_(interrupt) {}

ServerProcess::~ServerProcess() {
    stop();
}

bool ServerProcess::exited() {
    io_.restart();
    io_.poll();
    return child_->exited();
}

bool ServerProcess::read_addresses() {
    std::ifstream file(data_ / "server.address");
    Addresses found;
    if (!std::getline(file, found.grpc) || !std::getline(file, found.http)) return false;
    addresses_ = std::move(found);
    return true;
}

Result<void> ServerProcess::start() {
    std::error_code error;
    std::filesystem::remove(data_ / "server.address", error);
    if (addresses_.http.empty()) addresses_.http = "http://127.0.0.1:" + std::to_string(free_port());
    const auto bare_http = addresses_.http.substr(7);
    std::vector<std::string> words{
        program_, "serve",   "--data", data_.string(),
        "--http", bare_http, "--grpc", addresses_.grpc.empty() ? "127.0.0.1:0" : addresses_.grpc};
    for (const auto* setting : kSettings) words.insert(words.end(), {"--set", setting});
    for (const auto& setting : settings_) words.insert(words.end(), {"--set", setting});
    // Links to private pages and to sign in name it.
    words.insert(words.end(), {"--set", "server.public_url=" + addresses_.http});
    words.insert(words.end(), {"--set", "log.file=" + log().string()});
    auto child = redis::ChildProcess::spawn(io_.get_executor(), words, -1, [] {});
    if (!child) return child.error();
    child_ = std::move(*child);
    const bool ready = interrupt_.wait_until([this] { return exited() || read_addresses(); }, kStart);
    if (ready && !exited()) return {};
    if (interrupt_.happened()) return make_status(Code::cancelled, "interrupted");
    return unavailable("the server did not start: see " + log().string());
}

void ServerProcess::kill() {
    child_.reset();
}

bool ServerProcess::kill_redis() {
    const auto redis = child_ ? redis_of(child_->pid()) : 0;
    return redis > 0 && ::kill(redis, SIGKILL) == 0;
}

void ServerProcess::stop() {
    if (!child_) return;
    child_->signal(SIGTERM);
    Interrupt patience;
    patience.wait_until([this] { return exited(); }, kStop);
    child_.reset();
}

std::string ServerProcess::token() const {
    return first_line(data_ / "cli.token");
}

}  // namespace guichet::demo
