#pragma once
// `guichet demo`: the case played on this machine against the stand-in of a platform, by the real server in
// a process and a data folder of its own.
#include <filesystem>
#include <string>

#include "services/demo/show/storm.hpp"

namespace guichet::demo {

struct DemoOptions {
    // The guichet to run as the server.
    std::string program = "/proc/self/exe";
    // Where its data go; empty: a new folder that is removed afterwards.
    std::filesystem::path data;
    // After each step; unset: 2 s on a terminal, else none.
    std::chrono::milliseconds pace{-1};
    bool color = false;
    // After the script: everything stays up until Ctrl-C.
    bool stay = false;
    StormPlan storm;
};

// 0: every promise held; 1: one did not, its words on standard error; 130: interrupted.
int run(const DemoOptions& options);

}  // namespace guichet::demo
