#include "common/runtime/timer.hpp"

#include <stdexcept>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <gtest/gtest.h>

#include "common/obs/log_capture.hpp"
#include "tests/support/run_coroutine.hpp"

namespace guichet::runtime {
namespace {

using namespace std::chrono_literals;

// Notes when its scope ends, however it ends.
struct Mark {
    explicit Mark(bool& out) : flag(out) {}
    ~Mark() { flag = true; }
    Mark(const Mark&) = delete;
    Mark& operator=(const Mark&) = delete;
    bool& flag;
};

// Not default-constructible on purpose: results need not be.
struct Answer {
    explicit Answer(int number) : value(number) {}
    int value;
};

asio::awaitable<Result<Answer>> answer_after(Duration delay, int value, bool& unwound) {
    Mark mark(unwound);
    co_await sleep(delay);
    // A cancelled coroutine does not get beyond its next co_await.
    co_await sleep(0s);
    co_return Answer(value);
}

asio::awaitable<Result<Answer>> refuse() {
    co_return not_found("no such thing");
}

asio::awaitable<Result<Answer>> fail() {
    co_await sleep(0s);
    throw std::runtime_error("a bug");
}

class Timer : public testing::Test {
  protected:
    asio::io_context io_;
    bool unwound_ = false;
};

TEST_F(Timer, SleepEnds) {
    EXPECT_TRUE(test::run(io_, sleep(1ms)));
}

TEST_F(Timer, WithDeadlineGivesTheResult) {
    auto result = test::run(io_, with_deadline(answer_after(1ms, 7, unwound_), 10s, "answer"));
    ASSERT_TRUE(result.has_value());
    EXPECT_EQ(result->value, 7);
}

TEST_F(Timer, WithDeadlineGivesTheError) {
    auto result = test::run(io_, with_deadline(refuse(), 10s, "answer"));
    ASSERT_TRUE(result.has_error());
    EXPECT_EQ(result.error().code, Code::not_found);
}

TEST_F(Timer, WithDeadlineCancelsAndAwaitsTheEnd) {
    auto result = test::run(io_, with_deadline(answer_after(1h, 7, unwound_), 2ms, "the answer"));
    ASSERT_TRUE(result.has_error());
    EXPECT_EQ(result.error().code, Code::deadline_exceeded);
    EXPECT_EQ(result.error().message, "the answer: not done within 2 ms");
    EXPECT_TRUE(unwound_);
}

TEST_F(Timer, WithDeadlinePassesOnABug) {
    EXPECT_THROW(test::run(io_, with_deadline(fail(), 10s, "answer")), std::runtime_error);
}

// Ends normally although it is cancelled.
asio::awaitable<Result<Answer>> answer_in_spite(Duration delay) {
    asio::steady_timer timer(co_await asio::this_coro::executor, delay);
    co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
    co_return Answer(3);
}

TEST_F(Timer, ASuccessThatArrivesAfterTheDeadlineIsKept) {
    auto result = test::run(io_, with_deadline(answer_in_spite(1h), 2ms, "answer"));
    ASSERT_TRUE(result.has_value());
    EXPECT_EQ(result->value, 3);
}

asio::awaitable<void> outer(bool& unwound, bool& went_on) {
    auto result = co_await with_deadline(answer_after(1h, 1, unwound), 1h, "answer");
    co_await sleep(0s);
    went_on = true;
}

TEST_F(Timer, CancellingTheCallerCancelsTheWork) {
    bool went_on = false;
    auto task = spawn(io_.get_executor(), "outer", outer(unwound_, went_on));
    io_.poll();
    task.cancel();
    EXPECT_TRUE(test::run(io_, task.join(10s)));
    EXPECT_TRUE(unwound_);
    EXPECT_FALSE(went_on);
}

asio::awaitable<void> count(int& ticks, Event& ticked) {
    ++ticks;
    ticked.notify_all();
    co_return;
}

TEST_F(Timer, PeriodicTicksUntilStopped) {
    int ticks = 0;
    Event ticked;
    Periodic periodic(io_.get_executor(), "ticks", 1ms, [&] { return count(ticks, ticked); });
    auto enough = [&] { return ticks >= 3; };
    EXPECT_TRUE(test::run(io_, ticked.wait_for(enough, 10s)));
    EXPECT_TRUE(test::run(io_, periodic.stop(10s)));
    const int then = ticks;
    io_.restart();
    io_.run_for(5ms);
    EXPECT_EQ(ticks, then);
}

TEST_F(Timer, PokeTicksAtOnce) {
    int ticks = 0;
    Event ticked;
    Periodic periodic(io_.get_executor(), "ticks", 1h, [&] { return count(ticks, ticked); });
    io_.poll();
    EXPECT_EQ(ticks, 0);
    periodic.poke();
    auto once = [&] { return ticks == 1; };
    EXPECT_TRUE(test::run(io_, ticked.wait_for(once, 10s)));
    EXPECT_TRUE(test::run(io_, periodic.stop(10s)));
}

asio::awaitable<void> stuck(bool& started, bool& unwound) {
    Mark mark(unwound);
    started = true;
    co_await sleep(1h);
}

TEST_F(Timer, StopCancelsAStuckTick) {
    bool started = false;
    Periodic periodic(io_.get_executor(), "ticks", 0ms, [&] { return stuck(started, unwound_); });
    while (!started) io_.run_one();
    EXPECT_TRUE(test::run(io_, periodic.stop(2ms)));
    EXPECT_TRUE(unwound_);
}

TEST_F(Timer, ATaskIsJoinedOrNot) {
    bool started = false;
    auto task = spawn(io_.get_executor(), "task", stuck(started, unwound_));
    EXPECT_FALSE(test::run(io_, task.join(2ms)));
    EXPECT_FALSE(task.done());
    task.cancel();
    EXPECT_TRUE(test::run(io_, task.join(10s)));
    EXPECT_TRUE(task.done());
    EXPECT_TRUE(test::run(io_, Task().join(0s)));
}

asio::awaitable<void> throw_later() {
    co_await sleep(0s);
    throw std::runtime_error("the cause");
}

TEST(TimerDeathTest, AnEscapingExceptionEndsTheProcess) {
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    auto crash = [] {
        asio::io_context io;
        spawn(io.get_executor(), "worker", throw_later());
        io.run();
    };
    EXPECT_DEATH(crash(), "process.bug where=worker what=\"the cause\"");
}

}  // namespace
}  // namespace guichet::runtime
