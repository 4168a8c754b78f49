#include "services/guichet/platform.hpp"

#include <unistd.h>

#include "common/obs/log.hpp"
#include "common/redis/masters.hpp"
#include "common/runtime/timer.hpp"
#include "common/streams/lease.hpp"
#include "services/guichet/redis_address.hpp"

namespace guichet {
namespace {

using namespace std::chrono_literals;

// A big append-only file takes its time to load; readyz says so meanwhile.
constexpr auto kRedisStart = 120s;
constexpr std::size_t kPoolQueue = 256;

std::unique_ptr<redis::EmbeddedServer> make_embedded(runtime::Process& process,
                                                     const config::Settings& settings, const Clock& clock,
                                                     Random& random, obs::Health& health) {
    if (!settings.redis.url.empty()) return nullptr;
    redis::EmbeddedOptions options;
    options.data_dir = settings.server.data / "redis";
    options.binary = settings.redis.binary;
    options.appendfsync = config::name_of(settings.redis.appendfsync);
    options.max_memory_bytes = settings.redis.maxmemory.count;
    options.on_state = [&health](redis::EmbeddedState state, const std::string& why) {
        // Before the first connection nobody else tells.
        if (state == redis::EmbeddedState::loading) health.report("redis", obs::Condition::down, why);
        if (state == redis::EmbeddedState::down) {
            log::error("redis.embedded", {{"state", redis::to_string(state)}, {"why", why}});
        } else {
            log::info("redis.embedded", {{"state", redis::to_string(state)}});
        }
    };
    return std::make_unique<redis::EmbeddedServer>(process.executor(), std::move(options), clock, random);
}

asio::awaitable<void> tell_masters(redis::Client& client) {
    const auto masters = co_await redis::masters(client);
    if (masters) log::info("redis.cluster", {{"masters", masters->size()}});
}

}  // namespace

redis::ClientOptions Platform::client_options(redis::Address address, std::string name) {
    redis::ClientOptions options;
    options.address = std::move(address);
    options.name = std::move(name);
    options.max_outstanding = static_cast<std::size_t>(settings_.redis.outstanding);
    options.connect_timeout = settings_.redis.connect_timeout;
    return options;
}

Platform::Platform(runtime::Process& process, const config::Settings& settings,
                   const std::string& secrets_key)
    : settings_(settings),
      pool_(process.executor(), "workers", static_cast<std::size_t>(settings.gateway.hash_threads),
            kPoolQueue),
      address_(settings.redis.url.empty() ? Result<redis::Address>(redis::Address{})
                                          : redis_address(settings.redis)),
      embedded_(make_embedded(process, settings, clock_, random_, health_)),
      client_(
          process.executor(),
          [this] {
              if (embedded_) address_ = embedded_->address();
              auto options = client_options(address_ ? *address_ : redis::Address{}, "guichet");
              options.on_state = [this](redis::ClientState state, const Status& why) {
                  report_redis(state, why);
              };
              return options;
          }(),
          clock_, random_),
      store_(client_, random_, clock_, static_cast<int>(settings.redis.partitions)),
      reads_(store_),
      sealer_(secrets_key),
      catalog_(store_, clock_, &sealer_),
      credentials_(store_, clock_, random_),
      store_authenticator_(credentials_, catalog_, store_),
      authenticator_(store_authenticator_, clock_) {
    const std::string kind(embedded_ ? streams::kSoleMember : "");
    const auto process_name =
        kind + "p" + std::to_string(::getpid()) + "-" + make_ulid(clock_.now(), random_);
    context_ = std::make_unique<service::Context>(service::Context{
        process.executor(), settings, clock_, random_, store_, reads_, catalog_, credentials_, metrics_,
        health_, pool_, client_options(address_ ? *address_ : redis::Address{}, "guichet-reader"),
        process_name});
}

void Platform::report_redis(redis::ClientState state, const Status& why) {
    if (state == redis::ClientState::ready) {
        health_.report("redis", obs::Condition::ok);
        log::info("redis.connected");
        return;
    }
    auto words = "no connection to Redis: " + why.message;
    if (embedded_ && !embedded_->why().empty()) words += "; " + embedded_->why();
    // Of a cluster the others' workspaces go on, and no other process reaches the one that is away.
    const auto reach = redis::reach(client_);
    const bool some = reach.masters > reach.away;
    if (some) {
        words = std::to_string(reach.away) + " of " + std::to_string(reach.masters) +
                " masters of the Redis Cluster away, their workspaces wait: " + words;
    }
    health_.report("redis", some ? obs::Condition::degraded : obs::Condition::down, words);
    // Not worth a line before the first connection.
    const bool ever = client_.counters().connects > 0;
    if (ever && state != redis::ClientState::stopped) log::warn("redis.away", {{"why", words}});
}

asio::awaitable<Result<void>> Platform::start_embedded() {
    auto started = co_await embedded_->start(kRedisStart);
    // A large store takes as long as it takes to load; readyz says so meanwhile.
    if (!started && embedded_->state() == redis::EmbeddedState::loading) co_return Result<void>{};
    co_return started;
}

bool Platform::is_loading(const std::string& reason) const {
    return reason == "loading" || (embedded_ && embedded_->state() == redis::EmbeddedState::loading);
}

asio::awaitable<Result<void>> Platform::wait_for_redis() {
    auto until = clock_.steady() + kRedisStart;
    for (;;) {
        auto loaded = co_await store_.load();
        if (!loaded && is_loading(loaded.error().reason)) until = clock_.steady() + kRedisStart;
        if (loaded || clock_.steady() > until || !loaded.error().retryable) co_return loaded;
        co_await runtime::sleep(100ms);
    }
}

asio::awaitable<Result<void>> Platform::start() {
    if (!address_) co_return address_.error();
    if (embedded_) {
        auto started = co_await start_embedded();
        if (!started) co_return started.error();
    }
    client_.start();
    auto loaded = co_await wait_for_redis();
    if (!loaded) co_return loaded.error();
    if (redis::is_cluster(client_)) co_await tell_masters(client_);
    co_return co_await check_key();
}

// Processes with different keys would take each other's channels for broken, one message after another.
asio::awaitable<Result<void>> Platform::check_key() {
    constexpr auto kPlace = "agreed:secrets-key";
    auto mine = sealer_.seal("guichet", kPlace, random_);
    auto agreed = co_await store_.agreed("secrets-key", std::move(mine));
    if (!agreed) co_return agreed.error();
    auto opened = sealer_.open(*agreed, kPlace);
    if (opened) co_return Result<void>{};
    if (!embedded_) co_return opened.error();
    // Alone on its own Redis: it may start, its channels say what is to be done.
    log::error("secrets.key_changed", {{"why", opened.error().message}});
    co_return Result<void>{};
}

asio::awaitable<void> Platform::stop() {
    pool_.close();
    co_await client_.stop();
    if (embedded_) co_await embedded_->stop();
}

}  // namespace guichet
