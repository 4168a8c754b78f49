#pragma once
// The command line that every program here has: --guichet, --json, --rounds, --short.
#include <functional>
#include <string>

#include <CLI/CLI.hpp>

#include "tests/bench/lib/report.hpp"

namespace guichet::bench {

struct Options {
    std::string guichet;
    // Where the figures go as JSON; "": nowhere.
    std::string json;
    int rounds = 15;
    // For a look, or to see that the program works: few rounds and small numbers. No verdict on speed.
    bool quick = false;
};

// Reads the command line, runs, writes the report. The exit code is 1 when something went wrong that must
// never happen, whatever the speed.
int bench_main(int argc, char** argv, const char* what, const std::function<void(CLI::App&)>& more,
               const std::function<void(const Options&, Report&)>& run);

}  // namespace guichet::bench
