#pragma once
// Where the state lies: one Redis, or each master of a cluster.
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "common/core/clock.hpp"
#include "common/core/random.hpp"
#include "common/core/status.hpp"
#include "common/redis/slots.hpp"
#include "common/redis/url.hpp"

namespace guichet::backup {

namespace asio = boost::asio;

struct Part {
    redis::Address address;
    // "0-5460,9000"; empty: no cluster.
    std::string slots;
};

// That of `{sys}:` first: what the others tell of later than it was copied is new to it, never gone from it.
// Reached as `seed` was. FAILED_PRECONDITION "slots_missing" when nobody holds one of the slots. Pure.
Result<std::vector<Part>> parts_of(const redis::SlotMap& map, const redis::Address& seed);

// What a master says of itself in answer to CLUSTER NODES: that one of its slots is on its way. Pure.
bool slot_on_its_way(std::string_view nodes);

// UNAVAILABLE when Redis or one of the masters does not answer, "moved" while a slot is on its way.
asio::awaitable<Result<std::vector<Part>>> find_parts(asio::any_io_executor executor, redis::Address address,
                                                      const Clock& clock, Random& random);

}  // namespace guichet::backup
