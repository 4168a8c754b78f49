#pragma once
// The stand-in's strings, for tests and demonstrations from outside: JSON over HTTP below /_control/.
//
//     POST comment   {"author", "text", "parent"?, "photo"?}   a customer's; without author the page's own
//     POST picture   {"name", "base64"}                    kept at GET /_pictures/<name>; empty: not any more
//     POST message   {"author", "text", "reply_to"?}       POST post {"text"}
//     POST edit      {"id", "text"}     POST remove {"id"}     POST hide {"id", "hidden"}
//     POST block     {"author", "blocked"}                 he takes no messages of the page any more
//     POST fault     {"kind", "times"?, "on"?, "status"?, "code"?, "subcode"?, "after_s"?, "delay_ms"?}
//     POST chaos     {"seed", "probability", "kinds"}      POST calm
//     POST settings  {"latency_ms"?, "visibility_lag_ms"?, "access_token"?, "copies"?, "shuffle"?, "seed"?,
//                     "batch"?, "hold"?}
//     POST subscribe {"url"}                               the handshake, then webhooks go there
//     POST clock     {"advance_ms"}
//     GET  published     GET requests     GET state
//
// kind: cut_before, cut_after, refuse, slow, late; or throttled, server_error, expired_token.
// A customer's doing is answered {"id", "author", "psid", "body", "signature"}: the webhook, whether or not
// it is delivered. What is wrong is answered 400 {"code", "message"}.
#include <functional>
#include <memory>
#include <string>

#include "common/http/router.hpp"
#include "services/demo/platform/courier.hpp"
#include "services/demo/platform/graph.hpp"

namespace guichet::stand_in {

struct ControlOptions {
    std::string verify_token = "stand-in-verify-token";
    // Absent: the clock cannot be moved.
    std::function<void(std::chrono::milliseconds)> advance;
};

// Everything that the page tells goes to `courier` from now on. The courier outlives the router.
void register_control(http::Router& router, std::shared_ptr<Graph> graph, Courier& courier,
                      ControlOptions options);

// A fault as POST fault describes it; throws std::invalid_argument.
Fault fault_from(const json::object& in);

}  // namespace guichet::stand_in
