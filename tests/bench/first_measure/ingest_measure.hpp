#pragma once
// Ingest by four ways beside one another, in turns.
#include <chrono>
#include <string>

namespace guichet::bench {

struct IngestPlan {
    std::string binary;
    std::string appendfsync;
    std::string targets = "ingest";
    int rounds = 5;
    // Of one way in one round.
    std::chrono::milliseconds slice{1'000};
    // Of the webhook's sender, each with one request on its way.
    int webhook_connections = 128;
};

// Prints its figures.
void measure_ingest(const IngestPlan& plan);

}  // namespace guichet::bench
