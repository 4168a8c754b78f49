#include "tests/bench/lib/options.hpp"

#include <cstdio>
#include <exception>

namespace guichet::bench {
namespace {

constexpr int kQuickRounds = 2;

}  // namespace

int bench_main(int argc, char** argv, const char* what, const std::function<void(CLI::App&)>& more,
               const std::function<void(const Options&, Report&)>& run) {
    Options options;
    CLI::App app(what);
    app.add_option("--guichet", options.guichet, "the executable")->required()->check(CLI::ExistingFile);
    app.add_option("--json", options.json, "write the figures to this file, too");
    app.add_option("--rounds", options.rounds, "turns of each way")->check(CLI::Range(1, 1'000));
    app.add_flag("--short", options.quick, "two rounds and small numbers, to see that it works");
    if (more) more(app);
    CLI11_PARSE(app, argc, argv);
    if (options.quick) options.rounds = kQuickRounds;
    try {
        Report report;
        run(options, report);
        report.write(options.json);
        std::printf("\n%s\n", report.sum(!options.quick).c_str());
        return report.wrong() == 0 ? 0 : 1;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s: %s\n", argv[0], error.what());
        return 1;
    }
}

}  // namespace guichet::bench
