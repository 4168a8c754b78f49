#include "services/guichet/backup/redis_copy.hpp"

#include <algorithm>
#include <cstdlib>

#include "common/redis/child_process.hpp"
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

asio::awaitable<Result<void>> Source::look() {
    auto found = co_await find_parts(executor_, address_, clock_, random_);
    if (!found) co_return found.error();
    parts_ = std::move(*found);
    co_return Result<void>{};
}

asio::awaitable<Result<void>> Source::open() {
    if (!settings_.redis.url.empty()) {
        auto address = redis_address(settings_.redis);
        if (!address) co_return address.error();
        address_ = std::move(*address);
        co_return co_await look();
    }
    std::error_code ignored;
    if (!std::filesystem::exists(settings_.server.data / "redis", ignored)) {
        co_return not_found("there is no data of Guichet in " + settings_.server.data.string() +
                            ": name its directory with --data or --config");
    }
    own_ = std::make_unique<redis::EmbeddedServer>(
        executor_, embedded_options(settings_, settings_.server.data), clock_, random_);
    address_ = own_->address();
    auto running = co_await look();
    if (running) {
        own_.reset();
        co_return Result<void>{};
    }
    parts_ = {Part{address_, ""}};
    co_return co_await own_->start(kLoading);
}

asio::awaitable<Result<void>> Source::save(const Part& part, std::filesystem::path to,
                                           const Progress& progress) {
    auto child = redis::ChildProcess::spawn(executor_, reading(part.address, to), -1, [] {});
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
        co_return unavailable("Redis at " + part.address.redacted() +
                              " did not give its state (redis-cli --rdb: " + (*child)->how_it_ended() + ")");
    }
    co_return sync_path(to);
}

asio::awaitable<Result<void>> Source::check_unmoved() {
    if (!is_cluster()) co_return Result<void>{};
    auto now = co_await find_parts(executor_, address_, clock_, random_);
    if (!now) co_return now.error();
    const auto same = [](const Part& a, const Part& b) {
        return a.address.host == b.address.host && a.address.port == b.address.port && a.slots == b.slots;
    };
    if (std::equal(now->begin(), now->end(), parts_.begin(), parts_.end(), same)) co_return Result<void>{};
    co_return make_status(
        Code::unavailable,
        "slots went from one master to another while they were copied: take the backup again", "moved");
}

asio::awaitable<void> Source::close() {
    if (own_) co_await own_->stop();
}

}  // namespace guichet::backup
