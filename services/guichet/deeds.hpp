#pragma once
// Which calls are deeds, and which of them the store tells by itself. Pure.
#include <string>
#include <string_view>

#include "common/rpc/call_details.hpp"
#include "common/rpc/dispatcher.hpp"

namespace guichet {

// Customers' messages are none, nor what nobody known asked for; heartbeats and drafts only when they are
// refused.
bool is_deed(const rpc::CallRecord& record, const rpc::CallDetails& details);

// "guichet.v1.RoutingService/Claim": what it changes is an event or a changed document in the audit of the
// caller's workspace, with the caller's name, appended by the function call that changes it.
bool is_told_by_store(std::string_view method);

// A deed that nothing but its own record tells, and that was done, or may have been.
bool is_told_by_its_record_alone(const rpc::CallRecord& record, const rpc::CallDetails& details);

}  // namespace guichet
