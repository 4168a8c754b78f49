#pragma once
// The reply service: RPCs and the delivery worker, wired together.
#include "common/rpc/dispatcher.hpp"
#include "common/service/worker.hpp"
#include "services/reply/delivery_worker.hpp"
#include "services/reply/drafts.hpp"
#include "services/reply/moderating.hpp"
#include "services/reply/sends.hpp"

namespace guichet::reply {

class Service {
  public:
    Service(service::Context& context, const channels::Registry& connectors);

    void register_rpcs(rpc::Dispatcher& dispatcher);
    asio::awaitable<Result<void>> start();
    asio::awaitable<void> stop();

  private:
    asio::awaitable<Result<void>> handle(streams::Entry entry);

    Drafts drafts_;
    Sends sends_;
    Moderating moderating_;
    DeliveryWorker deliveries_;
    service::Worker worker_;
};

}  // namespace guichet::reply
