#include "common/http/security_headers.hpp"

namespace guichet::http {

void apply_security_headers(Response& response, const SecurityPolicy& policy, bool client_uses_tls) {
    Headers& headers = response.headers;
    if (!headers.has("Content-Security-Policy")) {
        std::string csp = policy.content_security_policy;
        if (!policy.frame_ancestors.empty()) {
            if (!csp.empty()) csp += "; ";
            csp += "frame-ancestors " + policy.frame_ancestors;
        }
        if (!csp.empty()) headers.add("Content-Security-Policy", csp);
    }
    if (!headers.has("X-Content-Type-Options")) headers.add("X-Content-Type-Options", "nosniff");
    if (!policy.referrer_policy.empty() && !headers.has("Referrer-Policy")) {
        headers.add("Referrer-Policy", policy.referrer_policy);
    }
    if (client_uses_tls && policy.hsts_max_age_s > 0 && !headers.has("Strict-Transport-Security")) {
        headers.add("Strict-Transport-Security", "max-age=" + std::to_string(policy.hsts_max_age_s));
    }
}

}  // namespace guichet::http
