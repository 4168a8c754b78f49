#include "tests/bench/first_measure/claim_measure.hpp"

#include <cstdio>
#include <stdexcept>
#include <unordered_set>

#include <boost/asio/co_spawn.hpp>

#include "guichet/v1/routing.pb.h"
#include "tests/bench/first_measure/pipe_load.hpp"
#include "tests/bench/first_measure/slices.hpp"
#include "tests/bench/first_measure/world.hpp"
#include "tests/support/wait.hpp"

namespace guichet::bench {
namespace {

using namespace std::chrono_literals;

constexpr char kClaimNext[] = "guichet.v1.RoutingService/ClaimNext";
constexpr int kCapacity = 1'000'000;

// Who got what, over all slices.
struct Ledger {
    std::unordered_set<std::string> claimed;
    long twice = 0;
    void note(const std::string& conversation) {
        if (!claimed.insert(conversation).second) ++twice;
    }
};

struct Contest {
    World& world;
    Ledger& ledger;
    // Claims still to be made.
    long left = 0;
    std::size_t done = 0;
    int running = 0;
};

asio::awaitable<void> claim_by_rpc(Contest& contest, int agent) {
    const rpc::Metadata meta{contest.world.agent_tokens.at(static_cast<std::size_t>(agent)), {}, {}};
    while (contest.left-- > 0) {
        v1::ClaimNextRequest request;
        request.set_request_id(make_ulid(test::system_clock().now(), test::system_random()));
        auto answer = co_await rpc::call<v1::ClaimNextResponse>(*contest.world.transport, kClaimNext, request,
                                                                meta, 10s);
        if (!answer) throw std::runtime_error(to_string(answer.error()));
        if (!answer->has_conversation()) co_return;
        contest.ledger.note(answer->conversation().id());
        ++contest.done;
    }
}

asio::awaitable<void> claim_bare(Contest& contest, int agent) {
    while (contest.left-- > 0) {
        store::By by{contest.world.workspace, "agent" + std::to_string(agent), {}, "*"};
        by.request = make_ulid(test::system_clock().now(), test::system_random());
        store::ClaimNext what;
        what.capacity = kCapacity;
        auto claimed = co_await contest.world.store.claim_next(std::move(by), std::move(what));
        if (!claimed) throw std::runtime_error(to_string(claimed.error()));
        if (!*claimed) co_return;
        contest.ledger.note((*claimed)->conversation.str());
        ++contest.done;
    }
}

using Agent = asio::awaitable<void> (*)(Contest&, int);

std::size_t compete(World& world, Ledger& ledger, Agent agent, long claims) {
    Contest contest{world, ledger, claims};
    for (int i = 0; i < kAgents; ++i) {
        ++contest.running;
        asio::co_spawn(world.io, agent(contest, i), [&contest](const std::exception_ptr& failure) {
            --contest.running;
            if (failure) std::rethrow_exception(failure);
        });
    }
    test::run_while_not(
        world.io, [&contest] { return contest.running == 0; }, 120s);
    return contest.done;
}

// Until so many wait, triaged by the server under test.
void fill(World& world, long waiting) {
    const auto missing = waiting - world.waiting();
    if (missing <= 0) return;
    PipeLoad load;
    load.connect = [&world] { return connect_unix(world.redis.socket_path()); };
    load.append_request = [&world](std::string& out) { world.append_fcall(out); };
    load.cut_answer = cut_ok_array;
    load.requests = static_cast<std::size_t>(missing);
    drive(load, 120s);
    const bool filled = test::wait_until([&] { return world.waiting() >= waiting; }, 300s);
    if (!filled) throw std::runtime_error("the queue does not fill: " + std::to_string(world.waiting()));
}

void measure_at(World& world, Ledger& ledger, const ClaimPlan& plan, long waiting) {
    std::vector<Way> ways{
        {"bare g1_claim_next", [&] { return compete(world, ledger, claim_bare, plan.claims); }, {}},
        {"gRPC ClaimNext", [&] { return compete(world, ledger, claim_by_rpc, plan.claims); }, {}}};
    for (int round = -1; round < plan.rounds; ++round) {
        for (auto& way : ways) {
            fill(world, waiting);
            auto slice = measure_slice(world, way.work);
            // The first is to warm up.
            if (round >= 0) way.slices.push_back(slice);
        }
    }
    std::printf("claims of %d agents, %ld waiting, appendfsync %s, %d rounds of %ld claims\n", kAgents,
                waiting, plan.appendfsync.c_str(), plan.rounds, plan.claims);
    print_ways(ways, "claim");
    std::printf("\n");
}

}  // namespace

long measure_claims(const ClaimPlan& plan) {
    World world(plan.binary, plan.appendfsync, "routing");
    world.messages_each = 1;
    Ledger ledger;
    const auto before = world.messages();
    bool emptied = false;
    long forgotten = 0;
    for (const auto waiting : plan.waiting) {
        measure_at(world, ledger, plan, waiting);
        if (emptied) continue;
        // Down to the last one, where contention is hardest.
        emptied = true;
        compete(world, ledger, claim_by_rpc, waiting + kAgents);
        forgotten = static_cast<long>(world.messages() - before) - static_cast<long>(ledger.claimed.size());
    }
    std::printf("double claims: %ld of %zu; left over when the queue was emptied: %ld\n\n", ledger.twice,
                ledger.claimed.size(), forgotten);
    return ledger.twice + std::abs(forgotten);
}

}  // namespace guichet::bench
