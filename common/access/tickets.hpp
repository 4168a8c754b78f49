#pragma once
// What a right password is worth where a second factor is asked: one ticket for the second step of that
// sign-in, for minutes. Stored as its SHA-256 only. It is no session: no call takes it.
#include "common/access/credentials.hpp"
#include "guichet/records/v1/second_factor.pb.h"

namespace guichet::access {

class Tickets {
  public:
    static constexpr std::chrono::minutes kLife{5};
    // An app is to be installed first.
    static constexpr std::chrono::minutes kEnrolLife{15};

    Tickets(store::Store& store, const Clock& clock, Random& random)
        : store_(store), clock_(clock), random_(random) {}

    // Returns the secret, "gc_…".
    asio::awaitable<Result<std::string>> create(records::TicketRecord record);
    // UNAUTHENTICATED when unknown, used or expired.
    asio::awaitable<Result<records::TicketRecord>> find(std::string secret);
    // Uses it up: false when somebody else did already.
    asio::awaitable<Result<bool>> take(std::string secret);

  private:
    store::Store& store_;
    const Clock& clock_;
    Random& random_;
};

// A session goes on as if opened now, with its own end: so it outlives the end of all sessions before now.
asio::awaitable<Result<void>> renew_session(store::Store& store, const Clock& clock, std::string secret);

}  // namespace guichet::access
