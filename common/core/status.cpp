#include "common/core/status.hpp"

#include <array>
#include <stdexcept>

namespace guichet {

const char* to_string(Code code) {
    static constexpr std::array<const char*, 17> kNames = {
        "OK",        "CANCELLED",       "UNKNOWN",           "INVALID_ARGUMENT",   "DEADLINE_EXCEEDED",
        "NOT_FOUND", "ALREADY_EXISTS",  "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION",
        "ABORTED",   "OUT_OF_RANGE",    "UNIMPLEMENTED",     "INTERNAL",           "UNAVAILABLE",
        "DATA_LOSS", "UNAUTHENTICATED",
    };
    auto index = static_cast<std::size_t>(code);
    return index < kNames.size() ? kNames[index] : "UNKNOWN";
}

Status make_status(Code code, std::string message, std::string reason) {
    Status status;
    status.code = code;
    status.message = std::move(message);
    status.reason = std::move(reason);
    status.retryable = code == Code::unavailable || code == Code::aborted;
    return status;
}

Status invalid(std::string field, std::string message) {
    auto status = make_status(Code::invalid_argument, std::move(message), "invalid");
    status.field = std::move(field);
    return status;
}

Status not_found(std::string message) {
    return make_status(Code::not_found, std::move(message), "not_found");
}

Status unavailable(std::string message, int retry_after_s) {
    auto status = make_status(Code::unavailable, std::move(message), "unavailable");
    status.retry_after_s = retry_after_s;
    return status;
}

Status internal(std::string message) {
    return make_status(Code::internal, std::move(message), "internal");
}

Status denied(std::string message) {
    return make_status(Code::permission_denied, std::move(message), "denied");
}

Status deadline(std::string message) {
    auto status = make_status(Code::deadline_exceeded, std::move(message), "deadline");
    status.retryable = true;
    return status;
}

std::string to_string(const Status& status) {
    std::string text = to_string(status.code);
    if (!status.message.empty()) text += ": " + status.message;
    if (!status.reason.empty()) text += " (" + status.reason + ")";
    return text;
}

void throw_exception_from_error(const Status& status, const boost::source_location&) {
    throw std::logic_error("value() of a failed Result: " + to_string(status));
}

}  // namespace guichet
