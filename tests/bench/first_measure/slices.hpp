#pragma once
// One way's share of a round, and what many of them come to.
#include <functional>
#include <string>
#include <vector>

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

struct Spread {
    double median = 0;
    double least = 0;
    double most = 0;
};
// Of at least one value.
Spread spread(std::vector<double> values);

struct Way {
    std::string name;
    std::function<std::size_t()> work;
    std::vector<Slice> slices;
};

// One line for each way; the first is what the others are compared to, round by round.
void print_ways(const std::vector<Way>& ways, const std::string& unit);

}  // namespace guichet::bench
