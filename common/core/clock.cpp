#include "common/core/clock.hpp"

#include <array>
#include <cstdio>
#include <ctime>

namespace guichet {

TimeMs SystemClock::now() const {
    return std::chrono::duration_cast<std::chrono::milliseconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
}

std::chrono::nanoseconds SystemClock::steady() const {
    return std::chrono::steady_clock::now().time_since_epoch();
}

std::string to_iso8601(TimeMs time) {
    // Rounded down, also before 1970.
    std::int64_t seconds = time / 1000;
    std::int64_t millis = time % 1000;
    if (millis < 0) {
        millis += 1000;
        --seconds;
    }
    const auto when = static_cast<std::time_t>(seconds);
    std::tm parts{};
    gmtime_r(&when, &parts);
    std::array<char, 80> text{};
    std::snprintf(text.data(), text.size(), "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", parts.tm_year + 1900,
                  parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec,
                  static_cast<int>(millis));
    return text.data();
}

}  // namespace guichet
