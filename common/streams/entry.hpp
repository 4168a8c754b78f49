#pragma once
// An entry of a stream as consumers see it, and ids of entries.
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/redis/reply.hpp"

namespace guichet::streams {

struct Entry {
    int partition = 0;
    // "1700000000000-0"
    std::string id;
    std::vector<std::pair<std::string, std::string>> fields;
    // How often Redis has handed it out, this time included; 1 for a new one. Meaningless when tailed.
    int deliveries = 1;

    // Value of the first field of that name; empty when there is none.
    const std::string& field(std::string_view name) const;
};

// Compares as Redis does: by milliseconds, then by number.
struct EntryId {
    std::uint64_t ms = 0;
    std::uint64_t seq = 0;

    auto operator<=>(const EntryId&) const = default;
    std::string str() const;
    // "ms-seq" or "ms".
    static std::optional<EntryId> parse(std::string_view text);
};

// The entries of one stream's part of a reply: [[id, [name, value, ...]], ...]. Entries without fields
// (deleted while pending) are left out.
std::vector<Entry> read_entries(int partition, redis::Reply& list);

}  // namespace guichet::streams
