#pragma once
// Structured logs: an event name (a literal such as "message.stored") and fields, one line each.
//
//     log::info("message.stored", {{"conversation", id}, {"request", request_id}});
//
// A disabled level costs one relaxed load: fields are views, rendered only when the line is written.
// What a person wrote, or who he is, goes in a field only as log::Private: rendered as "<12 bytes>" unless
// the logger's level is debug or trace. Every function may be called from any thread.
#include <atomic>
#include <chrono>
#include <concepts>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>

#include "common/core/clock.hpp"
#include "common/core/ids.hpp"
#include "common/core/status.hpp"

namespace guichet::obs::log {

enum class Level : int { trace, debug, info, warn, error, off };
enum class Format { json, text };

// Text that may say something about a person.
struct Private {
    explicit Private(std::string_view what) : text(what) {}
    std::string_view text;
};

// A view of a field's value: valid for the duration of the call.
class Value {
  public:
    using Any =
        std::variant<std::string_view, std::int64_t, std::uint64_t, double, bool, Private, const Status*>;

    Value(const char* text) : any_(std::string_view(text)) {}
    Value(std::string_view text) : any_(text) {}
    Value(const std::string& text) : any_(std::string_view(text)) {}
    Value(bool flag) : any_(flag) {}
    template <std::signed_integral T>
    Value(T number) : any_(static_cast<std::int64_t>(number)) {}
    template <std::unsigned_integral T>
    requires(!std::same_as<T, bool>) Value(T number) : any_(static_cast<std::uint64_t>(number)) {}
    Value(double number) : any_(number) {}
    template <class Tag>
    Value(const Id<Tag>& id) : any_(std::string_view(id.str())) {}
    // In whole milliseconds.
    template <class Rep, class Period>
    Value(std::chrono::duration<Rep, Period> d)
        : any_(static_cast<std::int64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(d).count())) {}
    Value(Private text) : any_(text) {}
    // As to_string(Status) says it.
    Value(const Status& status) : any_(&status) {}

    const Any& any() const { return any_; }

  private:
    Any any_;
};

struct Field {
    std::string_view key;
    Value value;
};
using Fields = std::initializer_list<Field>;

struct Options {
    Level level = Level::info;
    Format format = Format::json;
    // Empty: standard error.
    std::filesystem::path file;
    // A file is rotated at this size; `files` old ones are kept.
    std::size_t file_bytes = 64u << 20;
    std::size_t files = 5;
    // Lines to a file below `warn` may wait this long in memory; warnings and errors never wait.
    std::chrono::milliseconds flush_every{500};
    // Of one event at warn or error, at most `repeat_burst` lines are written per `repeat_window`; the rest
    // are counted, and the count is told on the next line of the event or as "log.suppressed".
    int repeat_burst = 20;
    std::chrono::milliseconds repeat_window{10'000};
    // For tests: lines go here instead, without their line break.
    std::function<void(std::string_view)> sink;
    // For tests; null: the system's clock.
    const Clock* clock = nullptr;
};

// Replaces the logger. Before the first call: info and above, as text, on standard error.
// On an error (the file cannot be opened) the former logger stays.
Result<> configure(Options options);

// Writes out what waits in memory, and the counts of suppressed lines whose window is over. runtime::Process
// calls it periodically.
void flush();

// The level named "trace", "debug", "info", "warn", "error" or "off".
Result<Level> parse_level(std::string_view text);

namespace detail {
extern std::atomic<int> threshold;
void write(Level level, std::string_view event, Fields fields);
}  // namespace detail

inline bool enabled(Level level) {
    return static_cast<int>(level) >= detail::threshold.load(std::memory_order_relaxed);
}

inline void write(Level level, std::string_view event, Fields fields) {
    if (enabled(level)) detail::write(level, event, fields);
}
inline void trace(std::string_view event, Fields fields = {}) {
    write(Level::trace, event, fields);
}
inline void debug(std::string_view event, Fields fields = {}) {
    write(Level::debug, event, fields);
}
inline void info(std::string_view event, Fields fields = {}) {
    write(Level::info, event, fields);
}
inline void warn(std::string_view event, Fields fields = {}) {
    write(Level::warn, event, fields);
}
inline void error(std::string_view event, Fields fields = {}) {
    write(Level::error, event, fields);
}

}  // namespace guichet::obs::log

namespace guichet {
namespace log = obs::log;
}  // namespace guichet
