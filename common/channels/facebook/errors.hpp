#pragma once
// What an answer of Graph means for a send. Pure.
// https://developers.facebook.com/docs/graph-api/guides/error-handling
// https://developers.facebook.com/docs/messenger-platform/error-codes
#include <chrono>
#include <optional>
#include <string>

#include "common/channels/connector.hpp"
#include "common/http/client.hpp"

namespace guichet::channels::facebook {

struct GraphError {
    int code = 0;
    int subcode = 0;
    std::string message;
    // Graph's own word that it will pass.
    bool transient = false;
};

// {"error": {"code", "error_subcode", "message", "is_transient"}}; nothing where the body has none.
std::optional<GraphError> graph_error(const std::string& body);
// The app or the token lacks a right for this (3, 10, 200 to 299).
bool is_permission_error(const GraphError& error);

// What a good answer holds: the id of what was made, or only that it went well.
enum class Expect { id, success };

// Codes of Graph decide before the status. A server's failure without one, a cut connection and an answer
// that cannot be read are `ambiguous`: Graph may have published.
channels::Outcome outcome_of(const http::ClientResult& result, TimeMs now, Expect expect = Expect::id);

// Retry-After (seconds, or a date) or what X-Business-Use-Case-Usage says; at most a day.
std::optional<std::chrono::milliseconds> wait_of(const http::Headers& headers, TimeMs now);
// "Sun, 22 Nov 2026 15:34:05 GMT" (RFC 9110 section 5.6.7, the preferred form); nothing for other texts.
std::optional<TimeMs> http_date(std::string_view text);

// For answers to a question: what failed, as a status. OK for `sent`.
Status status_of(const channels::Outcome& outcome);

}  // namespace guichet::channels::facebook
