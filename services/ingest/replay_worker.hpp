#pragma once
// Dead letters that a supervisor replays: their raw body goes the way it came, and they are gone when it is
// in.
#include "common/service/context.hpp"
#include "common/streams/entry.hpp"
#include "services/ingest/bodies.hpp"

namespace guichet::ingest {

class ReplayWorker {
  public:
    ReplayWorker(service::Context& context, Submitter& submitter, Bodies& bodies)
        : context_(context), submitter_(submitter), bodies_(bodies) {}

    // One entry of work:ingest. Where the letter still cannot be taken in, it stays and only the work is
    // done.
    asio::awaitable<Result<void>> handle(streams::Entry entry);

  private:
    asio::awaitable<Result<void>> replay(store::WorkItem item);
    // OK, why it is refused again, or why it should be tried again.
    asio::awaitable<Status> take_in(WorkspaceId workspace, std::string source, std::string body);

    service::Context& context_;
    Submitter& submitter_;
    Bodies& bodies_;
};

}  // namespace guichet::ingest
