#include "services/routing/service.hpp"

#include "common/service/bind.hpp"

namespace guichet::routing {
namespace {

// Triage is short: enough to keep Redis busy, few enough to stop quickly.
constexpr std::size_t kInFlight = 64;

}  // namespace

Service::Service(service::Context& context, Desk desk)
    : desk_(std::move(desk)),
      judges_(context.executor, "triage", 1, kInFlight),
      claims_(context, arrivals_),
      moves_(context, claims_),
      states_(context, claims_),
      triage_(context, desk_, judges_, arrivals_),
      worker_(context, "routing", kInFlight,
              [this](streams::Entry entry) { return triage_.handle(std::move(entry)); }),
      ticker_(context, worker_.partitions(), arrivals_) {}

void Service::register_rpcs(rpc::Dispatcher& dispatcher) {
    const std::string service = "guichet.v1.RoutingService/";
    service::bind(dispatcher, service + "ClaimNext", claims_, &Claims::claim_next);
    service::bind(dispatcher, service + "Claim", claims_, &Claims::claim);
    service::bind(dispatcher, service + "Renew", claims_, &Claims::renew);
    service::bind(dispatcher, service + "Assign", moves_, &Moves::assign);
    service::bind(dispatcher, service + "BulkAssign", moves_, &Moves::bulk_assign);
    service::bind(dispatcher, service + "Release", moves_, &Moves::release);
    service::bind(dispatcher, service + "Handoff", moves_, &Moves::handoff);
    service::bind(dispatcher, service + "Transfer", moves_, &Moves::transfer);
    service::bind(dispatcher, service + "Snooze", states_, &States::snooze);
    service::bind(dispatcher, service + "Resolve", states_, &States::resolve);
    service::bind(dispatcher, service + "Reopen", states_, &States::reopen);
    service::bind(dispatcher, service + "SetLabels", states_, &States::set_labels);
    service::bind(dispatcher, service + "SetPresence", states_, &States::set_presence);
}

asio::awaitable<Result<void>> Service::start() {
    worker_.start();
    ticker_.start();
    co_return Result<void>{};
}

asio::awaitable<void> Service::stop() {
    co_await ticker_.stop();
    co_await worker_.stop();
}

}  // namespace guichet::routing
