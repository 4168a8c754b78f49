#include "common/rpc/library_log.hpp"

#include <grpc/support/log.h>
#include <string>
#include <utility>

#include <google/protobuf/stubs/logging.h>

namespace guichet::rpc {

namespace {

// The libraries take plain functions: what they call lies here.
std::function<void(LibraryLevel, std::string_view, std::string_view)>& sink_place() {
    static std::function<void(LibraryLevel, std::string_view, std::string_view)> sink;
    return sink;
}

void from_protobuf(google::protobuf::LogLevel level, const char*, int, const std::string& message) {
    const auto ours = level == google::protobuf::LOGLEVEL_INFO      ? LibraryLevel::info
                      : level == google::protobuf::LOGLEVEL_WARNING ? LibraryLevel::warning
                                                                    : LibraryLevel::error;
    sink_place()(ours, "protobuf", message);
}

void from_grpc(gpr_log_func_args* args) {
    const bool error = args->severity == GPR_LOG_SEVERITY_ERROR;
    sink_place()(error ? LibraryLevel::error : LibraryLevel::info, "grpc", args->message);
}

}  // namespace

void redirect_library_logs(std::function<void(LibraryLevel, std::string_view, std::string_view)> sink) {
    sink_place() = std::move(sink);
    google::protobuf::SetLogHandler(from_protobuf);
    gpr_set_log_function(from_grpc);
}

}  // namespace guichet::rpc
