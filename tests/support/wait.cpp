#include "tests/support/wait.hpp"

#include <thread>

namespace guichet::test {
namespace {

constexpr std::chrono::milliseconds kPoll{2};

}  // namespace

const Clock& system_clock() {
    static SystemClock clock;
    return clock;
}

Random& system_random() {
    static SystemRandom random;
    return random;
}

bool wait_until(const std::function<bool()>& condition, std::chrono::milliseconds limit) {
    auto end = system_clock().steady() + limit;
    while (!condition()) {
        if (system_clock().steady() > end) return false;
        std::this_thread::sleep_for(kPoll);
    }
    return true;
}

bool wait_until(asio::io_context& io, const std::function<bool()>& condition,
                std::chrono::milliseconds limit) {
    auto end = system_clock().steady() + limit;
    while (!condition()) {
        if (system_clock().steady() > end) return false;
        io.restart();
        io.run_for(kPoll);
    }
    return true;
}

void run_while_not(asio::io_context& io, const std::function<bool()>& done, std::chrono::milliseconds limit) {
    auto end = system_clock().steady() + limit;
    io.restart();
    while (!done()) {
        if (system_clock().steady() > end) throw std::runtime_error("not done within the limit");
        if (io.stopped()) throw std::runtime_error("nothing is left to run, yet not done");
        io.run_one_for(std::chrono::milliseconds(100));
    }
}

}  // namespace guichet::test
