#pragma once
// What goes into the transitions of a case, and comes out of them; beside types.hpp.
#include "common/store/types.hpp"

namespace guichet::store {

// An offer of a private way: one call reserves the route, opens or finds the private conversation and puts
// the words into the outbox.
struct Offer {
    // The public one, owned by the actor. epoch "*": the service itself goes on with the chain.
    ConversationId conversation;
    std::string epoch;
    EscalationId escalation;
    std::string route;
    // "private_link": a link in public. There is no private conversation until somebody writes on its page,
    // and none of the case until he has proven who he is.
    std::string kind;
    ChannelId channel;
    // "", "private_reply", "direct"; "" with empty private_text: the public words carry the way (a link).
    std::string way;
    // The customer in private; empty: the platform tells when the message is sent.
    std::string recipient;
    // Of a route that can be used once; empty: any number of times.
    std::string single_use_key;
    ConversationId private_conversation;
    // Of `recipient`; a prefix while he is unknown.
    std::string thread;
    DeliveryId private_delivery;
    std::string private_blob;
    std::string private_text;
    DeliveryId public_delivery;
    std::string public_blob;
    std::string public_text;
    Milliseconds undo{0};
    // 0: does not expire.
    TimeMs expires_at = 0;
    // Route ids that follow, joined by ','.
    std::string chain;
    std::string reasons;
    std::string persona;
    Milliseconds lease{600'000};
    // "claimed", "account_proven", "brand_verified"
    std::string identity;
};

struct Offered {
    EscalationId escalation;
    ConversationId private_conversation;
    std::string private_epoch;
    DeliveryId delivery;
};

// A visitor of the page of a link that was posted in public.
struct Visitor {
    std::string id;
    // What he is shown; "K7M-4QX".
    std::string code;
    TimeMs expires_at = 0;
    // Wrong ones that the author posted meanwhile.
    int wrong = 0;
    // "", "account_proven", "brand_verified"
    std::string proof;
    // Empty: he has not written.
    ConversationId conversation;
};

struct Visit {
    WorkspaceId workspace;
    EscalationId escalation;
    std::string visitor;
    // For him when he is new, or when his has expired.
    std::string code;
    Milliseconds lifetime{0};
    // Visitors of the case; beyond it the oldest makes room who has had `grace` and has not written.
    int most = 50;
    Milliseconds grace{3'600'000};
};

// What became of the codes in a public comment of the author's.
struct CodeTried {
    WorkspaceId workspace;
    ConversationId conversation;
    // The work entry that this settles.
    std::string entry;
    std::int64_t seq = 0;
    // The comment's author, as the channel knows him.
    std::string poster;
    // "none", "matched", "wrong", "expired", "exhausted", "used"
    std::string attempt = "none";
    // matched: whose code it is.
    std::string visitor;
    std::string code;
    // Visitors for whom it was a wrong one.
    std::vector<std::string> wrong;
    // The comment says more than a code: somebody has to read it.
    bool triage = true;
    // A serialized note; empty: none.
    std::string note;
};

struct ClosingWord {
    EscalationId escalation;
    std::string epoch;
    DeliveryId delivery;
    std::string blob;
    std::string text;
    Milliseconds undo{0};
    std::string persona;
};

}  // namespace guichet::store
