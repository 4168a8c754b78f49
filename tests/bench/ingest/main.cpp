// See README.md.
#include <chrono>

#include "tests/bench/ingest/measure.hpp"
#include "tests/bench/lib/options.hpp"

namespace {

// Short turns, and many: what disturbs one for a moment disturbs the ratio of few.
constexpr int kRounds = 30;
constexpr std::chrono::milliseconds kSlice{500};
constexpr std::chrono::milliseconds kShortSlice{200};

}  // namespace

int main(int argc, char** argv) {
    using namespace guichet::bench;
    IngestPlan plan;
    int milliseconds = 0;
    const auto more = [&](CLI::App& app) {
        app.get_option("--rounds")->default_val(kRounds);
        app.add_option("--targets", plan.targets, "what serves meanwhile");
        app.add_option("--milliseconds", milliseconds, "of one way in one round")
            ->check(CLI::Range(50, 60'000));
        app.add_option("--webhook-connections", plan.webhook_connections)->check(CLI::Range(1, 2'000));
    };
    return bench_main(argc, argv, "Durable ingest of a guichet serve, beside the bare Redis function", more,
                      [&](const Options& options, Report& report) {
                          plan.binary = options.guichet;
                          plan.rounds = options.rounds;
                          plan.slice = options.quick ? kShortSlice : kSlice;
                          if (milliseconds > 0) plan.slice = std::chrono::milliseconds(milliseconds);
                          for (const char* appendfsync : {"always", "everysec"}) {
                              plan.appendfsync = appendfsync;
                              measure_ingest(plan, report);
                          }
                      });
}
