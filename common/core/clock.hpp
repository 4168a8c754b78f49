#pragma once
// Time is injected: engines take TimeMs, components take a Clock&. Only this module reads the system's clock.
#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>

namespace guichet {

// Milliseconds since the Unix epoch, UTC.
using TimeMs = std::int64_t;

class Clock {
  public:
    virtual ~Clock() = default;
    // Wall clock.
    virtual TimeMs now() const = 0;
    // Never steps back; only differences mean anything.
    virtual std::chrono::nanoseconds steady() const = 0;
};

class SystemClock final : public Clock {
  public:
    TimeMs now() const override;
    std::chrono::nanoseconds steady() const override;
};

// For tests: stands still until moved.
class ManualClock final : public Clock {
  public:
    explicit ManualClock(TimeMs start = 1'700'000'000'000) : now_(start) {}
    TimeMs now() const override { return now_.load(); }
    std::chrono::nanoseconds steady() const override { return std::chrono::milliseconds(now_.load()); }
    void advance(std::chrono::milliseconds by) { now_ += by.count(); }
    void set(TimeMs now) { now_ = now; }

  private:
    std::atomic<TimeMs> now_;
};

// "2026-11-22T15:34:05.123Z"
std::string to_iso8601(TimeMs time);

}  // namespace guichet
