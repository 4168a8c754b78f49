#pragma once
// Around an offer: what its request was answered before, what follows one that led nowhere. Refusals as in
// store.hpp.
#include "common/store/store.hpp"

namespace guichet::store {

class Chains {
  public:
    explicit Chains(Store& store) : store_(store), functions_(store.client()) {}

    // What this request got from Store::escalate() or call_back() before, of a call without `private_epoch`;
    // none: it is new.
    asio::awaitable<Result<std::optional<Offered>>> escalated(By by);
    // He agreed to be called should the other ways lead nowhere. `call`: a serialized guichet.v1.CallBack.
    asio::awaitable<Result<void>> agree_call(By by, EscalationId escalation, std::string call);
    // The case is proposed again, for `reasons` (a serialized guichet.v1.Triage); a public conversation that
    // rests goes back to the queue, for its last owner during `reserve`. Settles the work entry. False: it
    // went on meanwhile.
    asio::awaitable<Result<bool>> propose_next(WorkspaceId workspace, EscalationId escalation,
                                               std::string entry, std::string reasons, Milliseconds reserve);

  private:
    Store& store_;
    Functions functions_;
};

}  // namespace guichet::store
