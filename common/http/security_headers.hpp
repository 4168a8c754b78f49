#pragma once
// The headers that tell a browser what an answer may do. Pure.
#include <string>

#include "common/http/message.hpp"

namespace guichet::http {

struct SecurityPolicy {
    // Directives without frame-ancestors. The default lets a page load nothing at all; a page that needs
    // styles or scripts sets its own Content-Security-Policy or is served by a route with another policy.
    std::string content_security_policy = "default-src 'none'; base-uri 'none'; form-action 'self'";
    // Who may embed: "'none'", "'self'", or origins separated by spaces (the complaint form on a brand's
    // site).
    std::string frame_ancestors = "'none'";
    std::string referrer_policy = "no-referrer";
    // Sent over TLS only; 0 sends none.
    long hsts_max_age_s = 31'536'000;
};

// Adds what is missing; a field that the handler set itself is left as it is.
void apply_security_headers(Response& response, const SecurityPolicy& policy, bool client_uses_tls);

}  // namespace guichet::http
