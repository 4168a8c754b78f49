#include "common/redis/command.hpp"

#include <charconv>

namespace guichet::redis {
namespace {

template <class Number>
std::string_view digits(char (&buffer)[24], Number number) {
    auto end = std::to_chars(buffer, buffer + sizeof buffer, number).ptr;
    return {buffer, static_cast<std::size_t>(end - buffer)};
}

// Reads "$<n>\r\n" at `at`, leaves `at` behind the argument and its line end.
std::string_view next_argument(const std::string& body, std::size_t& at) {
    std::size_t length = 0;
    auto begin = body.data() + at + 1;
    auto end = std::from_chars(begin, body.data() + body.size(), length).ptr;
    std::size_t start = static_cast<std::size_t>(end - body.data()) + 2;
    at = start + length + 2;
    return std::string_view(body).substr(start, length);
}

}  // namespace

Command& Command::add(std::string_view argument) {
    char buffer[24];
    body_ += '$';
    body_ += digits(buffer, argument.size());
    body_ += "\r\n";
    body_ += argument;
    body_ += "\r\n";
    ++count_;
    return *this;
}

Command& Command::add_signed(long long number) {
    char buffer[24];
    return add(digits(buffer, number));
}

Command& Command::add_unsigned(unsigned long long number) {
    char buffer[24];
    return add(digits(buffer, number));
}

Command& Command::add_all(const std::vector<std::string>& arguments) {
    for (const auto& argument : arguments) add(argument);
    return *this;
}

std::string_view Command::name() const {
    if (count_ == 0) return {};
    std::size_t at = 0;
    return next_argument(body_, at);
}

std::vector<std::string> Command::args() const {
    std::vector<std::string> out;
    out.reserve(count_);
    std::size_t at = 0;
    while (at < body_.size()) out.emplace_back(next_argument(body_, at));
    return out;
}

void Command::append_to(std::string& out) const {
    char buffer[24];
    out += '*';
    out += digits(buffer, count_);
    out += "\r\n";
    out += body_;
}

}  // namespace guichet::redis
