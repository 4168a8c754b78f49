#pragma once
// What every fuzz target shares: an input cut in parts, and what must hold whatever it is.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "common/core/bytes.hpp"

namespace guichet::fuzz {

class Input {
  public:
    Input(const std::uint8_t* data, std::size_t size) : rest_(reinterpret_cast<const char*>(data), size) {}

    // 0 at the end.
    unsigned char byte() {
        if (rest_.empty()) return 0;
        const auto first = static_cast<unsigned char>(rest_.front());
        rest_.remove_prefix(1);
        return first;
    }
    // Up to the line's end, without it.
    std::string line() {
        const auto end = rest_.find('\n');
        std::string taken(rest_.substr(0, end));
        rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
        return taken;
    }
    // A copy of its own size, so that the sanitizer sees a step too far.
    std::string rest() const { return std::string(rest_); }

  private:
    std::string_view rest_;
};

inline void must(bool holds, const char* what) {
    if (holds) return;
    std::fprintf(stderr, "does not hold: %s\n", what);
    std::abort();
}

// What comes in by a webhook is handed on as protobuf, which refuses ill-formed text.
template <class Message>
void must_travel(const Message& message) {
    Message back;
    must(back.ParseFromString(message.SerializeAsString()), "a message that was made can be read again");
}

}  // namespace guichet::fuzz
