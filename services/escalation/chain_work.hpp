#pragma once
// "next": an offer led nowhere (nobody answered in time, or the platform refused it); the next way of the
// case's chain is offered in the name of who made the last offer. When none is left the case stays expired.
#include "services/escalation/offering.hpp"

namespace guichet::escalation {

class ChainWork {
  public:
    ChainWork(service::Context& context, Scenes& scenes, Offering& offering)
        : context_(context), scenes_(scenes), offering_(offering) {}

    // Done twice it offers once.
    asio::awaitable<Result<void>> next(store::WorkItem item);

  private:
    // The state of the case, when it is to go on.
    asio::awaitable<Result<std::optional<store::Fields>>> stopped(const store::WorkItem& item);
    asio::awaitable<Result<void>> go_on(const store::WorkItem& item, store::Fields fields);
    asio::awaitable<Result<void>> done(const store::WorkItem& item, const char* how, std::string route);

    service::Context& context_;
    Scenes& scenes_;
    Offering& offering_;
};

}  // namespace guichet::escalation
