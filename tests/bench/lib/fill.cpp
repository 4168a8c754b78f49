#include "tests/bench/lib/fill.hpp"

#include <cstdio>
#include <stdexcept>

#include "tests/bench/lib/mould.hpp"
#include "tests/bench/lib/pipe_load.hpp"
#include "tests/support/wait.hpp"

namespace guichet::bench {
namespace {

using namespace std::chrono_literals;

// Between two looks at how far it is; also how much the server may lag behind.
constexpr long kStep = 50'000;
// Fewer go through the functions and triage, one by one.
constexpr long kCopied = 1'000;

void pour(World& world, long messages) {
    PipeLoad load;
    load.connect = [&world] { return connect_unix(world.redis.socket_path()); };
    load.append_request = [&world](std::string& out) { world.append_fcall(out); };
    load.cut_answer = cut_ok_array;
    load.requests = static_cast<std::size_t>(messages);
    drive(load, 600s);
}

// Waits until the queue is as long as expected, and says so where there is more to come.
void tell(World& world, long expected, long waiting) {
    const bool filled =
        test::wait_until([&] { return world.waiting() >= expected && world.triaged(); }, 300s);
    if (!filled) throw std::runtime_error("the queue does not fill: " + std::to_string(world.waiting()));
    if (waiting > kStep) std::printf("  … %ld of %ld wait\r", expected, waiting);
    std::fflush(stdout);
}

void copy(World& world, long conversations) {
    auto& mould = *world.mould;
    PipeLoad load;
    load.connect = [&world] { return connect_unix(world.redis.socket_path()); };
    load.append_request = [&mould](std::string& out) { mould.append_copy(out); };
    load.cut_answer = [&mould](std::string_view unread) { return cut_lines(unread, mould.commands()); };
    load.requests = static_cast<std::size_t>(conversations);
    drive(load, 600s);
}

}  // namespace

void fill(World& world, long waiting) {
    const auto missing = waiting - world.waiting();
    for (long done = 0; done < missing;) {
        const auto now = std::min(kStep, missing - done);
        pour(world, now * world.messages_each);
        done += now;
        tell(world, waiting - missing + done, waiting);
    }
}

void fill_fast(World& world, long waiting) {
    if (waiting - world.waiting() < kCopied) return fill(world, waiting);
    // Where nothing waits, only the functions know how a queue begins.
    fill(world, world.waiting() + 1);
    if (!world.mould) world.mould = std::make_shared<Mould>(world);
    world.mould->after(world.last_due());
    for (auto missing = waiting - world.waiting(); missing > 0; missing = waiting - world.waiting()) {
        copy(world, std::min(kStep, missing));
        tell(world, world.waiting(), waiting);
    }
}

}  // namespace guichet::bench
