#pragma once
// "next": an offer led nowhere (nobody answered in time, the platform refused it, he does not want to be
// called); the next way of the case's chain is offered in the name of who made the last offer, a call where
// he agreed to one. When none is left, or he said no, the case is proposed again with what could be next;
// with nothing it stays as it is.
#include "services/escalation/calling.hpp"

namespace guichet::escalation {

class ChainWork {
  public:
    ChainWork(service::Context& context, Scenes& scenes, Offering& offering, Calling& calling)
        : context_(context), scenes_(scenes), offering_(offering), calling_(calling) {}

    // Done twice it offers once.
    asio::awaitable<Result<void>> next(store::WorkItem item);

  private:
    // The state of the case, when it is to go on.
    asio::awaitable<Result<std::optional<store::Fields>>> stopped(const store::WorkItem& item);
    asio::awaitable<Result<void>> go_on(const store::WorkItem& item, store::Fields fields);
    asio::awaitable<Result<store::Offered>> offer(const Scene& scene, Plan plan, const store::Fields& fields);
    // The first way that was not offered yet, for a person to choose.
    asio::awaitable<Result<void>> propose(const store::WorkItem& item, Scene scene, store::Fields fields);
    asio::awaitable<Result<void>> done(const store::WorkItem& item, const char* how, std::string route);

    service::Context& context_;
    Scenes& scenes_;
    Offering& offering_;
    Calling& calling_;
};

}  // namespace guichet::escalation
