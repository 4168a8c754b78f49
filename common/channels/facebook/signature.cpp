#include "common/channels/facebook/signature.hpp"

#include "common/core/bytes.hpp"
#include "common/http/text.hpp"

namespace guichet::channels::facebook {
namespace {

constexpr std::string_view kAlgorithm = "sha256=";
// Meta's challenges are short numbers; we do not give back whatever length is asked for.
constexpr std::size_t kMaxChallenge = 1024;

Status bad_signature(const char* why) {
    return make_status(Code::unauthenticated, why, "bad_signature");
}

}  // namespace

std::string sign_body(std::string_view app_secret, std::string_view body) {
    return std::string(kAlgorithm) + hex(hmac_sha256(app_secret, body));
}

Status verify_signature(const std::vector<std::string>& secrets, std::string_view signature,
                        std::string_view body) {
    signature = http::trim(signature);
    if (signature.substr(0, kAlgorithm.size()) != kAlgorithm) {
        return bad_signature("X-Hub-Signature-256 is missing or no sha256 signature");
    }
    const auto given = from_hex(signature.substr(kAlgorithm.size()));
    if (!given) return bad_signature("X-Hub-Signature-256 is not hexadecimal");
    bool good = false;
    for (const auto& secret : secrets) {
        // No early end: time must not tell which of them fits.
        if (!secret.empty()) good = equal_constant_time(*given, hmac_sha256(secret, body)) || good;
    }
    return good ? Status{} : bad_signature("X-Hub-Signature-256 does not fit the body");
}

std::optional<http::Response> answer_handshake(std::string_view verify_token, const http::Request& request) {
    if (request.method != http::Method::get || request.query_param("hub.mode") != "subscribe") {
        return std::nullopt;
    }
    const auto token = request.query_param("hub.verify_token");
    if (verify_token.empty() || !token || !equal_constant_time(*token, verify_token)) {
        return http::Response::text(403, "hub.verify_token is not the one of this channel");
    }
    const auto challenge = request.query_param("hub.challenge").value_or("");
    if (challenge.size() > kMaxChallenge) return http::Response::text(400, "hub.challenge is too long");
    return http::Response::text(200, challenge);
}

std::string appsecret_proof(std::string_view app_secret, std::string_view token) {
    return hex(hmac_sha256(app_secret, token));
}

}  // namespace guichet::channels::facebook
