#include "services/guichet/cli/doctor/machine.hpp"

#include <algorithm>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "common/config/config.hpp"
#include "services/guichet/certificate.hpp"
#include "services/guichet/cli/doctor/judge.hpp"

namespace guichet::cli {
namespace {

namespace fs = std::filesystem;

constexpr int kSyncs = 20;
constexpr std::size_t kSyncBytes = 4'096;

bool is_on_path(const std::string& program) {
    if (program.find('/') != std::string::npos) return fs::exists(program);
    const auto environment = config::read_environment();
    const auto path = environment.find("PATH");
    const std::string list = path == environment.end() ? "/usr/bin:/bin" : path->second;
    for (std::size_t start = 0; start <= list.size();) {
        const auto end = std::min(list.find(':', start), list.size());
        if (fs::exists(fs::path(list.substr(start, end - start)) / program)) return true;
        start = end + 1;
    }
    return false;
}

Findings look_at_programs(const config::Settings& settings) {
    Findings found;
    if (settings.redis.url.empty()) {
        found.push_back(is_on_path(settings.redis.binary)
                            ? fine("redis.program", settings.redis.binary + " is installed")
                            : wrong("redis.program", settings.redis.binary + " is not installed",
                                    "apt-get install redis-server, or name a Redis elsewhere (redis.url)"));
    }
    if (!is_on_path("redis-cli"))
        found.push_back(watch_out("redis.tools", "redis-cli is not installed: guichet backup needs it",
                                  "apt-get install redis-tools"));
    return found;
}

Finding look_at_overcommit() {
    std::ifstream file("/proc/sys/vm/overcommit_memory");
    int value = 1;
    file >> value;
    return judge_overcommit(value);
}

// As Redis does with each batch: append, sync.
Finding time_syncs(const fs::path& data, const Clock& clock) {
    auto name = (data / ".doctor-XXXXXX").string();
    const int file = ::mkostemp(name.data(), O_CLOEXEC);
    if (file < 0)
        return wrong("fsync", "nothing can be written in " + data.string() + ": " + std::strerror(errno),
                     "run it as the user of the server, or name the data directory (--data)");
    ::unlink(name.c_str());
    const std::string block(kSyncBytes, 'g');
    std::chrono::nanoseconds slowest{0};
    bool written = true;
    for (int i = 0; i < kSyncs && written; ++i) {
        const auto from = clock.steady();
        written = ::write(file, block.data(), block.size()) == static_cast<ssize_t>(block.size()) &&
                  ::fdatasync(file) == 0;
        slowest = std::max(slowest, clock.steady() - from);
    }
    ::close(file);
    if (!written)
        return wrong("fsync", "a write to " + data.string() + " failed: " + std::strerror(errno),
                     "look at the disk");
    return judge_fsync(std::chrono::duration_cast<std::chrono::microseconds>(slowest).count());
}

Findings look_at_data(const config::Settings& settings, const Clock& clock) {
    Findings found;
    const auto& data = settings.server.data;
    std::error_code error;
    if (!fs::exists(data, error)) {
        found.push_back(watch_out("data", "there is no data directory " + data.string() + " yet",
                                  "it is made at the first start; or name another with --data or --config"));
        return found;
    }
    const auto space = fs::space(data, error);
    if (!error) found.push_back(judge_disk(space.available, space.capacity));
    found.push_back(time_syncs(data, clock));
    struct stat facts {};
    const bool there = ::stat((data / "secrets.key").c_str(), &facts) == 0;
    found.push_back(judge_key(!settings.server.secrets_key.empty(), there, facts.st_mode));
    return found;
}

Findings look_at_certificates(const config::Settings& settings, const Clock& clock) {
    Findings found;
    for (const auto& [which, path] : {std::pair{"http.tls_cert", settings.http.tls_cert},
                                      std::pair{"grpc.tls_cert", settings.grpc.tls_cert}}) {
        if (path.empty()) continue;
        const auto end = certificate_end(path);
        found.push_back(
            end ? judge_certificate(which, *end, clock.now())
                : wrong("certificate", end.error().message, std::string("set ") + which + " to a PEM file"));
    }
    return found;
}

Finding try_port(const std::string& which, const std::string& address) {
    namespace asio = boost::asio;
    const auto colon = address.rfind(':');
    const auto port =
        static_cast<std::uint16_t>(std::atoi(address.c_str() + (colon == std::string::npos ? 0 : colon + 1)));
    asio::io_context io;
    boost::system::error_code error;
    auto host = asio::ip::make_address(colon == std::string::npos ? "" : address.substr(0, colon), error);
    if (error) host = asio::ip::address_v4::loopback();
    asio::ip::tcp::acceptor acceptor(io);
    const asio::ip::tcp::endpoint endpoint(host, port);
    acceptor.open(endpoint.protocol(), error);
    if (!error) acceptor.set_option(asio::socket_base::reuse_address(true), error);
    if (!error) acceptor.bind(endpoint, error);
    if (error)
        return wrong("port", which + " cannot listen at " + address + ": " + error.message(),
                     "end what listens there (ss -ltnp), or choose another address");
    return fine("port", which + " could listen at " + address);
}

}  // namespace

Findings look_at_machine(const config::Settings& settings, const Clock& clock) {
    Findings found = look_at_programs(settings);
    found.push_back(look_at_overcommit());
    rlimit files{};
    if (::getrlimit(RLIMIT_NOFILE, &files) == 0)
        found.push_back(judge_open_files(files.rlim_cur, settings.http.max_connections));
    for (auto more :
         {look_at_data(settings, clock), look_at_certificates(settings, clock), judge_address(settings)})
        found.insert(found.end(), more.begin(), more.end());
    return found;
}

Findings look_at_ports(const config::Settings& settings) {
    Findings found{try_port("http.address", settings.http.address),
                   try_port("grpc.address", settings.grpc.address)};
    if (settings.metrics.enabled) found.push_back(try_port("metrics.address", settings.metrics.address));
    return found;
}

}  // namespace guichet::cli
