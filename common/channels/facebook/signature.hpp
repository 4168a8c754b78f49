#pragma once
// Meta's way to prove who speaks; the same for every product of Meta.
// https://developers.facebook.com/docs/graph-api/webhooks/getting-started
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/core/status.hpp"
#include "common/http/message.hpp"

namespace guichet::channels::facebook {

inline constexpr char kSignatureHeader[] = "X-Hub-Signature-256";

// "sha256=<hex HMAC-SHA256(app secret, raw body)>"; Meta signs the bytes as they are sent.
std::string sign_body(std::string_view app_secret, std::string_view body);
// In constant time; empty secrets never fit.
Status verify_signature(const std::vector<std::string>& secrets, std::string_view signature,
                        std::string_view body);

// GET ?hub.mode=subscribe&hub.verify_token=…&hub.challenge=…: the challenge when the token fits, 403 when it
// does not; nothing when the request is no handshake.
std::optional<http::Response> answer_handshake(std::string_view verify_token, const http::Request& request);

// Proves to Graph that the caller of a token knows the app's secret: hex HMAC-SHA256(app secret, token).
std::string appsecret_proof(std::string_view app_secret, std::string_view token);

}  // namespace guichet::channels::facebook
