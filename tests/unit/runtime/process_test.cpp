#include "common/runtime/process.hpp"

#include <csignal>
#include <poll.h>
#include <string>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <gtest/gtest.h>

#include "common/obs/log_capture.hpp"
#include "common/runtime/timer.hpp"

namespace guichet::runtime {
namespace {

using namespace std::chrono_literals;

asio::awaitable<void> note(std::vector<std::string>& order, std::string name) {
    co_await sleep(0s);
    order.push_back(std::move(name));
}

Process::Options quiet() {
    Process::Options options;
    options.signals = false;
    return options;
}

TEST(Process, StopsByPhaseAndInReverseWithinAPhase) {
    log::Capture capture(log::Level::info);
    Process process(quiet());
    std::vector<std::string> order;
    auto add = [&](const std::string& name, Phase phase) {
        process.on_stop(name, phase, [&order, name] { return note(order, name); });
    };
    add("redis", Phase::destroy);
    add("store", Phase::destroy);
    add("health", Phase::not_ready);
    add("grpc", Phase::stop_servers);
    add("http", Phase::stop_servers);
    add("gate", Phase::drain);
    add("consumer", Phase::stop_inputs);
    process.stop("test over", 3);
    EXPECT_TRUE(process.stopping());
    EXPECT_EQ(process.run(), 3);
    EXPECT_EQ(order,
              (std::vector<std::string>{"health", "consumer", "gate", "http", "grpc", "store", "redis"}));
    EXPECT_TRUE(capture.contains(R"("event":"process.stopping","why":"test over","exit_code":3)"));
    EXPECT_TRUE(capture.contains(R"("event":"process.step_done","step":"http","phase":"stop_servers")"));
}

asio::awaitable<void> forever(bool& unwound) {
    struct Mark {
        bool& flag;
        ~Mark() { flag = true; }
    } mark{unwound};
    co_await sleep(1h);
}

TEST(Process, ALateStepIsCancelledAndTheOthersRun) {
    log::Capture capture(log::Level::info);
    Process process(quiet());
    std::vector<std::string> order;
    bool unwound = false;
    process.on_stop("last", Phase::destroy, [&] { return note(order, "last"); });
    process.on_stop(
        "slow", Phase::drain, [&] { return forever(unwound); }, 5ms);
    process.stop("test over");
    EXPECT_EQ(process.run(), 0);
    EXPECT_TRUE(unwound);
    EXPECT_EQ(order, std::vector<std::string>{"last"});
    EXPECT_TRUE(capture.contains(R"("event":"process.step_late","step":"slow")"));
    EXPECT_FALSE(capture.contains("process.step_abandoned"));
}

TEST(Process, TheWholeShutdownHasADeadline) {
    log::Capture capture(log::Level::info);
    auto options = quiet();
    options.shutdown_deadline = 10ms;
    Process process(options);
    std::vector<std::string> order;
    bool unwound = false;
    process.on_stop("last", Phase::destroy, [&] { return note(order, "last"); });
    process.on_stop(
        "slow", Phase::drain, [&] { return forever(unwound); }, 1h);
    const auto start = std::chrono::steady_clock::now();
    process.stop("test over");
    EXPECT_EQ(process.run(), 0);
    EXPECT_LT(std::chrono::steady_clock::now() - start, 5s);
    EXPECT_EQ(order, std::vector<std::string>{"last"});
}

TEST(Process, OnlyTheFirstStopCounts) {
    log::Capture capture;
    Process process(quiet());
    process.stop("first", 4);
    process.stop("second", 5);
    EXPECT_EQ(process.run(), 4);
}

TEST(Process, StopsFromAnotherThread) {
    log::Capture capture;
    Process process(quiet());
    std::thread other([&] { process.stop("from elsewhere", 2); });
    EXPECT_EQ(process.run(), 2);
    other.join();
}

// A Process in a child, that tells its progress through a pipe.
class Child {
  public:
    template <class Main>
    explicit Child(Main main) {
        if (pipe(ends_) != 0) throw std::runtime_error("pipe");
        pid_ = fork();
        if (pid_ == 0) {
            close(ends_[0]);
            _exit(main(ends_[1]));
        }
        close(ends_[1]);
    }
    ~Child() {
        if (pid_ > 0) {
            kill(pid_, SIGKILL);
            waitpid(pid_, nullptr, 0);
        }
        close(ends_[0]);
    }
    void signal(int number) const { kill(pid_, number); }
    // The next byte, 0 at the end of the child, '!' when neither comes within 20 s.
    char next() const {
        pollfd wait{ends_[0], POLLIN, 0};
        if (poll(&wait, 1, 20'000) != 1) return '!';
        char byte = 0;
        return read(ends_[0], &byte, 1) == 1 ? byte : '\0';
    }
    // The wait status, once next() has returned 0.
    int end() {
        int status = 0;
        waitpid(pid_, &status, 0);
        pid_ = -1;
        return status;
    }

  private:
    int ends_[2] = {-1, -1};
    pid_t pid_ = -1;
};

void tell(int pipe, char what) {
    if (write(pipe, &what, 1) != 1) _exit(99);
}

asio::awaitable<void> tell_and_end(int pipe) {
    tell(pipe, 'd');
    co_return;
}

asio::awaitable<void> tell_and_hang(int pipe) {
    tell(pipe, 'd');
    co_await sleep(1h);
}

int orderly(int pipe) {
    Process process;
    process.on_stop("drain", Phase::drain, [pipe] { return tell_and_end(pipe); });
    asio::post(process.io(), [pipe] { tell(pipe, 'r'); });
    return process.run();
}

int hanging(int pipe) {
    Process process;
    process.on_stop("drain", Phase::drain, [pipe] { return tell_and_hang(pipe); });
    asio::post(process.io(), [pipe] { tell(pipe, 'r'); });
    return process.run();
}

TEST(ProcessSignals, TheFirstSignalStopsInOrder) {
    for (const int number : {SIGTERM, SIGINT}) {
        Child child(orderly);
        ASSERT_EQ(child.next(), 'r');
        child.signal(number);
        EXPECT_EQ(child.next(), 'd');
        ASSERT_EQ(child.next(), '\0');
        const int status = child.end();
        EXPECT_TRUE(WIFEXITED(status));
        EXPECT_EQ(WEXITSTATUS(status), 0);
    }
}

TEST(ProcessSignals, TheSecondSignalEndsAtOnce) {
    Child child(hanging);
    ASSERT_EQ(child.next(), 'r');
    child.signal(SIGTERM);
    ASSERT_EQ(child.next(), 'd');
    child.signal(SIGINT);
    ASSERT_EQ(child.next(), '\0');
    const int status = child.end();
    EXPECT_TRUE(WIFEXITED(status));
    EXPECT_EQ(WEXITSTATUS(status), 128 + SIGINT);
}

int writes_to_a_closed_pipe(int pipe) {
    Process process(quiet());
    int ends[2];
    if (::pipe(ends) != 0) return 98;
    close(ends[0]);
    const bool failed = write(ends[1], "x", 1) < 0;
    tell(pipe, 'w');
    return failed ? 7 : 8;
}

TEST(ProcessSignals, AClosedPipeIsAnErrorAndNoSignal) {
    Child child(writes_to_a_closed_pipe);
    EXPECT_EQ(child.next(), 'w');
    ASSERT_EQ(child.next(), '\0');
    const int status = child.end();
    EXPECT_TRUE(WIFEXITED(status));
    EXPECT_EQ(WEXITSTATUS(status), 7);
}

}  // namespace
}  // namespace guichet::runtime
