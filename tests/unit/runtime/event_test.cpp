#include "common/runtime/event.hpp"

#include <vector>

#include <gtest/gtest.h>

#include "common/runtime/gate.hpp"
#include "common/runtime/queue.hpp"
#include "common/runtime/semaphore.hpp"
#include "common/runtime/task.hpp"
#include "common/runtime/timer.hpp"
#include "tests/support/run_coroutine.hpp"

namespace guichet::runtime {
namespace {

using namespace std::chrono_literals;

class Waiting : public testing::Test {
  protected:
    // Lets everything that is ready run.
    void settle() {
        io_.restart();
        io_.poll();
    }
    asio::io_context io_;
    Event event_;
    std::vector<int> log_;
};

asio::awaitable<void> wait_and_note(Event& event, std::vector<int>& log, int number) {
    const bool notified = co_await event.wait(10s);
    if (notified) log.push_back(number);
}

TEST_F(Waiting, NotifyAllWakesEveryWaiterInOrder) {
    for (int i = 1; i <= 3; ++i) spawn(io_.get_executor(), "waiter", wait_and_note(event_, log_, i));
    settle();
    EXPECT_EQ(event_.waiting(), 3u);
    EXPECT_TRUE(log_.empty());
    event_.notify_all();
    settle();
    EXPECT_EQ(log_, (std::vector{1, 2, 3}));
    EXPECT_EQ(event_.waiting(), 0u);
}

TEST_F(Waiting, NotifyOneWakesADifferentWaiterEachTime) {
    for (int i = 1; i <= 3; ++i) spawn(io_.get_executor(), "waiter", wait_and_note(event_, log_, i));
    settle();
    event_.notify_one();
    event_.notify_one();
    settle();
    EXPECT_EQ(log_, (std::vector{1, 2}));
}

TEST_F(Waiting, ANotificationIsNotRemembered) {
    event_.notify_all();
    EXPECT_FALSE(test::run(io_, event_.wait(1ms)));
}

asio::awaitable<bool> wait_for_value(Event& event, const int& value, Duration limit) {
    auto reached = [&value] { return value >= 2; };
    co_return co_await event.wait_for(reached, limit);
}

asio::awaitable<void> raise_twice(Event& event, int& value) {
    for (int i = 0; i < 2; ++i) {
        co_await sleep(1ms);
        ++value;
        event.notify_all();
    }
}

TEST_F(Waiting, WaitForAsksAgainAfterEachNotification) {
    int value = 0;
    spawn(io_.get_executor(), "raise", raise_twice(event_, value));
    EXPECT_TRUE(test::run(io_, wait_for_value(event_, value, 10s)));
    EXPECT_EQ(value, 2);
    EXPECT_TRUE(test::run(io_, wait_for_value(event_, value, 0s)));
    value = 0;
    EXPECT_FALSE(test::run(io_, wait_for_value(event_, value, 5ms)));
}

TEST_F(Waiting, ADestroyedWaiterLeavesTheList) {
    auto io = std::make_unique<asio::io_context>();
    spawn(io->get_executor(), "waiter", wait_and_note(event_, log_, 1));
    io->poll();
    EXPECT_EQ(event_.waiting(), 1u);
    io.reset();
    EXPECT_EQ(event_.waiting(), 0u);
}

TEST_F(Waiting, ACancelledWaiterLeavesTheList) {
    auto task = spawn(io_.get_executor(), "waiter", wait_and_note(event_, log_, 1));
    settle();
    task.cancel();
    settle();
    EXPECT_TRUE(task.done());
    EXPECT_EQ(event_.waiting(), 0u);
    EXPECT_TRUE(log_.empty());
}

asio::awaitable<void> hold(Semaphore& semaphore, std::vector<int>& log, int number, Duration for_long) {
    auto permit = co_await semaphore.acquire(10s);
    if (permit.has_error()) co_return;
    log.push_back(number);
    co_await sleep(for_long);
    log.push_back(-number);
}

TEST_F(Waiting, ASemaphoreOfOneIsAMutexInOrder) {
    Semaphore semaphore(1);
    std::vector<Task> tasks;
    for (int i = 1; i <= 3; ++i) {
        tasks.push_back(spawn(io_.get_executor(), "holder", hold(semaphore, log_, i, 1ms)));
    }
    for (auto& task : tasks) EXPECT_TRUE(test::run(io_, task.join(10s)));
    EXPECT_EQ(log_, (std::vector{1, -1, 2, -2, 3, -3}));
    EXPECT_EQ(semaphore.free(), 1u);
}

TEST_F(Waiting, ASemaphoreRefusesAfterTheDeadlineAndWhenTooManyWait) {
    Semaphore semaphore(1, 1);
    auto held = test::run(io_, semaphore.acquire(1s));
    ASSERT_TRUE(held.has_value());
    auto late = test::run(io_, semaphore.acquire(1ms));
    ASSERT_TRUE(late.has_error());
    EXPECT_EQ(late.error().code, Code::deadline_exceeded);

    spawn(io_.get_executor(), "waiter", hold(semaphore, log_, 1, 0s));
    settle();
    EXPECT_EQ(semaphore.waiting(), 1u);
    auto refused = test::run(io_, semaphore.acquire(1s));
    ASSERT_TRUE(refused.has_error());
    EXPECT_EQ(refused.error().code, Code::resource_exhausted);
}

TEST_F(Waiting, APermitGrantedToACancelledWaiterIsNotLost) {
    Semaphore semaphore(1);
    auto held = test::run(io_, semaphore.acquire(1s));
    ASSERT_TRUE(held.has_value());
    auto task = spawn(io_.get_executor(), "waiter", hold(semaphore, log_, 1, 10s));
    settle();
    held->release();
    task.cancel();
    EXPECT_TRUE(test::run(io_, task.join(10s)));
    EXPECT_EQ(semaphore.free(), 1u);
}

TEST_F(Waiting, APermitMayOutliveItsSemaphore) {
    auto semaphore = std::make_unique<Semaphore>(1);
    auto held = test::run(io_, semaphore->acquire(1s));
    ASSERT_TRUE(held.has_value());
    semaphore.reset();
    held->release();
}

TEST_F(Waiting, AGateCountsBoundsAndCloses) {
    Gate gate(2);
    auto first = gate.enter();
    auto second = gate.enter();
    ASSERT_TRUE(first.has_value());
    ASSERT_TRUE(second.has_value());
    auto third = gate.enter();
    ASSERT_TRUE(third.has_error());
    EXPECT_EQ(third.error().reason, "overloaded");
    second->leave();
    EXPECT_EQ(gate.inside(), 1u);
    gate.close();
    auto late = gate.enter();
    ASSERT_TRUE(late.has_error());
    EXPECT_EQ(late.error().code, Code::unavailable);
    EXPECT_FALSE(test::run(io_, gate.wait_empty(1ms)));
}

asio::awaitable<void> pass_through(Gate::Pass pass, Duration for_long) {
    co_await sleep(for_long);
    pass.leave();
}

TEST_F(Waiting, AGateTellsWhenTheLastHasLeft) {
    Gate gate(10);
    spawn(io_.get_executor(), "inside", pass_through(std::move(gate.enter().value()), 2ms));
    spawn(io_.get_executor(), "inside", pass_through(std::move(gate.enter().value()), 4ms));
    EXPECT_EQ(gate.inside(), 2u);
    EXPECT_TRUE(test::run(io_, gate.wait_empty(10s)));
    EXPECT_EQ(gate.inside(), 0u);
    EXPECT_TRUE(test::run(io_, gate.wait_empty(0s)));
}

asio::awaitable<void> pop_all(BoundedQueue<std::unique_ptr<int>>& queue, std::vector<int>& log) {
    for (;;) {
        auto item = co_await queue.pop(10s);
        if (!item) co_return;
        log.push_back(**item);
    }
}

TEST_F(Waiting, AQueueIsBoundedOrderedAndClosable) {
    BoundedQueue<std::unique_ptr<int>> queue(2);
    EXPECT_TRUE(queue.push(std::make_unique<int>(1)));
    EXPECT_TRUE(queue.push(std::make_unique<int>(2)));
    EXPECT_FALSE(queue.push(std::make_unique<int>(3)));
    auto task = spawn(io_.get_executor(), "consumer", pop_all(queue, log_));
    settle();
    EXPECT_TRUE(queue.push(std::make_unique<int>(4)));
    settle();
    EXPECT_EQ(log_, (std::vector{1, 2, 4}));
    EXPECT_TRUE(queue.push(std::make_unique<int>(5)));
    queue.close();
    EXPECT_FALSE(queue.push(std::make_unique<int>(6)));
    EXPECT_TRUE(test::run(io_, task.join(10s)));
    EXPECT_EQ(log_, (std::vector{1, 2, 4, 5}));
}

TEST_F(Waiting, AnEmptyQueueGivesNothingAfterTheLimit) {
    BoundedQueue<int> queue(2);
    EXPECT_FALSE(test::run(io_, queue.pop(1ms)).has_value());
}

}  // namespace
}  // namespace guichet::runtime
