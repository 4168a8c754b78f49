#pragma once
// The case's state machine: what an input makes of a case, and what is to be done. Pure.
//
//   none -> proposed -> offered -> accepted -> resolved -> closed_in_public
//                |         |  ^        ^
//                v         v  |        |
//            declined   expired (next route, or a late answer)
//
// A single-use route goes free -> reserved -> spent with the actions here: reserved before it is sent, spent
// when it was sent, freed by a permanent refusal only; an ambiguous outcome keeps it reserved.
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "common/core/clock.hpp"
#include "common/core/status.hpp"
#include "services/escalation/engine/chain.hpp"
#include "services/escalation/engine/proof.hpp"

namespace guichet::escalation {

enum class State { none, proposed, offered, accepted, declined, expired, resolved, closed_in_public };
const char* to_string(State state);  // "none", "proposed", ...

// Of the present offer.
enum class Delivery { none, sending, unconfirmed, sent, refused };

struct Case {
    State state = State::none;
    std::optional<Route> route;  // of the present or last offer
    Delivery delivery = Delivery::none;
    std::vector<std::string> tried;  // route ids, in order; the present one is the last
    Identity identity = Identity::claimed;
    // Private conversations of the proven person, in order; of others nothing is kept here. A link in public
    // may be opened by two: what one of them proves is said of his conversation only.
    std::vector<std::string> joined;
    std::optional<TimeMs> timer;  // proposal or offer ends, or the closing word is asked for again
    std::string reason;           // of the decline
};

inline constexpr std::size_t kMostTried = 16;   // routes offered in one case
inline constexpr std::size_t kMostJoined = 16;  // private conversations of one case
// An offer that ended before it is known whether it was sent is looked at again after this.
inline constexpr TimeMs kUnsettledWait = 3'600'000;

namespace input {
struct Propose {
    TimeMs until = 0;  // a proposal that nobody takes up ends
};
// An agent (or a bot) offers the route; also without a proposal before.
struct Offer {
    Route route;
    TimeMs until = 0;  // offer_expires()
};
// How the offer's sending ended, as the reply service tells.
struct Sent {
    std::string route;
};
struct RouteRefused {
    std::string route;
    bool permanent = false;
    std::string why;
};
struct Ambiguous {
    std::string route;
};
// The customer wrote. `identity`: what the way he came by proves (identity_of()).
struct CustomerAnswered {
    std::string route;  // empty when not privately
    bool privately = false;
    std::string conversation;  // the private one
    Identity identity = Identity::claimed;
    TimeMs until = 0;  // how long an unproven person has to prove himself
};
// The code that was shown in this private conversation came from the author's account, or the brand verified
// the person in it.
struct Proven {
    std::string conversation;
    Identity identity = Identity::account_proven;
};
struct Decline {
    std::string reason;
};
// The timer went off.
struct Expire {};
// The private conversation is resolved.
struct Resolve {
    TimeMs remind_at = 0;
};
struct CloseInPublic {};
}  // namespace input

using Input = std::variant<input::Propose, input::Offer, input::Sent, input::RouteRefused, input::Ambiguous,
                           input::CustomerAnswered, input::Proven, input::Decline, input::Expire,
                           input::Resolve, input::CloseInPublic>;
const char* name_of(const Input& input);  // "propose", "offer", ...

enum class Do {
    reserve_route,           // free -> reserved, in the same transition; refused there: the offer is refused
    spend_route,             // -> spent; from free, too, when a refusal turns out to have been wrong
    free_route,              // reserved -> free
    send_private_text,       // on the route
    send_public_invitation,  // under the comment; with the private link when that is the route
    create_call_back,        // a task with number, time wanted and consent
    cancel_offer,            // what was not sent yet is not sent any more
    set_timer,               // at
    clear_timer,
    propose_next_route,  // to the agent: next_route() of the chain
    join_conversations,  // one history for the agent
    mark_unproven,       // what was written; no history is shown to the person
    ask_proof,           // the page shows its code
    ask_closing_word,    // the agent: a closing word under the public comment
    send_closing_word,
    tell_agent,
};
const char* to_string(Do action);

struct Action {
    Do what = Do::tell_agent;
    std::string route;
    TimeMs at = 0;             // set_timer
    std::string conversation;  // the private one: join_conversations, mark_unproven, ask_proof
    std::string words;         // tell_agent, propose_next_route: why
    bool operator==(const Action&) const = default;
};

struct Step {
    Case next;
    std::vector<Action> actions;  // in this order
};

// What is told again (an outcome, an answer, a timer) gives the same case and no action, except that every
// message of an unproven person is marked. FAILED_PRECONDITION
// with a reason where the input has no meaning in the state: "no_case", "nothing_offered", "on_its_way",
// "other_route", "route_not_free", "already_open", "already_private", "too_early", "not_private_yet",
// "not_resolved", "ended", "too_many".
Result<Step> step(const Case& present, const Input& input, TimeMs now);

}  // namespace guichet::escalation
