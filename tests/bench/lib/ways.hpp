#pragma once
// Several ways of doing the same, in turns: one way's share of a round, and what many of them come to.
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "tests/bench/lib/report.hpp"

namespace guichet::bench {

class World;

struct Slice {
    double done = 0;
    double seconds = 0;
    // Processor seconds.
    double redis = 0;
    double guichet = 0;
    double driver = 0;
    double rate() const { return done / seconds; }
};

// `work` returns how much it did.
Slice measure_slice(const World& world, const std::function<std::size_t()>& work);

struct Way {
    std::string name;
    std::function<std::size_t()> work;
    // What its ratio to the first way must reach.
    std::optional<double> least_ratio;
    std::vector<Slice> slices;
};

// Each way once unmeasured (connections, caches and the allocator are cold once), then `rounds` times in
// turns. `before` is called before every slice with the round's number and the way's.
void take_turns(const World& world, std::vector<Way>& ways, int rounds,
                const std::function<void(int round, std::size_t way)>& before = {});

// The first way is what the others are compared to, round by round. `unit`: "message".
void tell_ways(Report& report, const std::string& title, const std::vector<Way>& ways,
               const std::string& unit);

}  // namespace guichet::bench
