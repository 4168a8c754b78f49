#pragma once
// Waits that Ctrl-C ends.
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>

namespace guichet::demo {

class Interrupt {
  public:
    // From any thread: every wait ends now, and so does each later one.
    void set();
    bool happened() const;
    // Until the time is over; false when it was cut short.
    bool wait(std::chrono::milliseconds time);
    // Asks `holds` again and again; false when it did not come true in time, or was interrupted.
    bool wait_until(const std::function<bool()>& holds, std::chrono::milliseconds limit);

  private:
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    bool happened_ = false;
};

}  // namespace guichet::demo
