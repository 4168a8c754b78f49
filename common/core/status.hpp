#pragma once
// Status and Result: how every fallible operation of Guichet ends.
//
// Code has the numeric values of the canonical gRPC codes, so mapping to the wire is a cast; the mapping to
// HTTP lives in common/rpc. A Status always says in words what is wrong and what to do; where a write was
// refused because the caller's view was old, `present` carries what the caller needs to go on.
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include <boost/system/result.hpp>

namespace guichet {

enum class Code : int {
    ok = 0,
    cancelled = 1,
    unknown = 2,
    invalid_argument = 3,
    deadline_exceeded = 4,
    not_found = 5,
    already_exists = 6,
    permission_denied = 7,
    resource_exhausted = 8,
    failed_precondition = 9,
    aborted = 10,
    out_of_range = 11,
    unimplemented = 12,
    internal = 13,
    unavailable = 14,
    data_loss = 15,
    unauthenticated = 16,
};

// "FAILED_PRECONDITION" and so on.
const char* to_string(Code code);

// What a conversation looks like now, told to a caller whose write was refused.
struct Present {
    std::string conversation;
    std::int64_t version = 0;
    std::int64_t inbound_seq = 0;
    std::string owner;  // agent id, empty when nobody owns it
    std::string state;  // "waiting", "owned", ...
};

struct Status {
    Code code = Code::ok;
    std::string message;
    // A short machine-readable cause, e.g. "stale_epoch", "owned_by_other", "over_capacity"; may be empty.
    std::string reason;
    bool retryable = false;
    // Seconds after which a retry makes sense; 0 when unknown.
    int retry_after_s = 0;
    std::shared_ptr<const Present> present;
    // The field of the request that is wrong, e.g. "message.text"; may be empty.
    std::string field;

    bool ok() const { return code == Code::ok; }
};

Status make_status(Code code, std::string message, std::string reason = {});
Status invalid(std::string field, std::string message);
Status not_found(std::string message);
Status unavailable(std::string message, int retry_after_s = 1);
Status internal(std::string message);
Status denied(std::string message);
Status deadline(std::string message);

// "FAILED_PRECONDITION: text (reason)", for logs and tests.
std::string to_string(const Status& status);

[[noreturn]] void throw_exception_from_error(const Status& status, const boost::source_location& where);

template <class T = void>
using Result = boost::system::result<T, Status>;

}  // namespace guichet
