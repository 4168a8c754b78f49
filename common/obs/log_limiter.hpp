#pragma once
// Counts the lines of an event so that a fault that repeats a thousand times a second does not fill the disk.
#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace guichet::obs::log {

class Limiter {
  public:
    // At most `burst` lines of one event per `window`.
    Limiter(int burst, std::chrono::nanoseconds window) : burst_(burst), window_(window) {}

    struct Verdict {
        bool write = true;
        // Lines of the event dropped in windows that are over, and not told yet.
        std::uint64_t suppressed = 0;
    };
    Verdict admit(std::string_view event, std::chrono::nanoseconds now);

    struct Dropped {
        std::string event;
        std::uint64_t count = 0;
    };
    // Events whose window is over: forgotten, and reported where lines were dropped.
    std::vector<Dropped> sweep(std::chrono::nanoseconds now);

  private:
    struct Window {
        std::chrono::nanoseconds start{};
        int written = 0;
        std::uint64_t dropped = 0;
    };
    // Event names are literals; this bounds the table should one not be.
    static constexpr std::size_t kMaxEvents = 1024;

    int burst_;
    std::chrono::nanoseconds window_;
    std::map<std::string, Window, std::less<>> windows_;
};

}  // namespace guichet::obs::log
