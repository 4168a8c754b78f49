#pragma once
// Dead letters that a supervisor replays: their raw body goes the way it came, and they are gone when it is
// in.
#include "common/service/context.hpp"
#include "common/streams/entry.hpp"
#include "services/ingest/webhooks.hpp"

namespace guichet::ingest {

class ReplayWorker {
  public:
    ReplayWorker(service::Context& context, Submitter& submitter, Webhooks& webhooks)
        : context_(context), submitter_(submitter), webhooks_(webhooks) {}

    // One entry of work:ingest. Where the letter still cannot be taken in, it stays and only the work is
    // done.
    asio::awaitable<Result<void>> handle(streams::Entry entry);

  private:
    asio::awaitable<Result<void>> replay(store::WorkItem item);

    service::Context& context_;
    Submitter& submitter_;
    Webhooks& webhooks_;
};

}  // namespace guichet::ingest
