#include "services/guichet/cli/doctor.hpp"

#include <filesystem>
#include <fstream>
#include <iostream>

#include "common/config/config.hpp"
#include "guichet/v1/inbox.pb.h"
#include "services/guichet/cli/commands.hpp"

namespace guichet::cli {
namespace {

using namespace std::chrono_literals;

constexpr std::uintmax_t kLowDisk = std::uintmax_t{1} << 30;

struct Finding {
    bool fine = true;
    std::string words;
};

bool on_path(const std::string& program) {
    const auto environment = config::read_environment();
    const auto path = environment.find("PATH");
    std::string list = path == environment.end() ? "/usr/bin:/bin" : path->second;
    for (std::size_t start = 0; start <= list.size();) {
        const auto end = std::min(list.find(':', start), list.size());
        if (std::filesystem::exists(std::filesystem::path(list.substr(start, end - start)) / program))
            return true;
        start = end + 1;
    }
    return false;
}

Finding redis_installed() {
    if (on_path("redis-server")) return {true, "redis-server is installed"};
    return {
        false,
        "redis-server is not on the PATH: apt-get install redis-server, or use --redis with one elsewhere"};
}

Finding memory_overcommit() {
    std::ifstream file("/proc/sys/vm/overcommit_memory");
    int value = 1;
    file >> value;
    if (value == 1) return {true, "memory overcommit is on, as Redis wants it"};
    return {false,
            "vm.overcommit_memory is " + std::to_string(value) +
                ": a rewrite of Redis's file may fail when memory is short: sysctl vm.overcommit_memory=1"};
}

Finding disk(const std::string& data) {
    std::error_code error;
    const auto space = std::filesystem::space(data.empty() ? "." : data, error);
    if (error) return {false, "the data directory cannot be looked at: " + error.message()};
    const auto mib = space.available >> 20;
    if (space.available > kLowDisk) return {true, std::to_string(mib) + " MiB of disk free"};
    return {false, "only " + std::to_string(mib) + " MiB of disk free: Redis stops writing when it is full"};
}

Finding server(const Where& where) {
    auto connection = Connection::open(where);
    if (!connection) return {false, connection.error().message};
    auto stats =
        connection->client().call<v1::StatsResponse>("guichet.v1.InboxService/Stats", v1::StatsRequest{}, 5s);
    if (!stats) return {false, "the server at " + connection->address() + ": " + stats.error().message};
    if (stats->dead_letters() > 0) {
        return {false, std::to_string(stats->dead_letters()) +
                           " dead letters: look at them with guichet dead-letters"};
    }
    return {true, "the server at " + connection->address() + " answers"};
}

}  // namespace

int run_doctor(const Where& where) {
    int wrong = 0;
    for (const auto& finding : {redis_installed(), memory_overcommit(), disk(where.data), server(where)}) {
        std::cout << (finding.fine ? "ok    " : "wrong ") << finding.words << "\n";
        wrong += finding.fine ? 0 : 1;
    }
    return wrong == 0 ? kDone : kRefused;
}

}  // namespace guichet::cli
