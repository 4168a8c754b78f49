// See README.md.
#include "tests/bench/lib/options.hpp"
#include "tests/bench/screen/measure.hpp"

int main(int argc, char** argv) {
    using namespace guichet::bench;
    ScreenPlan plan;
    const auto more = [&plan](CLI::App& app) {
        app.add_option("--watchers", plan.watchers, "of one page in twenty each")
            ->check(CLI::Range(20, 1'900));
        app.add_option("--rate", plan.rates, "messages a second")->check(CLI::Range(1, 10'000));
        app.add_option("--seconds", plan.seconds, "of each round")->check(CLI::Range(1, 600));
    };
    return bench_main(argc, argv, "From webhook to screen, at a fixed rate", more,
                      [&plan](const Options& options, Report& report) {
                          plan.binary = options.guichet;
                          plan.rounds = options.rounds;
                          if (options.quick) {
                              plan.watchers = 40;
                              plan.boards = 2;
                              plan.rates = {20};
                              plan.seconds = 1;
                          }
                          measure_screen(plan, report);
                      });
}
