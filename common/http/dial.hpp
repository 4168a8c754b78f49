#pragma once
// From a host's name to a connected Link: for the HTTP client, and for connectors that speak something else.
#include <chrono>
#include <memory>
#include <string>

#include "common/http/client.hpp"
#include "common/http/client_link.hpp"

namespace guichet::http::detail {

using LinkPtr = std::shared_ptr<Link>;

// What is referred to outlives the call.
struct Dial {
    asio::io_context& io;
    // Empty: the system's resolver.
    const ResolveHost& resolve;
    // Networks that may be reached although they are not public.
    const CidrSet& allowed;
    // Of each address, TLS apart.
    std::chrono::milliseconds connect_timeout;
    // Null: no TLS, or later.
    asio::ssl::context* tls;
    // What is said there is for nobody else to hear: public addresses are refused.
    bool private_only = false;
};

// Tries the host's addresses in turn. PERMISSION_DENIED: none of them may be reached; FAILED_PRECONDITION:
// the certificate is not good; DEADLINE_EXCEEDED: `alarm` rang.
asio::awaitable<Result<LinkPtr>> dial(const Dial& how, std::string host, std::uint16_t port, Alarm& alarm);

// TLS 1.2 and newer, certificates verified; whom to trust is left to the caller.
void modern_tls(asio::ssl::context& context);

}  // namespace guichet::http::detail
