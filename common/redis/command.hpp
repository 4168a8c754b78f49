#pragma once
// One command for Redis, kept in wire form: a client appends it to its output buffer without touching the
// arguments again.
//
//     Command command("XADD", key, "*", "type", type, "seq", seq);   // strings and integers, as they are
//     for (const auto& id : ids) command.add(id);
#include <concepts>
#include <cstddef>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace guichet::redis {

template <class T>
concept CommandArgument = std::convertible_to<const T&, std::string_view> ||
    (std::integral<T> && !std::same_as<T, bool>);

class Command {
  public:
    Command() = default;
    template <CommandArgument... Args>
    requires(sizeof...(Args) > 0) explicit Command(const Args&... args) {
        body_.reserve((size_hint(args) + ...));
        (add(args), ...);
    }

    Command& add(std::string_view argument);
    Command& add(std::integral auto number) requires(!std::same_as<decltype(number), bool>) {
        if constexpr (std::is_signed_v<decltype(number)>) {
            return add_signed(number);
        } else {
            return add_unsigned(number);
        }
    }
    Command& add_all(const std::vector<std::string>& arguments);

    // Number of arguments, the command's name included.
    std::size_t size() const { return count_; }
    bool empty() const { return count_ == 0; }
    // Bytes on the wire, nearly (the array header is left out).
    std::size_t bytes() const { return body_.size(); }
    // The first argument ("XADD"); empty for an empty command.
    std::string_view name() const;
    // The arguments taken apart again: for fakes, tests and diagnostics.
    std::vector<std::string> args() const;
    // Appends the RESP form (an array of bulk strings). The command must not be empty.
    void append_to(std::string& out) const;

  private:
    static std::size_t size_hint(std::string_view text) { return text.size() + 14; }
    static std::size_t size_hint(std::integral auto) { return 28; }
    Command& add_signed(long long number);
    Command& add_unsigned(unsigned long long number);

    std::string body_;  // "$3\r\nSET\r\n$1\r\nk\r\n..."
    std::size_t count_ = 0;
};

}  // namespace guichet::redis
