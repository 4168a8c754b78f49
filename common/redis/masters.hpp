#pragma once
// What a Client can be asked where its server is a node of a Redis Cluster. It finds that out by itself, from
// the server, and is then a client of the whole cluster (cluster.hpp): call and call_many as ever, with the
// same errors.
//
//   - Commands of one list that belong to different masters run beside each other; the list fails as a whole
//   if one
//     of its connections does, and error replies stay in their places.
//   - A command that names no key goes with its neighbour of the list, alone to the first master.
//   - A slot that moves is followed. While it is on its way its functions are refused: UNAVAILABLE "ask".
#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "common/redis/client.hpp"

namespace guichet::redis {

// Known once there was a connection.
bool is_cluster(const Client& client);

// The names of all masters, for what must reach each: "127.0.0.1:7001"; without a cluster one that is empty.
asio::awaitable<Result<std::vector<std::string>>> masters(Client& client);

// UNAVAILABLE "moved" when `master` is none any more.
asio::awaitable<Result<Reply>> call_at(Client& client, std::string master, Command command,
                                       Client::Milliseconds deadline = Client::kDefaultDeadline);

// The answers of all masters, in their order; an error reply of one becomes the Status of all.
asio::awaitable<Result<std::vector<Reply>>> call_every(
    Client& client, Command command, Client::Milliseconds deadline = Client::kDefaultDeadline);

// Of the masters that are known, how many were called and are away; none of either without a cluster.
struct Reach {
    std::size_t masters = 0;
    std::size_t away = 0;
};
Reach reach(const Client& client);

// How many masters have come since the first look at the cluster.
std::uint64_t new_masters(const Client& client);

}  // namespace guichet::redis
