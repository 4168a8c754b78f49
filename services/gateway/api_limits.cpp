#include "services/gateway/api_limits.hpp"

#include <algorithm>

#include "common/rpc/json.hpp"

namespace guichet::gateway {

http::Response too_many_requests(std::int64_t wait_ms, std::string message) {
    auto status = make_status(Code::resource_exhausted, std::move(message), "rate_limited");
    status.retryable = true;
    status.retry_after_s = static_cast<int>(std::max<std::int64_t>(1, (wait_ms + 999) / 1000));
    auto response = http::Response::json(429, rpc::error_to_json(status));
    response.header("Retry-After", std::to_string(status.retry_after_s));
    return response;
}

std::int64_t ApiLimits::take(std::string_view address, std::string_view credential, TimeMs now) {
    const auto by_address = addresses_.take(address, now);
    if (!by_address.allowed) return std::max<std::int64_t>(1, by_address.retry_after_ms);
    // An address has no letter 'g' in front of an underscore, so the two kinds of keys do not meet.
    const auto caller = callers_.take(credential.empty() ? address : credential, now);
    return caller.allowed ? 0 : std::max<std::int64_t>(1, caller.retry_after_ms);
}

std::optional<http::Response> ApiLimits::check(const http::Request& request, TimeMs now) {
    auto credential = request.bearer();
    if (!credential) credential = request.cookie(kSessionCookie);
    const auto wait = take(request.client_ip, credential.value_or(""), now);
    if (wait == 0) return std::nullopt;
    return too_many_requests(wait, "too many calls: wait, then call more slowly");
}

}  // namespace guichet::gateway
