#include "services/ingest/kept_store.hpp"

#include <utility>

#include "common/obs/log.hpp"

namespace guichet::ingest {
namespace {

using namespace std::chrono_literals;

// Shorter than the store's calls may take, so that they say what is missing.
constexpr auto kConfirmed = 2s;
// How often Redis is asked for the number.
constexpr auto kLookEvery = 1s;

redis::ClientOptions own_options(const service::Context& context) {
    auto options = context.redis;
    options.name = "guichet-ingest";
    return options;
}

}  // namespace

KeptStore::Own::Own(service::Context& context, redis::ClientOptions options)
    : common(context.store),
      client(context.executor, std::move(options), context.clock, context.random),
      store(client, context.random, context.clock, context.store.partitions()) {}

KeptStore::KeptStore(service::Context& context) : common_(context.store) {
    if (context.settings.redis.url.empty()) return;
    own_ = std::make_shared<Own>(context, own_options(context));
    periodic_ = std::make_unique<runtime::Periodic>(context.executor, "ingest.replicas", kLookEvery,
                                                    [own = own_] { return look_again(own); });
}

asio::awaitable<Result<void>> KeptStore::start() {
    if (!own_) co_return Result<void>{};
    own_->client.start();
    auto looked = co_await look(own_);
    if (looked || looked.error().retryable) co_return looked;
    log::warn("ingest.replicas_unknown", {{"why", looked.error()},
                                          {"do",
                                           "let Guichet's Redis user run CONFIG GET, or messages are "
                                           "acknowledged before replicas have them"}});
    co_return Result<void>{};
}

asio::awaitable<void> KeptStore::stop() {
    if (!own_) co_return;
    co_await periodic_->stop(1s);
    co_await own_->client.stop();
}

// Over the common connection: the other one answers nothing while replicas are away.
asio::awaitable<Result<void>> KeptStore::look(std::shared_ptr<Own> own) {
    const auto asked_for = co_await redis::replicas_asked_for(own->common.client());
    if (!asked_for) co_return asked_for.error();
    if (*asked_for == std::exchange(own->asked_for, *asked_for)) co_return Result<void>{};
    redis::wait_for_replicas(own->client, {*asked_for, kConfirmed});
    log::info("ingest.replicas", {{"asked_for", *asked_for}});
    co_return Result<void>{};
}

// While Redis does not answer, what it said last holds.
asio::awaitable<void> KeptStore::look_again(std::shared_ptr<Own> own) {
    co_await look(std::move(own));
}

}  // namespace guichet::ingest
