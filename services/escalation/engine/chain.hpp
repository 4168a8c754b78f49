#pragma once
// The private ways that lead to a person, in the order in which they are tried. Pure.
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/core/clock.hpp"

namespace guichet::escalation {

enum class RouteKind { private_reply, direct_message, mail, call_back, private_link };
const char* to_string(RouteKind kind);  // "private_reply", ...

// Of a route that can be used once. Sending it moves it on; see state.hpp.
enum class Use { free, reserved, spent };

struct Route {
    std::string id;
    RouteKind kind = RouteKind::private_link;
    std::string channel;
    // Why the platform or the channel has it closed now; empty: it is open.
    std::string closed;
    // Nothing can be sent on it (private link: nobody can open it) from then on.
    std::optional<TimeMs> expires_at;
    bool single_use = false;
    Use use = Use::free;
};

// What is known of the person.
struct ContactFacts {
    std::string mail;
    bool mail_proven = false;  // the person has written from it, or the brand knows it to be theirs
    std::string phone;
    bool call_consent = false;
};

// How long a customer may take to answer before the next route is offered.
struct ChainSettings {
    TimeMs private_reply = 48LL * 3'600'000;
    TimeMs direct_message = 48LL * 3'600'000;
    TimeMs mail = 72LL * 3'600'000;
    TimeMs call_back = 48LL * 3'600'000;
    TimeMs private_link = 7LL * 24 * 3'600'000;
    // A route that closes sooner than this is not begun: sending takes time.
    TimeMs send_margin = 5LL * 60'000;

    TimeMs patience(RouteKind kind) const;
};

struct Unusable {
    Route route;
    std::string why;  // for the agent
};

struct Chain {
    std::vector<Route> usable;  // the last is a private link, always
    std::vector<Unusable> unusable;
};

inline constexpr std::string_view kNewPrivateLink = "private_link";  // id of a link that is still to be made

// `preferred`: route ids in the order the agent wants, first of all; the others follow by kind, in the order
// of RouteKind. An id that no route has is left out. The private link stays last unless it is preferred;
// a fresh one stands there when no candidate is an open one.
Chain chain_of(const std::vector<Route>& candidates, const ContactFacts& contact,
               const std::vector<std::string>& preferred, const ChainSettings& settings, TimeMs now);

// The first usable route whose id is not among `tried` and that is open at `now`; nothing when all were
// tried.
std::optional<Route> next_route(const Chain& chain, const std::vector<std::string>& tried,
                                const ChainSettings& settings, TimeMs now);

// How an offer ended that led nowhere.
struct Ended {
    std::string route;
    bool declined = false;
    // Of the sending; empty: it went out and nobody came.
    std::string error;
};
// For the agent: why a further way is proposed.
std::string why_next(const Ended& last, const Route& next);

// Until when an offer made now waits for the customer: as long as its kind allows; a private link and a
// call-back no longer than they last.
TimeMs offer_expires(const Route& route, TimeMs now, const ChainSettings& settings);

}  // namespace guichet::escalation
