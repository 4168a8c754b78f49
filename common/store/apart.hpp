#pragma once
// Persons of whom somebody said that they are not one. Refusals as in store.hpp.
#include <map>
#include <string>
#include <vector>

#include "common/store/store.hpp"

namespace guichet::store {

struct ToldApart {
    std::string by;
    TimeMs at = 0;
};

class Apart {
  public:
    explicit Apart(Store& store) : store_(store), functions_(store.client()) {}

    // FAILED_PRECONDITION one_already; RESOURCE_EXHAUSTED too_many.
    asio::awaitable<Result<Parted>> tell(By by, ContactId one, ContactId other);
    // FAILED_PRECONDITION not_refused.
    asio::awaitable<Result<Parted>> undo(By by, ContactId one, ContactId other);
    // By contact, of whom these contacts of one person were told apart.
    asio::awaitable<Result<std::map<std::string, ToldApart>>> told(WorkspaceId workspace,
                                                                   std::vector<std::string> contacts);

  private:
    asio::awaitable<Result<Parted>> change(std::string function, By by, ContactId one, ContactId other);

    Store& store_;
    Functions functions_;
};

}  // namespace guichet::store
