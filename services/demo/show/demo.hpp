#pragma once
// `guichet demo`: the real server in a process and a data folder of its own, and a stand-in of a platform.
// A visitor plays the customer and the agent in his browser, or a script plays the case on the terminal.
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
    // Played on the terminal, every promise checked; else pages for a visitor, until Ctrl-C.
    bool script = false;
    // Of the visitor's pages; 0: the system chooses.
    std::uint16_t port = 0;
    StormPlan storm;
};

// 0: every promise held; 1: one did not, its words on standard error; 130: interrupted.
int run(const DemoOptions& options);

}  // namespace guichet::demo
