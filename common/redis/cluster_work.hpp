#pragma once
// Internal to common/redis: a call on its way through a cluster.
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "common/redis/cluster.hpp"

namespace guichet::redis {

struct Cluster::Part {
    NodePtr node;
    // Each command has an ASKING before it.
    bool asking = false;
    std::vector<std::size_t> places;  // of the commands in the whole
    std::vector<Command> commands;
    std::vector<Reply> replies;
    std::unique_ptr<JoinedWaiter> waiter;
};

struct Cluster::Work {
    std::vector<Command> commands;
    std::vector<std::optional<std::uint16_t>> slots;
    std::vector<Reply> replies;
    std::vector<std::size_t> todo;         // places without their reply yet, in order
    std::map<std::size_t, NodePtr> asked;  // where an ASK sent a place
};

}  // namespace guichet::redis
