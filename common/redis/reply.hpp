#pragma once
// What Redis answered (RESP2), owned, and the reader that builds it from bytes as they arrive.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "common/core/status.hpp"

namespace guichet::redis {

class Reply {
  public:
    enum class Type : std::uint8_t { nil, integer, string, status, error, array };

    Reply() = default;
    static Reply nil() { return {}; }
    static Reply integer(std::int64_t value) { return {Type::integer, value}; }
    static Reply string(std::string text) { return {Type::string, std::move(text)}; }
    static Reply status(std::string text) { return {Type::status, std::move(text)}; }
    static Reply error(std::string text) { return {Type::error, std::move(text)}; }
    static Reply array(std::vector<Reply> items) { return {Type::array, std::move(items)}; }

    Type type() const { return type_; }
    bool is_nil() const { return type_ == Type::nil; }
    bool is_integer() const { return type_ == Type::integer; }
    bool is_string() const { return type_ == Type::string; }
    bool is_status() const { return type_ == Type::status; }
    bool is_error() const { return type_ == Type::error; }
    bool is_array() const { return type_ == Type::array; }

    // Text of a string, status or error; empty for anything else.
    const std::string& text() const;
    // Moves that text out.
    std::string take_text();
    // Value of an integer, or of a string that is wholly a decimal number; `otherwise` for anything else.
    std::int64_t to_integer(std::int64_t otherwise = 0) const;
    // Elements of an array; empty for anything else.
    const std::vector<Reply>& items() const;
    std::vector<Reply>& items();
    std::size_t size() const { return items().size(); }
    // The element at `index`; a nil reply beyond the end.
    const Reply& at(std::size_t index) const;
    const Reply& operator[](std::size_t index) const { return at(index); }

  private:
    using Value = std::variant<std::monostate, std::int64_t, std::string, std::vector<Reply>>;
    template <class T>
    Reply(Type type, T value) : type_(type), value_(std::in_place_type<T>, std::move(value)) {}

    Type type_ = Type::nil;
    Value value_;
};

// An error reply as a Status. UNAVAILABLE for what passes by itself (OOM, MISCONF, LOADING, READONLY,
// MASTERDOWN, NOREPLICAS, CLUSTERDOWN, TRYAGAIN, BUSY), INTERNAL for the rest. `reason` is the error's first
// word in lower case ("oom", "wrongtype", "err"), or "function_not_found" when the library is not loaded.
Status to_status(const Reply& error);

// "1) ..." on one line, cut at `limit` bytes: for logs of protocol trouble and tests only, as it shows data.
std::string to_debug_text(const Reply& reply, std::size_t limit = 200);

// Incremental parser over hiredis's redisReader. At most `max_bytes` for one reply (buffered and built), and
// arrays nested at most 7 deep. After an error the reader must not be fed again.
class ReplyReader {
  public:
    enum class Outcome : std::uint8_t { reply, need_more, error };

    explicit ReplyReader(std::size_t max_bytes = std::size_t{64} << 20);
    ~ReplyReader();
    ReplyReader(ReplyReader&&) noexcept;
    ReplyReader& operator=(ReplyReader&&) noexcept;

    void feed(std::string_view bytes);
    // The next whole reply into `reply`.
    Outcome next(Reply& reply);
    const std::string& error() const;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace guichet::redis
