#include "services/ingest/service.hpp"

namespace guichet::ingest {
namespace {

// Replays are rare.
constexpr std::size_t kInFlight = 8;

}  // namespace

Service::Service(service::Context& context, const channels::Registry& connectors)
    : Service(context, connectors, options_from(context.settings)) {}

Service::Service(service::Context& context, const channels::Registry& connectors, const Options& options)
    : blobs_(options.blobs, context.pool),
      memory_(context.executor, context.store, context.health, options.high_water, options.memory_interval),
      kept_(context),
      submitter_(kept_.store(), context.catalog, context.metrics, memory_, options),
      rpcs_(submitter_, options.stream_window),
      accounts_(context.store, context.catalog, connectors, context.clock),
      events_(submitter_, kept_.store(), context.reads, blobs_, context.metrics, options.message,
              options.webhook.window),
      bodies_(events_, accounts_, kept_.store(), connectors, options.webhook),
      webhooks_(bodies_, accounts_, context.catalog, connectors, context.clock, context.metrics,
                options.webhook, options.workspace),
      pages_(web::PagesContext{context.store, context.reads, context.catalog, context.credentials, blobs_,
                               submitter_, context.clock, context.random, context.metrics, options.forms,
                               options.workspace}),
      forms_(pages_),
      private_pages_(pages_),
      replay_(context, submitter_, bodies_),
      worker_(context, "ingest", kInFlight,
              [this](streams::Entry entry) { return replay_.handle(std::move(entry)); }),
      poller_(context, accounts_, events_, connectors, worker_.partitions(), options.poll) {}

void Service::register_rpcs(rpc::Dispatcher& dispatcher) {
    rpcs_.register_on(dispatcher);
}

void Service::register_routes(http::Router& router) {
    webhooks_.register_on(router);
    forms_.register_on(router);
    private_pages_.register_on(router);
}

asio::awaitable<Result<void>> Service::start() {
    auto started = co_await kept_.start();
    if (!started) co_return started;
    worker_.start();
    poller_.start();
    co_return Result<void>{};
}

asio::awaitable<void> Service::stop() {
    private_pages_.stop();
    co_await poller_.stop();
    co_await memory_.stop();
    co_await worker_.stop();
    co_await kept_.stop();
}

}  // namespace guichet::ingest
