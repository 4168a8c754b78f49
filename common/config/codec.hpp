#pragma once
// Between a value as written (TOML, environment, command line) and a value as used.
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include "common/config/types.hpp"
#include "common/core/status.hpp"

namespace guichet::config {

using Environment = std::map<std::string, std::string>;

// { env = "NAME" } or { file = "path" }.
struct SecretReference {
    enum class Kind { env, file };
    Kind kind = Kind::env;
    std::string name;
};

// What a source gave. `untyped`: a string from the environment or the command line, to be read as whatever
// the property is; lists are then separated by commas.
struct Raw {
    std::variant<bool, std::int64_t, double, std::string, std::vector<std::string>, SecretReference> value;
    bool untyped = false;
};

// The environment is needed where a secret refers to it. Errors: INVALID_ARGUMENT, in words for the person
// who wrote the value.
template <class T, class Enable = void>
struct Codec;  // static const char* kType; Result<T> parse(const Raw&, const Environment&); string text(const
               // T&)

Result<bool> parse_bool(const Raw& raw);
Result<std::int64_t> parse_int(const Raw& raw);
Result<double> parse_double(const Raw& raw);
Result<std::string> parse_string(const Raw& raw);
Result<std::vector<std::string>> parse_list(const Raw& raw);
Result<std::chrono::milliseconds> parse_duration(const Raw& raw);
Result<Bytes> parse_bytes(const Raw& raw);
Result<Secret> parse_secret(const Raw& raw, const Environment& environment);

// As TOML values; all but a secret's are JSON values too.
std::string toml_quoted(std::string_view text);
std::string text_of(bool value);
std::string text_of(std::int64_t value);
std::string text_of(double value);
std::string text_of(const std::string& value);
std::string text_of(const std::vector<std::string>& value);
std::string text_of(std::chrono::milliseconds value);
std::string text_of(Bytes value);
// The reference, never the value; empty when there is none.
std::string text_of(const Secret& value);
std::string text_of(const std::filesystem::path& value);

// Without quotes: "10s", "64KiB".
std::string duration_text(std::chrono::milliseconds value);
std::string bytes_text(Bytes value);

#define GUICHET_CODEC(TYPE, NAME, PARSE)                                                     \
    template <>                                                                              \
    struct Codec<TYPE> {                                                                     \
        static constexpr const char* kType = NAME;                                           \
        static Result<TYPE> parse(const Raw& raw, const Environment&) { return PARSE(raw); } \
        static std::string text(const TYPE& value) { return text_of(value); }                \
    }
GUICHET_CODEC(bool, "true or false", parse_bool);
GUICHET_CODEC(std::int64_t, "integer", parse_int);
GUICHET_CODEC(double, "number", parse_double);
GUICHET_CODEC(std::string, "string", parse_string);
GUICHET_CODEC(std::vector<std::string>, "list of strings", parse_list);
GUICHET_CODEC(std::chrono::milliseconds, "duration", parse_duration);
GUICHET_CODEC(Bytes, "size", parse_bytes);
#undef GUICHET_CODEC

template <>
struct Codec<std::filesystem::path> {
    static constexpr const char* kType = "path";
    static Result<std::filesystem::path> parse(const Raw& raw, const Environment&) {
        auto text = parse_string(raw);
        if (text.has_error()) return text.error();
        return std::filesystem::path(*text);
    }
    static std::string text(const std::filesystem::path& value) { return text_of(value); }
};

template <>
struct Codec<Secret> {
    static constexpr const char* kType = "secret";
    static Result<Secret> parse(const Raw& raw, const Environment& environment) {
        return parse_secret(raw, environment);
    }
    static std::string text(const Secret& value) { return text_of(value); }
};

template <class E>
struct Codec<E, std::enable_if_t<std::is_enum_v<E>>> {
    static constexpr const char* kType = "choice";
    static std::string choices() {
        std::string all;
        for (const auto& entry : EnumNames<E>::kAll) {
            if (!all.empty()) all += ", ";
            all += entry.second;
        }
        return all;
    }
    static Result<E> parse(const Raw& raw, const Environment&) {
        auto text = parse_string(raw);
        if (text.has_error()) return text.error();
        for (const auto& [value, name] : EnumNames<E>::kAll) {
            if (*text == name) return value;
        }
        return invalid({}, "must be one of " + choices());
    }
    static std::string text(const E& value) { return toml_quoted(name_of(value)); }
};

}  // namespace guichet::config
