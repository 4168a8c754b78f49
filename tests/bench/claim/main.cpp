// See README.md.
#include "tests/bench/claim/measure.hpp"
#include "tests/bench/lib/options.hpp"

int main(int argc, char** argv) {
    using namespace guichet::bench;
    return bench_main(argc, argv, "Claims of 64 contending agents, beside the bare Redis function", {},
                      [](const Options& options, Report& report) {
                          ClaimPlan plan;
                          plan.binary = options.guichet;
                          plan.rounds = options.rounds;
                          if (options.quick) {
                              plan.waiting = {1'000, 5'000};
                              plan.claims = 200;
                          }
                          // How the log is synced hardly changes a claim; the harder way is measured.
                          plan.appendfsync = "always";
                          measure_claims(plan, report);
                      });
}
