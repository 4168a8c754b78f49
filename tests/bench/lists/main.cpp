// See README.md.
#include "tests/bench/lib/options.hpp"
#include "tests/bench/lists/measure.hpp"

int main(int argc, char** argv) {
    using namespace guichet::bench;
    ListsPlan plan;
    const auto more = [&plan](CLI::App& app) {
        app.add_option("--waiting", plan.waiting, "conversations in the queue")
            ->check(CLI::Range(1'000L, 10'000'000L));
        app.add_option("--archived", plan.archived, "resolved conversations in the archive")
            ->check(CLI::Range(1'000L, 10'000'000L));
    };
    return bench_main(argc, argv, "The lists that agents look at, page by page", more,
                      [&plan](const Options& options, Report& report) {
                          plan.binary = options.guichet;
                          plan.rounds = options.rounds;
                          if (options.quick) plan.waiting = plan.archived = 2'000;
                          measure_lists(plan, report);
                      });
}
