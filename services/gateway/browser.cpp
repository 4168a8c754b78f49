#include "services/gateway/browser.hpp"

#include "common/core/bytes.hpp"

namespace guichet::gateway {
namespace {

// "https://host:port/path" -> "https://host:port"
std::string_view origin_of(std::string_view url) {
    const auto scheme = url.find("://");
    if (scheme == std::string_view::npos) return {};
    return url.substr(0, url.find('/', scheme + 3));
}

}  // namespace

std::string csrf_of(std::string_view session) {
    return base64url(hmac_sha256(session, "guichet csrf"));
}

Result<std::string> proven_session(const http::Request& request) {
    const auto session = request.cookie(kSessionCookie);
    if (!session || session->empty()) return std::string();
    if (!equal_constant_time(request.headers.get(kCsrfHeader), csrf_of(*session))) {
        return make_status(
            Code::permission_denied,
            "a call by session cookie needs the header x-guichet-csrf, as GET /session tells it", "csrf");
    }
    return std::string(*session);
}

bool is_same_origin(const http::Request& request, const std::string& public_url) {
    const auto site = request.headers.find("sec-fetch-site");
    if (site) return *site == "same-origin" || *site == "none";
    return has_own_origin(request, public_url);
}

bool has_own_origin(const http::Request& request, const std::string& public_url) {
    const auto origin = request.headers.find("origin");
    if (!origin) return true;
    if (http::iequals(*origin, request.scheme + "://" + request.host)) return true;
    return !public_url.empty() && http::iequals(*origin, origin_of(public_url));
}

// Lax, not Strict: a link to Guichet from a chat or a ticket opens signed in. Every change needs the proof
// above.
http::SetCookie session_cookie(const http::Request& request, std::string secret, std::chrono::seconds life) {
    http::SetCookie cookie;
    cookie.name = kSessionCookie;
    cookie.value = std::move(secret);
    cookie.max_age = life;
    cookie.secure = request.scheme == "https";
    cookie.same_site = http::SameSite::lax;
    return cookie;
}

http::SetCookie no_session_cookie(const http::Request& request) {
    return session_cookie(request, "", std::chrono::seconds(0));
}

}  // namespace guichet::gateway
