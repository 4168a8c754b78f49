#pragma once
// What a waiting conversation of five messages of 600 bytes takes, all structures counted, and how long a
// server needs to be ready again with all of them.
#include <string>

#include "tests/bench/lib/report.hpp"

namespace guichet::bench {

struct MemoryPlan {
    std::string binary;
    long conversations = 1'000'000;
};

// Wrong is a conversation that does not wait any more after loading.
void measure_memory(const MemoryPlan& plan, Report& report);

}  // namespace guichet::bench
