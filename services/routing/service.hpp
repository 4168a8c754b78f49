#pragma once
// The routing service: who works on what. RPCs, the triage consumer and the ticker, wired together.
#include <memory>

#include "common/rpc/dispatcher.hpp"
#include "common/service/worker.hpp"
#include "services/routing/claims.hpp"
#include "services/routing/moves.hpp"
#include "services/routing/states.hpp"
#include "services/routing/ticker.hpp"
#include "services/routing/triage_worker.hpp"

namespace guichet::routing {

class Service {
  public:
    Service(service::Context& context, Desk desk);

    void register_rpcs(rpc::Dispatcher& dispatcher);
    asio::awaitable<Result<void>> start();
    asio::awaitable<void> stop();

  private:
    Desk desk_;
    runtime::Pool judges_;
    runtime::Event arrivals_;
    Claims claims_;
    Moves moves_;
    States states_;
    TriageWorker triage_;
    service::Worker worker_;
    Ticker ticker_;
};

}  // namespace guichet::routing
