#pragma once
// What is done to the store while Redis fails: at least one scenario for each branch that writes.
#include <functional>
#include <string>
#include <vector>

#include "tests/integration/store_faults/world.hpp"

namespace guichet::test {

// How the last call of a scenario ended.
struct Ended {
    Status status;
    // Timers that could not be done; the call itself went well.
    int failed = 0;
};

struct Scenario {
    // "function/branch"
    std::string name;
    // Brings the world there and gives the one call that is tested.
    std::function<std::function<Ended()>(World&)> prepare;
    // More than one conversation: each must be whole, not all together.
    bool several = false;
    // Acknowledges a work entry: that comes after the state is whole.
    bool acknowledges = false;
};

std::vector<Scenario> ingest_scenarios();
std::vector<Scenario> routing_scenarios();
std::vector<Scenario> reply_scenarios();
std::vector<Scenario> system_scenarios();
std::vector<Scenario> escalation_scenarios();
std::vector<Scenario> contact_scenarios();
std::vector<Scenario> desk_scenarios();
std::vector<Scenario> moderation_scenarios();

template <class T>
Ended ended(World& world, asio::awaitable<Result<T>> work) {
    return {world.status(std::move(work)), 0};
}

}  // namespace guichet::test
