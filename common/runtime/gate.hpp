#pragma once
// Counts the operations in flight, bounds them, and lets a shutdown wait for the last. For the io thread
// only.
#include <cstddef>
#include <memory>

#include "common/core/status.hpp"
#include "common/runtime/event.hpp"

namespace guichet::runtime {

class Gate {
  public:
    explicit Gate(std::size_t limit);
    Gate(const Gate&) = delete;
    Gate& operator=(const Gate&) = delete;

  private:
    struct State;

  public:
    // Held while the operation runs; may outlive the Gate.
    class Pass {
      public:
        Pass() = default;
        Pass(Pass&&) noexcept = default;
        Pass& operator=(Pass&& other) noexcept;
        ~Pass() { leave(); }
        void leave();

      private:
        friend class Gate;
        explicit Pass(std::shared_ptr<State> state) : state_(std::move(state)) {}
        std::shared_ptr<State> state_;
    };

    // UNAVAILABLE (reason "stopping") once closed, RESOURCE_EXHAUSTED (reason "overloaded") when full.
    Result<Pass> enter();
    // Nobody enters any more.
    void close();
    bool closed() const;
    std::size_t inside() const;
    // True when nobody is inside, false after `limit`.
    asio::awaitable<bool> wait_empty(Duration limit);

  private:
    static asio::awaitable<bool> wait_in(std::shared_ptr<State> state, Duration limit);
    std::shared_ptr<State> state_;
};

}  // namespace guichet::runtime
