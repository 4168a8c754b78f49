#pragma once
// What protobuf and gRPC would write to stderr by themselves, given to our log instead.
#include <functional>
#include <string_view>

namespace guichet::rpc {

enum class LibraryLevel { info, warning, error };

// For the whole process, once, before threads start. `sink` is called from any thread and must not block;
// texts name fields and addresses, never the content of messages.
void redirect_library_logs(
    std::function<void(LibraryLevel, std::string_view library, std::string_view text)> sink);

}  // namespace guichet::rpc
