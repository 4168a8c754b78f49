#pragma once
// Ingest by several ways beside one another, in turns.
#include <chrono>
#include <string>

#include "tests/bench/lib/report.hpp"

namespace guichet::bench {

struct IngestPlan {
    std::string binary;
    std::string appendfsync;
    std::string targets = "ingest";
    int rounds = 15;
    // Of one way in one round.
    std::chrono::milliseconds slice{1'000};
    // Of the webhook's sender, each with one request on its way.
    int webhook_connections = 128;
    // Updates in the body of a webhook that carries many.
    int updates = 50;
};

void measure_ingest(const IngestPlan& plan, Report& report);

}  // namespace guichet::bench
