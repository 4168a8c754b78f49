#pragma once
// Closes the door before Redis is full: what is inside must still be worked off, and that needs room, too.
#include <chrono>
#include <memory>

#include "common/obs/health.hpp"
#include "common/runtime/timer.hpp"
#include "common/store/store.hpp"

namespace guichet::ingest {

class MemoryWatch {
  public:
    // Looks every `interval`; closed from `high_water` (a share of maxmemory) on, open again a twentieth
    // below.
    MemoryWatch(const asio::any_io_executor& executor, store::Store& store, obs::Health& health,
                double high_water, std::chrono::milliseconds interval);

    bool closed() const { return state_->closed; }
    asio::awaitable<void> stop();

  private:
    struct State {
        store::Store& store;
        obs::Health& health;
        double high_water;
        bool closed = false;
    };
    static asio::awaitable<void> look(std::shared_ptr<State> state);

    std::shared_ptr<State> state_;
    runtime::Periodic periodic_;
};

}  // namespace guichet::ingest
