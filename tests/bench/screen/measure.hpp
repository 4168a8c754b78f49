#pragma once
// Webhook to screen, open loop.
#include <string>
#include <vector>

#include "tests/bench/lib/report.hpp"

namespace guichet::bench {

struct ScreenPlan {
    std::string binary;
    // Each matches the events of one page of twenty.
    int watchers = 1'000;
    // Match all.
    int boards = 10;
    std::vector<int> rates{100, 1'000};
    int seconds = 2;
    int rounds = 15;
};

void measure_screen(const ScreenPlan& plan, Report& report);

}  // namespace guichet::bench
