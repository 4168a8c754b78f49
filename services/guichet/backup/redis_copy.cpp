#include "services/guichet/backup/redis_copy.hpp"

#include <cstdlib>

#include "common/redis/child_process.hpp"
#include "common/redis/masters.hpp"
#include "common/runtime/timer.hpp"
#include "services/guichet/redis_address.hpp"

namespace guichet::backup {
namespace {

using namespace std::chrono_literals;

constexpr auto kLoading = 30min;
constexpr auto kSaving = 60min;
constexpr auto kLook = 20ms;
constexpr auto kTold = 2s;

// redis-cli reads the state as a replica does. Its password goes by the environment: everybody sees
// arguments.
std::vector<std::string> reading(const redis::Address& address, const std::filesystem::path& to) {
    std::vector<std::string> words{"redis-cli", "--rdb", to.string()};
    const auto add = [&words](std::initializer_list<std::string> more) { words.insert(words.end(), more); };
    if (address.kind == redis::Address::Kind::unix_socket) {
        add({"-s", address.path});
    } else {
        add({"-h", address.host, "-p", std::to_string(address.port)});
    }
    if (address.kind == redis::Address::Kind::tls) {
        add({"--tls"});
        if (!address.ca_file.empty()) add({"--cacert", address.ca_file});
    }
    if (!address.user.empty()) add({"--user", address.user});
    if (!address.password.empty()) ::setenv("REDISCLI_AUTH", address.password.c_str(), 1);
    return words;
}

std::int64_t size_of(const std::filesystem::path& path) {
    std::error_code error;
    const auto size = std::filesystem::file_size(path, error);
    return error ? 0 : static_cast<std::int64_t>(size);
}

// UNAVAILABLE when it does not answer.
asio::awaitable<Result<bool>> leads_to_cluster(asio::any_io_executor executor, redis::Address address,
                                               const Clock& clock, Random& random) {
    redis::ClientOptions options;
    options.address = std::move(address);
    options.connect_timeout = 2s;
    options.grace = 2s;
    redis::Client client(executor, std::move(options), clock, random);
    client.start();
    redis::Command ping("PING");
    auto reply = co_await client.call(std::move(ping), 2s);
    const bool cluster = redis::is_cluster(client);
    co_await client.stop();
    if (!reply) co_return reply.error();
    co_return cluster;
}

}  // namespace

redis::EmbeddedOptions embedded_options(const config::Settings& settings, const std::filesystem::path& data) {
    redis::EmbeddedOptions options;
    options.data_dir = data / "redis";
    options.binary = settings.redis.binary;
    // Nobody writes much now, and nothing may be refused for want of memory.
    options.max_memory_bytes = 0;
    return options;
}

Source::Source(asio::any_io_executor executor, const config::Settings& settings, const Clock& clock,
               Random& random)
    : executor_(std::move(executor)), settings_(settings), clock_(clock), random_(random) {}

asio::awaitable<bool> Source::answers() {
    auto asked = co_await leads_to_cluster(executor_, address_, clock_, random_);
    co_return asked.has_value();
}

asio::awaitable<Result<void>> Source::open() {
    if (!settings_.redis.url.empty()) {
        auto address = redis_address(settings_.redis);
        if (!address) co_return address.error();
        address_ = std::move(*address);
        auto cluster = co_await leads_to_cluster(executor_, address_, clock_, random_);
        if (!cluster) co_return unavailable("Redis does not answer at " + address_.redacted());
        // Its masters' copies would be of different moments, and an answer that one holds as sent another
        // would send again.
        if (*cluster) {
            co_return make_status(
                Code::unimplemented,
                "this Redis is a cluster, of which no copy of one moment can be made: give each "
                "master a replica, and keep its files (deploy/cluster.md)",
                "cluster");
        }
        co_return Result<void>{};
    }
    std::error_code ignored;
    if (!std::filesystem::exists(settings_.server.data / "redis", ignored)) {
        co_return not_found("there is no data of Guichet in " + settings_.server.data.string() +
                            ": name its directory with --data or --config");
    }
    own_ = std::make_unique<redis::EmbeddedServer>(
        executor_, embedded_options(settings_, settings_.server.data), clock_, random_);
    address_ = own_->address();
    const bool running = co_await answers();
    if (running) {
        own_.reset();
        co_return Result<void>{};
    }
    co_return co_await own_->start(kLoading);
}

asio::awaitable<Result<void>> Source::save(std::filesystem::path to, const Progress& progress) {
    auto child = redis::ChildProcess::spawn(executor_, reading(address_, to), -1, [] {});
    if (!child) {
        co_return unavailable("the state cannot be read: " + child.error().message +
                              " (it comes with Debian's redis-tools)");
    }
    const auto until = clock_.steady() + kSaving;
    auto told = clock_.steady() + kTold;
    while (!(*child)->exited()) {
        if (clock_.steady() > until) co_return deadline("Redis did not give its state within an hour");
        if (clock_.steady() > told) {
            progress("state", size_of(to), 0);
            told = clock_.steady() + kTold;
        }
        co_await runtime::sleep(kLook);
    }
    if ((*child)->how_it_ended() != "exit code 0" || size_of(to) == 0) {
        co_return unavailable("Redis at " + address_.redacted() +
                              " did not give its state (redis-cli --rdb: " + (*child)->how_it_ended() + ")");
    }
    co_return sync_path(to);
}

asio::awaitable<void> Source::close() {
    if (own_) co_await own_->stop();
}

}  // namespace guichet::backup
