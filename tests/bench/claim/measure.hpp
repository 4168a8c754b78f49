#pragma once
// 64 agents who take the next conversation at once, beside the bare function.
#include <string>
#include <vector>

#include "tests/bench/lib/report.hpp"

namespace guichet::bench {

struct ClaimPlan {
    std::string binary;
    std::string appendfsync;
    int rounds = 15;
    // How many wait before each slice; in this order, each not smaller than the one before.
    std::vector<long> waiting{1'000, 100'000, 1'000'000};
    // Claims of one slice.
    long claims = 500;
};

// Wrong is a conversation given to two, or to nobody when the queue was emptied.
void measure_claims(const ClaimPlan& plan, Report& report);

}  // namespace guichet::bench
