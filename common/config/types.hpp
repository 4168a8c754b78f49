#pragma once
// Types of configured values that the standard library lacks.
#include <array>
#include <cstdint>
#include <iosfwd>
#include <string>
#include <utility>

namespace guichet::config {

// A size in bytes. Written "64KiB", "1MiB"; KB, MB and GB mean the same as KiB, MiB and GiB here.
struct Bytes {
    std::uint64_t count = 0;
    auto operator<=>(const Bytes&) const = default;
};
constexpr Bytes kib(std::uint64_t n) {
    return {n << 10};
}
constexpr Bytes mib(std::uint64_t n) {
    return {n << 20};
}
constexpr Bytes gib(std::uint64_t n) {
    return {n << 30};
}

// A value that never shows itself: nothing converts it to text but reveal().
class Secret {
  public:
    Secret() = default;
    // `reference` says where the value came from, as TOML: { env = "NAME" }.
    Secret(std::string value, std::string reference)
        : value_(std::move(value)), reference_(std::move(reference)) {}
    bool empty() const { return value_.empty(); }
    // For the one place that needs it.
    const std::string& reveal() const { return value_; }
    const std::string& reference() const { return reference_; }

  private:
    std::string value_;
    std::string reference_;
};
// Writes "<secret>", or "<none>" when empty.
std::ostream& operator<<(std::ostream& out, const Secret& secret);

enum class Fsync { always, everysec };
enum class LogLevel { trace, debug, info, warn, error, off };
enum class LogFormat { json, text };

// The names of an enum's values, as written in the configuration.
template <class E>
struct EnumNames;
template <>
struct EnumNames<Fsync> {
    static constexpr std::array<std::pair<Fsync, const char*>, 2> kAll = {
        {{Fsync::always, "always"}, {Fsync::everysec, "everysec"}}};
};
template <>
struct EnumNames<LogLevel> {
    static constexpr std::array<std::pair<LogLevel, const char*>, 6> kAll = {{{LogLevel::trace, "trace"},
                                                                              {LogLevel::debug, "debug"},
                                                                              {LogLevel::info, "info"},
                                                                              {LogLevel::warn, "warn"},
                                                                              {LogLevel::error, "error"},
                                                                              {LogLevel::off, "off"}}};
};
template <>
struct EnumNames<LogFormat> {
    static constexpr std::array<std::pair<LogFormat, const char*>, 2> kAll = {
        {{LogFormat::json, "json"}, {LogFormat::text, "text"}}};
};

// The name of an enum's value.
template <class E>
const char* name_of(E value) {
    for (const auto& [known, name] : EnumNames<E>::kAll) {
        if (known == value) return name;
    }
    return "";
}

}  // namespace guichet::config
