#pragma once
// Looks at what came in and puts it into its queue. Redelivered work is harmless: the store knows what was
// triaged (a message's seq), and settles the work entry in the same call.
#include "common/runtime/event.hpp"
#include "common/runtime/pool.hpp"
#include "common/service/context.hpp"
#include "common/streams/entry.hpp"
#include "services/routing/judge.hpp"

namespace guichet::routing {

namespace asio = boost::asio;

class TriageWorker {
  public:
    // `desk` outlives `judges`, whose threads read it.
    TriageWorker(service::Context& context, const Desk& desk, runtime::Pool& judges, runtime::Event& arrivals)
        : context_(context), desk_(desk), judges_(judges), arrivals_(arrivals) {}

    asio::awaitable<Result<void>> handle(streams::Entry entry);

  private:
    asio::awaitable<Result<void>> triage(store::WorkItem item, v1::Conversation conversation,
                                         v1::Message message);

    service::Context& context_;
    const Desk& desk_;
    runtime::Pool& judges_;
    runtime::Event& arrivals_;
};

}  // namespace guichet::routing
