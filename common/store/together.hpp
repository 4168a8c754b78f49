#pragma once
// What comes in at the same moment is stored by one call of Redis, which costs less than one for each.
#include <map>
#include <memory>
#include <string>

#include "common/store/functions.hpp"

namespace guichet::store {

class Together {
  public:
    // Of one call: more would keep others waiting for Redis's only thread (a message takes it about 50 us).
    static constexpr std::size_t kMost = 32;
    // For one partition. Redis does one after the other: what comes while it has two waits for company
    // instead of in line, unless there is a whole lot of it.
    static constexpr std::size_t kOnTheirWay = 2;

    explicit Together(Functions& functions);

    // As Functions::call does it, for `ingest`, `own_post` and `report`. Calls for one partition that are
    // made before the io thread turns to something else go together and reach Redis in the order in which
    // they were made. What one of them comes to is its own: the others stand.
    asio::awaitable<Result<Row>> call(std::string prefix, std::string name, Row arguments);

  private:
    struct Lot;
    struct Way;
    static asio::awaitable<void> send(Functions* functions, std::string prefix, std::shared_ptr<Lot> lot,
                                      std::shared_ptr<Way> way);

    Functions& functions_;
    // By partition.
    std::map<std::string, std::shared_ptr<Way>> ways_;
};

}  // namespace guichet::store
