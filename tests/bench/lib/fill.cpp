#include "tests/bench/lib/fill.hpp"

#include <cstdio>
#include <stdexcept>

#include "tests/bench/lib/pipe_load.hpp"
#include "tests/support/wait.hpp"

namespace guichet::bench {
namespace {

using namespace std::chrono_literals;

// Between two looks at how far it is; also how much the server may lag behind.
constexpr long kStep = 50'000;

void pour(World& world, long messages) {
    PipeLoad load;
    load.connect = [&world] { return connect_unix(world.redis.socket_path()); };
    load.append_request = [&world](std::string& out) { world.append_fcall(out); };
    load.cut_answer = cut_ok_array;
    load.requests = static_cast<std::size_t>(messages);
    drive(load, 600s);
}

}  // namespace

void fill(World& world, long waiting) {
    const auto missing = waiting - world.waiting();
    for (long done = 0; done < missing;) {
        const auto now = std::min(kStep, missing - done);
        pour(world, now * world.messages_each);
        done += now;
        const auto expected = waiting - missing + done;
        const bool filled =
            test::wait_until([&] { return world.waiting() >= expected && world.triaged(); }, 300s);
        if (!filled) throw std::runtime_error("the queue does not fill: " + std::to_string(world.waiting()));
        if (missing > kStep) std::printf("  … %ld of %ld wait\r", expected, waiting);
        std::fflush(stdout);
    }
}

}  // namespace guichet::bench
