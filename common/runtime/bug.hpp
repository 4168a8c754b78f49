#pragma once
#include <exception>
#include <string_view>

namespace guichet::runtime {

// Exceptions mean bugs. Logs where and what, flushes the log and aborts: a process in an unknown state must
// not go on acknowledging messages.
[[noreturn]] void bug(std::string_view where, const std::exception_ptr& what) noexcept;

}  // namespace guichet::runtime
