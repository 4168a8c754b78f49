#pragma once
// How a log line looks. Pure: used by log.cpp and by its tests.
#include <cstdint>
#include <string>
#include <string_view>

#include "common/core/clock.hpp"
#include "common/obs/log.hpp"

namespace guichet::obs::log {

struct Line {
    TimeMs at = 0;
    Level level = Level::info;
    std::string_view event;
    Fields fields;
    // Lines of this event that were not written before this one; told when above 0.
    std::uint64_t suppressed = 0;
    bool reveal_private = false;
};

const char* to_string(Level level);

// {"at":"2026-11-22T15:34:05.123Z","level":"info","event":"message.stored","conversation":"01J..."}
std::string render_json(const Line& line);
// 2026-11-22T15:34:05.123Z info  message.stored conversation=01J...
std::string render_text(const Line& line);

}  // namespace guichet::obs::log
