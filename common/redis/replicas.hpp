#pragma once
// That what a client asks is answered only when replicas have it, too: one WAIT behind each batch of commands
// that leaves in one write. Redis reads no more from the connection until they confirm, so this is for a
// client of its own (common/store/replicated.hpp).
//
// Redis counts up to the connection's last command, whoever wrote: a message that comes a second time, for
// which nothing is written, is covered as well.
#include <chrono>
#include <cstdint>

#include <boost/asio/awaitable.hpp>

#include "common/core/status.hpp"

namespace guichet::redis {

namespace asio = boost::asio;

class Client;

struct Replicas {
    // So many of each master's; 0: none is waited for.
    std::int64_t least = 0;
    // Shorter than the callers' deadlines.
    std::chrono::milliseconds within{2000};
};

// From the next batch on. Calls then fail with UNAVAILABLE "not_replicated", too: done, but not confirmed in
// time.
void wait_for_replicas(Client& client, const Replicas& wanted);

// How many Redis itself asks for by `min-replicas-to-write`; of a cluster the most that one of its masters
// does.
asio::awaitable<Result<std::int64_t>> replicas_asked_for(Client& client);

}  // namespace guichet::redis
