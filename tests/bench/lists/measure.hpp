#pragma once
// Pages of lists, beside many conversations.
#include <string>

#include "tests/bench/lib/report.hpp"

namespace guichet::bench {

struct ListsPlan {
    std::string binary;
    long waiting = 1'000'000;
    long archived = 1'000'000;
    int rounds = 15;
};

void measure_lists(const ListsPlan& plan, Report& report);

}  // namespace guichet::bench
