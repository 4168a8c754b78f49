#pragma once
// Of types.hpp: who is who, and tasks for people.
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "common/core/clock.hpp"
#include "common/core/ids.hpp"

namespace guichet::store {

using Milliseconds = std::chrono::milliseconds;

// Something known of a person by which others who are likely the same are found: "mail", "phone", "order",
// "name_town". `value` is normalised, without '|' and line breaks.
struct ContactMark {
    std::string kind;
    // Shown by the channel itself (he wrote from that address); else he says so.
    bool proven = false;
    std::string value;
    bool operator==(const ContactMark&) const = default;
};

// `from` becomes part of `into`; either may be named by any contact of the person's.
struct ContactMerge {
    ContactId into;
    ContactId from;
    // 0: whatever they are.
    std::int64_t into_version = 0;
    std::int64_t from_version = 0;
    std::string reason;
};

struct ContactIdentity {
    ChannelId channel;
    std::string external_id;
};

struct ContactSplit {
    ContactId contact;
    std::int64_t version = 0;
    std::vector<ContactIdentity> identities;
};

// What stays, and what was taken out of it; of a merge, what was put under it.
struct Parted {
    ContactId contact;
    ContactId other;
};

inline constexpr int kMostIdentities = 100;  // of one person

// A task for a person instead of a message: call the customer. The conversation is the public one, owned by
// the actor.
struct CallTask {
    ConversationId conversation;
    std::string epoch;
    EscalationId escalation;
    std::string route;
    ChannelId channel;
    ConversationId private_conversation;
    // Empty text: nothing is said in public.
    DeliveryId public_delivery;
    std::string public_blob;
    std::string public_text;
    Milliseconds undo{0};
    // Route ids that follow when nobody answers, joined by ','.
    std::string chain;
    std::string reasons;
    std::string persona;
    // A serialized guichet.v1.CallBack, and the note that says the same.
    std::string call;
    std::string note;
    // 0: now.
    TimeMs wanted_from = 0;
    std::string identity;
};

struct CallRecord {
    // The private one, owned by the actor.
    ConversationId conversation;
    std::string epoch;
    // "reached", "kept" (reached, and it goes on), "not_reached", "declined"
    std::string result;
    // A serialized note; may be empty.
    std::string note;
};

}  // namespace guichet::store
