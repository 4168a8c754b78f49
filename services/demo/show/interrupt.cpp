#include "services/demo/show/interrupt.hpp"

#include "common/core/clock.hpp"

namespace guichet::demo {

void Interrupt::set() {
    const std::lock_guard lock(mutex_);
    happened_ = true;
    changed_.notify_all();
}

bool Interrupt::happened() const {
    const std::lock_guard lock(mutex_);
    return happened_;
}

bool Interrupt::wait(std::chrono::milliseconds time) {
    std::unique_lock lock(mutex_);
    return !changed_.wait_for(lock, time, [this] { return happened_; });
}

bool Interrupt::wait_until(const std::function<bool()>& holds, std::chrono::milliseconds limit) {
    constexpr std::chrono::milliseconds kAgain{20};
    const SystemClock clock;
    const auto end = clock.steady() + limit;
    for (;;) {
        if (holds()) return true;
        if (clock.steady() > end || !wait(kAgain)) return false;
    }
}

}  // namespace guichet::demo
