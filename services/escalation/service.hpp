#pragma once
// The escalation service: RPCs and the worker, wired together.
#include "common/rpc/dispatcher.hpp"
#include "common/service/worker.hpp"
#include "services/escalation/chain_work.hpp"
#include "services/escalation/identities.hpp"
#include "services/escalation/offers.hpp"
#include "services/escalation/persistence_work.hpp"
#include "services/escalation/proof_work.hpp"
#include "services/escalation/routes.hpp"

namespace guichet::escalation {

class Service {
  public:
    Service(service::Context& context, const channels::Registry& connectors);

    void register_rpcs(rpc::Dispatcher& dispatcher);
    asio::awaitable<Result<void>> start();
    asio::awaitable<void> stop();

  private:
    asio::awaitable<Result<void>> handle(streams::Entry entry);

    Scenes scenes_;
    Offering offering_;
    Calling calling_;
    Routes routes_;
    Offers offers_;
    Identities identities_;
    PersistenceWork persistence_;
    ProofWork proof_;
    ChainWork chain_;
    service::Worker worker_;
};

}  // namespace guichet::escalation
