#include "common/runtime/pool.hpp"

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <thread>

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include "common/runtime/task.hpp"
#include "tests/support/run_coroutine.hpp"

namespace guichet::runtime {
namespace {

using namespace std::chrono_literals;

// Keeps pool threads busy until opened.
class Barrier {
  public:
    void wait() {
        std::unique_lock lock(mutex_);
        ++waiting_;
        changed_.notify_all();
        changed_.wait(lock, [this] { return open_; });
    }
    void open() {
        std::lock_guard lock(mutex_);
        open_ = true;
        changed_.notify_all();
    }
    bool wait_until_busy(int threads) {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, 10s, [&] { return waiting_ >= threads; });
    }

  private:
    std::mutex mutex_;
    std::condition_variable changed_;
    int waiting_ = 0;
    bool open_ = false;
};

asio::awaitable<void> keep_busy(Pool& pool, Barrier& barrier, int& done) {
    auto job = [&barrier]() -> Result<int> {
        barrier.wait();
        return 1;
    };
    auto result = co_await pool.run(job);
    if (result.has_value()) ++done;
}

asio::awaitable<bool> home_again(Pool& pool) {
    const auto home = std::this_thread::get_id();
    auto job = []() -> Result<std::thread::id> { return std::this_thread::get_id(); };
    auto there = co_await pool.run(job);
    co_return there.has_value() && *there != home&& std::this_thread::get_id() == home;
}

TEST(Pool, RunsElsewhereAndComesBack) {
    asio::io_context io;
    Pool pool(io.get_executor(), "test", 1, 4);
    EXPECT_TRUE(test::run(io, home_again(pool)));
}

TEST(Pool, CarriesValuesThatOnlyMove) {
    asio::io_context io;
    Pool pool(io.get_executor(), "test", 1, 4);
    auto job = [in = std::make_unique<int>(5)]() -> Result<std::unique_ptr<int>> {
        return std::make_unique<int>(*in + 1);
    };
    auto out = test::run(io, pool.run(std::move(job)));
    ASSERT_TRUE(out.has_value());
    EXPECT_EQ(**out, 6);
}

TEST(Pool, CarriesErrorsAndNothing) {
    asio::io_context io;
    Pool pool(io.get_executor(), "test", 1, 4);
    auto failing = []() -> Result<> { return not_found("no"); };
    auto fine = []() -> Result<> { return {}; };
    EXPECT_EQ(test::run(io, pool.run(failing)).error().code, Code::not_found);
    EXPECT_TRUE(test::run(io, pool.run(fine)).has_value());
}

TEST(Pool, RefusesWhenTheQueueIsFull) {
    asio::io_context io;
    Barrier barrier;
    int done = 0;
    Pool pool(io.get_executor(), "hashing", 1, 1);
    auto running = spawn(io.get_executor(), "running", keep_busy(pool, barrier, done));
    io.poll();
    ASSERT_TRUE(barrier.wait_until_busy(1));
    auto queued = spawn(io.get_executor(), "queued", keep_busy(pool, barrier, done));
    io.poll();
    EXPECT_EQ(pool.waiting(), 1u);
    auto fine = []() -> Result<> { return {}; };
    auto refused = test::run(io, pool.run(fine));
    ASSERT_TRUE(refused.has_error());
    EXPECT_EQ(refused.error().code, Code::resource_exhausted);
    EXPECT_EQ(refused.error().message, "too much work waits for hashing");
    barrier.open();
    EXPECT_TRUE(test::run(io, running.join(10s)));
    EXPECT_TRUE(test::run(io, queued.join(10s)));
    EXPECT_EQ(done, 2);
}

TEST(Pool, ClosingRefusesWhatWaits) {
    asio::io_context io;
    Barrier barrier;
    int done = 0;
    Pool pool(io.get_executor(), "test", 1, 4);
    auto running = spawn(io.get_executor(), "running", keep_busy(pool, barrier, done));
    io.poll();
    ASSERT_TRUE(barrier.wait_until_busy(1));
    auto queued = spawn(io.get_executor(), "queued", keep_busy(pool, barrier, done));
    io.poll();
    pool.close();
    EXPECT_TRUE(test::run(io, queued.join(10s)));
    EXPECT_EQ(done, 0);
    barrier.open();
    EXPECT_TRUE(test::run(io, running.join(10s)));
    EXPECT_EQ(done, 1);
    auto fine = []() -> Result<> { return {}; };
    EXPECT_EQ(test::run(io, pool.run(fine)).error().code, Code::unavailable);
}

TEST(Pool, DiesCleanlyWithACallerThatStillWaits) {
    asio::io_context io;
    Barrier barrier;
    int done = 0;
    {
        Pool pool(io.get_executor(), "test", 2, 4);
        spawn(io.get_executor(), "running", keep_busy(pool, barrier, done));
        io.poll();
        ASSERT_TRUE(barrier.wait_until_busy(1));
        barrier.open();
    }
    EXPECT_EQ(done, 0);
    io.restart();
    io.run();
    EXPECT_EQ(done, 1);
}

TEST(PoolDeathTest, AnExceptionInAJobEndsTheProcess) {
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    auto crash = [] {
        asio::io_context io;
        Pool pool(io.get_executor(), "archive", 1, 4);
        auto job = []() -> Result<> { throw std::runtime_error("the cause"); };
        test::run(io, pool.run(job));
    };
    EXPECT_DEATH(crash(), "process.bug where=archive what=\"the cause\"");
}

}  // namespace
}  // namespace guichet::runtime
