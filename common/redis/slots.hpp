#pragma once
// Pure: which slot of a Redis Cluster a command belongs to, who holds which slot, and where an answer sends
// us instead (redis.io, "Redis cluster specification": key distribution model, redirections).
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/core/status.hpp"
#include "common/redis/command.hpp"
#include "common/redis/reply.hpp"

namespace guichet::redis {

constexpr std::size_t kSlots = 16384;

std::uint16_t slot_of_key(std::string_view key);

// The argument at `index`, the command's name being the first; empty beyond the end.
std::string_view argument_of(const Command& command, std::size_t index);

// Of the first key; nothing for a command without one. Knows functions, streams and what names its key first.
std::optional<std::uint16_t> slot_of(const Command& command);

struct Endpoint {
    std::string host;
    std::uint16_t port = 0;

    // "127.0.0.1:7001"
    std::string name() const { return host + ":" + std::to_string(port); }
};

struct Master {
    Endpoint at;
    std::string id;
};

struct SlotMap {
    static constexpr std::uint16_t kNobody = 0xffff;

    std::vector<Master> masters;       // in the order of their first slot
    std::vector<std::uint16_t> owner;  // of each slot, its place among the masters, or kNobody
};

// The answer of CLUSTER SLOTS. `asked` is the host that gave it: a node may leave its own out.
// UNAVAILABLE when nobody holds any slot.
Result<SlotMap> parse_slots(const Reply& reply, const std::string& asked);

struct Redirect {
    enum class Kind : std::uint8_t { moved, ask };

    Kind kind = Kind::moved;
    std::uint16_t slot = 0;
    Endpoint to;  // host empty: that of the node which answered
};

// What an error reply MOVED or ASK says; nothing for any other reply.
std::optional<Redirect> parse_redirect(const Reply& reply);

// Runs a function or a script, which touches more keys than it names.
bool runs_function(const Command& command);

}  // namespace guichet::redis
