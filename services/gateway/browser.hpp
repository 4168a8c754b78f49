#pragma once
// What makes a browser's request the signed-in person's own wish: the session cookie, where the request comes
// from, and the proof that a foreign page cannot have.
#include <string>

#include "common/http/message.hpp"
#include "services/gateway/api_limits.hpp"

namespace guichet::gateway {

inline constexpr char kCsrfHeader[] = "x-guichet-csrf";

// What x-guichet-csrf must say. Derived from the session's secret: nothing to look up, and nothing of the
// secret to be learnt from it.
std::string csrf_of(std::string_view session);

// The session of a request that changes something; "" when it has none. PERMISSION_DENIED without the proof.
Result<std::string> proven_session(const http::Request& request);

// False when a browser says that another site's page caused it. Programs that are no browsers pass.
bool is_same_origin(const http::Request& request, const std::string& public_url);
// The same by the Origin field alone: browsers do not agree on Sec-Fetch-Site for WebSockets.
bool has_own_origin(const http::Request& request, const std::string& public_url);

http::SetCookie session_cookie(const http::Request& request, std::string secret, std::chrono::seconds life);
http::SetCookie no_session_cookie(const http::Request& request);

}  // namespace guichet::gateway
