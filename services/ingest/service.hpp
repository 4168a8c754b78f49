#pragma once
// The ingest service: RPCs, webhooks, forms and private pages, and the worker for replayed dead letters.
#include "common/channels/connector.hpp"
#include "common/http/router.hpp"
#include "common/rpc/dispatcher.hpp"
#include "common/service/worker.hpp"
#include "services/ingest/kept_store.hpp"
#include "services/ingest/poller.hpp"
#include "services/ingest/replay_worker.hpp"
#include "services/ingest/submit_rpcs.hpp"
#include "services/ingest/web/form_pages.hpp"
#include "services/ingest/web/private_pages.hpp"
#include "services/ingest/webhooks.hpp"

namespace guichet::ingest {

class Service {
  public:
    Service(service::Context& context, const channels::Registry& connectors);
    Service(service::Context& context, const channels::Registry& connectors, const Options& options);

    void register_rpcs(rpc::Dispatcher& dispatcher);
    void register_routes(http::Router& router);
    asio::awaitable<Result<void>> start();
    asio::awaitable<void> stop();

  private:
    blob::BlobStore blobs_;
    MemoryWatch memory_;
    KeptStore kept_;
    Submitter submitter_;
    SubmitRpcs rpcs_;
    Accounts accounts_;
    Events events_;
    Bodies bodies_;
    Webhooks webhooks_;
    web::Pages pages_;
    web::FormPages forms_;
    web::PrivatePages private_pages_;
    ReplayWorker replay_;
    service::Worker worker_;
    Poller poller_;
};

}  // namespace guichet::ingest
