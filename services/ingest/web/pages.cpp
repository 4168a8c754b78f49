#include "services/ingest/web/pages.hpp"

#include "common/core/bytes.hpp"

namespace guichet::ingest::web {
namespace {

constexpr char kSessionPurpose[] = "private-session";

std::string cookie_name(const std::string& secret) {
    return "guichet_p_" + access::fingerprint(secret).substr(0, 12);
}

http::RateLimit limit(double per_second, double burst) {
    http::RateLimit made;
    made.per_second = per_second;
    made.burst = burst;
    return made;
}

}  // namespace

Language language_of(const http::Request& request, Language otherwise) {
    return choose_language(request.query_param("lang").value_or(""), request.headers.get("accept-language"),
                           otherwise);
}

Pages::Pages(PagesContext context)
    : c(std::move(context)),
      key_(c.store, c.random),
      looks_(limit(c.options.gets_per_second, c.options.gets_burst)),
      posts_(limit(c.options.posts_per_second, c.options.posts_burst)),
      writes_(limit(c.options.writes_per_second, c.options.writes_burst)),
      // Counts what is refused by words, too: ten times as much, then nothing is read any more.
      uploads_(limit(c.options.writes_per_second * 10, c.options.writes_burst * 10)),
      limited_(
          c.metrics.counter("guichet_forms_limited_total",
                            "Requests to customers' pages refused because one address asked too often.")) {}

bool Pages::allow(http::RateLimiter& limiter, const http::Request& request) {
    const bool allowed = limiter.take(request.client_ip, c.clock.now()).allowed;
    if (!allowed) limited_.add();
    return allowed;
}

bool Pages::may_look(const http::Request& request) {
    return allow(looks_, request);
}

bool Pages::may_post(const http::Request& request) {
    return allow(posts_, request);
}

bool Pages::may_write(const http::Request& request) {
    return allow(writes_, request);
}

http::HeadHook Pages::post_guard() {
    return [this](http::Request& request) -> std::optional<http::Response> {
        if (allow(uploads_, request)) return std::nullopt;
        const auto language = language_of(request);
        return notice(429, language, texts(language).busy_title, texts(language).busy_text, "60");
    };
}

bool Pages::same_site(const http::Request& request) {
    const auto site = request.headers.get("sec-fetch-site");
    if (!site.empty()) return site == "same-origin" || site == "none";
    const auto origin = request.headers.get("origin");
    // "null": a browser that was told to send no referrer, or no page at all; the form's token decides.
    if (origin.empty() || origin == "null") return true;
    const auto theirs = http::parse_url(origin);
    const auto ours = http::parse_url(request.scheme + "://" + request.host);
    return theirs && ours && theirs->authority() == ours->authority();
}

std::string Pages::origin(const http::Request& request) const {
    if (c.options.public_url.empty()) return request.scheme + "://" + request.host;
    auto url = c.options.public_url;
    while (!url.empty() && url.back() == '/') url.pop_back();
    return url;
}

std::string Pages::private_secret(const Signer& signer, const WorkspaceId& workspace,
                                  const ConversationId& conversation) {
    return "gp_" + signer.derive("private-page", workspace.str() + "\n" + conversation.str());
}

http::SetCookie Pages::session_cookie(const Signer& signer, const std::string& secret, bool secure,
                                      const std::string& visitor) const {
    const auto until = c.clock.now() + std::chrono::milliseconds(c.options.session_life).count();
    http::SetCookie cookie;
    cookie.name = cookie_name(secret);
    cookie.value =
        signer.sign(kSessionPurpose, {access::fingerprint(secret), std::to_string(until), visitor});
    cookie.path = "/p/";
    cookie.max_age = c.options.session_life;
    cookie.secure = secure;
    return cookie;
}

std::optional<std::string> Pages::session(const Signer& signer, const std::string& secret,
                                          const http::Request& request) const {
    const auto cookie = request.cookie(cookie_name(secret));
    if (!cookie) return std::nullopt;
    const auto fields = signer.verify(kSessionPurpose, *cookie);
    // Two fields: of before links in public had visitors.
    if (!fields || fields->size() < 2 || fields->size() > 3 || (*fields)[0] != access::fingerprint(secret) ||
        parse_ms((*fields)[1]) <= c.clock.now()) {
        return std::nullopt;
    }
    return fields->size() == 3 ? (*fields)[2] : std::string();
}

http::Response Pages::notice(int status, Language language, const char* title, const char* text,
                             const char* retry_after) const {
    Frame frame;
    frame.language = language;
    auto response = page_response(status, render_notice(frame, title, text));
    if (retry_after) response.header("Retry-After", retry_after);
    return response;
}

http::Response Pages::failure(const Status& status, Language language) const {
    const auto& t = texts(language);
    if (status.code == Code::not_found) return notice(404, language, t.gone_title, t.gone_text);
    return notice(503, language, t.away_title, t.away_text, "5");
}

}  // namespace guichet::ingest::web
