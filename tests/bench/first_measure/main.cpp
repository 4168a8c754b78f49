// See README.md.
#include <cstdio>
#include <exception>

#include <CLI/CLI.hpp>

#include "tests/bench/first_measure/claim_measure.hpp"
#include "tests/bench/first_measure/ingest_measure.hpp"

namespace {

struct Arguments {
    std::string guichet;
    std::string targets = "ingest";
    bool quick = false;
    bool skip_ingest = false;
    bool skip_claims = false;
    int rounds = 5;
    int milliseconds = 1'000;
    int webhook_connections = 128;
};

int run(const Arguments& arguments) {
    using namespace guichet::bench;
    IngestPlan ingest;
    ingest.binary = arguments.guichet;
    ingest.targets = arguments.targets;
    ingest.webhook_connections = arguments.webhook_connections;
    ingest.rounds = arguments.quick ? 3 : arguments.rounds;
    ingest.slice = std::chrono::milliseconds(arguments.quick ? 300 : arguments.milliseconds);
    ClaimPlan claims;
    claims.binary = arguments.guichet;
    claims.rounds = ingest.rounds;
    if (arguments.quick) claims.waiting = {1'000, 5'000};
    long wrong = 0;
    for (const char* appendfsync : {"always", "everysec"}) {
        ingest.appendfsync = claims.appendfsync = appendfsync;
        if (!arguments.skip_ingest) measure_ingest(ingest);
        if (!arguments.skip_claims) wrong += measure_claims(claims);
    }
    return wrong == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
    Arguments arguments;
    CLI::App app("Ingest and claims of a guichet serve, beside the bare Redis functions");
    app.add_option("--guichet", arguments.guichet, "the executable")->required()->check(CLI::ExistingFile);
    app.add_option("--targets", arguments.targets, "what serves while ingest is measured");
    app.add_option("--rounds", arguments.rounds)->check(CLI::Range(1, 1'000));
    app.add_option("--milliseconds", arguments.milliseconds, "of one way in one round")
        ->check(CLI::Range(50, 60'000));
    app.add_option("--webhook-connections", arguments.webhook_connections)->check(CLI::Range(1, 2'000));
    app.add_flag("--quick", arguments.quick, "about 20 seconds, for a first look");
    app.add_flag("--skip-ingest", arguments.skip_ingest);
    app.add_flag("--skip-claims", arguments.skip_claims);
    CLI11_PARSE(app, argc, argv);
    try {
        return run(arguments);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "bench_first_measure: %s\n", error.what());
        return 1;
    }
}
