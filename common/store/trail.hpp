#pragma once
// Reads that leave a trace: who saw what is masked for others.
#include "common/store/store.hpp"

namespace guichet::store {

class Trail {
  public:
    explicit Trail(Store& store) : store_(store), functions_(store.client()) {}

    // Event dead_letter.read, of the conversation that the letter belongs to. NOT_FOUND: there is none.
    asio::awaitable<Result<void>> unmasked(WorkspaceId workspace, std::string actor, std::string dead_letter);

  private:
    Store& store_;
    Functions functions_;
};

}  // namespace guichet::store
