#pragma once
// 64 agents who take the next conversation at once, beside the bare function.
#include <string>
#include <vector>

namespace guichet::bench {

struct ClaimPlan {
    std::string binary;
    std::string appendfsync;
    int rounds = 5;
    // How many wait before each slice; in this order, each not smaller than the one before.
    std::vector<long> waiting{1'000, 100'000};
    // Claims of one slice.
    long claims = 500;
};

// Prints its figures. Returns how many claims went wrong: conversations given to two, or to nobody when the
// queue was emptied.
long measure_claims(const ClaimPlan& plan);

}  // namespace guichet::bench
