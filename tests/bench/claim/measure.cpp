#include "tests/bench/claim/measure.hpp"

#include <cstdio>
#include <stdexcept>
#include <unordered_set>

#include <boost/asio/co_spawn.hpp>

#include "guichet/v1/routing.pb.h"
#include "tests/bench/lib/fill.hpp"
#include "tests/bench/lib/ways.hpp"
#include "tests/bench/lib/world.hpp"
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

void measure_at(World& world, Ledger& ledger, const ClaimPlan& plan, long waiting, Report& report,
                std::vector<Interval>& cost) {
    std::vector<Way> ways{
        {"bare function", [&] { return compete(world, ledger, claim_bare, plan.claims); }, {}, {}},
        {"gRPC ClaimNext", [&] { return compete(world, ledger, claim_by_rpc, plan.claims); }, {}, {}}};
    take_turns(world, ways, plan.rounds, [&](int, std::size_t) { fill_fast(world, waiting); });
    const auto title = "claims of " + std::to_string(kAgents) + " agents, " + std::to_string(waiting) +
                       " waiting, appendfsync " + plan.appendfsync;
    tell_ways(report, title, ways, "claim");
    std::vector<double> each;
    for (const auto& slice : ways.back().slices) each.push_back(slice.redis / slice.done * 1e6);
    cost.push_back(interval(std::move(each)));
}

}  // namespace

void measure_claims(const ClaimPlan& plan, Report& report) {
    World world(plan.binary, plan.appendfsync, "routing");
    world.messages_each = 1;
    Ledger ledger;
    std::vector<Interval> cost;
    const auto before = world.messages();
    for (const auto waiting : plan.waiting) {
        measure_at(world, ledger, plan, waiting, report, cost);
        if (cost.size() > 1) continue;
        // Down to the last one, where contention is hardest.
        compete(world, ledger, claim_by_rpc, waiting + kAgents);
        const auto left =
            static_cast<long>(world.messages() - before) - static_cast<long>(ledger.claimed.size());
        report.wrong(std::abs(left));
        std::printf("  left over when the queue was emptied: %ld\n\n", left);
    }
    report.wrong(ledger.twice);
    const auto title = "claims at all depths, appendfsync " + plan.appendfsync;
    const auto tell = [&](const std::string& what, const std::string& unit, double value,
                          std::optional<double> at_most) {
        report.add({title, what, unit, {value, value, value}, 1, {}, at_most});
    };
    tell("claims", "", static_cast<double>(ledger.claimed.size()), {});
    tell("double claims", "", static_cast<double>(ledger.twice), 0.0);
    tell("Redis's CPU, deepest to shallowest", "x", cost.back().median / cost.front().median, 1.5);
}

}  // namespace guichet::bench
