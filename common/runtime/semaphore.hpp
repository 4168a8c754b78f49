#pragma once
// At most N coroutines at once, first come first served. Semaphore(1) is a mutex that may be held across
// co_await. For the io thread only.
#include <cstddef>
#include <memory>

#include "common/core/status.hpp"
#include "common/runtime/event.hpp"

namespace guichet::runtime {

class Semaphore {
  public:
    // `max_waiting` bounds those who queue for a permit.
    explicit Semaphore(std::size_t permits, std::size_t max_waiting = 1024);
    Semaphore(const Semaphore&) = delete;
    Semaphore& operator=(const Semaphore&) = delete;

  private:
    struct State;

  public:
    // Gives its place back when destroyed; may outlive the Semaphore.
    class Permit {
      public:
        Permit() = default;
        Permit(Permit&&) noexcept = default;
        Permit& operator=(Permit&& other) noexcept;
        ~Permit() { release(); }
        void release();

      private:
        friend class Semaphore;
        explicit Permit(std::shared_ptr<State> state) : state_(std::move(state)) {}
        std::shared_ptr<State> state_;
    };

    // DEADLINE_EXCEEDED after `limit`, RESOURCE_EXHAUSTED at once when `max_waiting` wait already.
    asio::awaitable<Result<Permit>> acquire(Duration limit);
    std::size_t free() const;
    std::size_t waiting() const;

  private:
    struct Waiter;
    struct Entry;
    static asio::awaitable<Result<Permit>> acquire_from(std::shared_ptr<State> state, Duration limit);
    std::shared_ptr<State> state_;
};

}  // namespace guichet::runtime
