// See README.md.
#include "tests/bench/lib/options.hpp"
#include "tests/bench/memory/measure.hpp"

int main(int argc, char** argv) {
    using namespace guichet::bench;
    MemoryPlan plan;
    const auto more = [&plan](CLI::App& app) {
        app.add_option("--conversations", plan.conversations, "that wait, of five messages each")
            ->check(CLI::Range(1'000L, 10'000'000L));
    };
    return bench_main(argc, argv, "Memory of waiting conversations, and how long they take to load", more,
                      [&plan](const Options& options, Report& report) {
                          plan.binary = options.guichet;
                          if (options.quick) plan.conversations = 2'000;
                          measure_memory(plan, report);
                      });
}
