#pragma once
// Connections for blocking reads (XREADGROUP / XREAD with BLOCK): a Client of one's own, since everything
// behind a blocking command waits for it.
//
//     redis::Client reader(executor, redis::blocking_options(options, "guichet-routing-reader"), clock,
//     random); auto reply = co_await reader.call(command, redis::blocking_deadline(block));
//
// BLOCK must be finite. stop() ends the read at once with UNAVAILABLE "stopped".
#include "common/redis/client.hpp"

namespace guichet::redis {

// `base` with few outstanding commands and no stall limit: silence is normal here.
ClientOptions blocking_options(ClientOptions base, std::string name);

// How long to wait for the answer of a command that blocks for `block`.
inline std::chrono::milliseconds blocking_deadline(std::chrono::milliseconds block) {
    return block + Client::kDefaultDeadline;
}

}  // namespace guichet::redis
