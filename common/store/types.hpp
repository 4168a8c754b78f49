#pragma once
// What goes into transitions and comes out of them. Times are TimeMs, durations std::chrono::milliseconds.
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/core/clock.hpp"
#include "common/core/ids.hpp"
#include "common/store/types_people.hpp"

namespace guichet::store {

// Who asks. `scope`: what he may see, as rpc::Scope::encode() writes it; "*" is everything.
struct By {
    WorkspaceId workspace;
    std::string actor;
    // Idempotency: the same id of the same actor gets the first answer again for 24 hours; empty: none.
    std::string request;
    std::string scope = "*";
};

// Who writes on the page of a link that was posted in public.
struct Claim {
    EscalationId escalation;
    std::string visitor;
    // Visitors of the case who may write unproven.
    int most = 10;
};

struct Inbound {
    enum class Kind { created, edited, deleted };
    WorkspaceId workspace;
    ChannelId channel;
    std::string external_id;
    Kind kind = Kind::created;
    // Higher is newer among edits; 0: order of arrival.
    std::int64_t ordinal = 0;
    // Same thread, same conversation.
    std::string thread;
    // The author's id on the channel.
    std::string author;
    std::string author_name;
    std::string text;
    std::string subject;
    // A serialized guichet.v1.Message; see encode_message.
    std::string blob;
    // The raw payload, kept for the archive; may be empty.
    std::string raw;
    bool is_public = false;
    TeamId team;
    // ISO 639-1 where known.
    std::string language;
    AgentId preferred_owner;
    // The public thread around it; empty: none.
    std::string parent_thread;
    // Said among customers, not to the brand.
    bool among_customers = false;
    // Set: opens a conversation beside the case, of nobody's until he has proven who he is.
    std::optional<Claim> claim;
    // What it tells of its author; a contact keeps twenty.
    std::vector<ContactMark> marks;
};

// The brand's own words as the platform shows them: an echo of ours, or a colleague's in the platform's own
// tools.
struct OwnPost {
    WorkspaceId workspace;
    ChannelId channel;
    std::string external_id;
    // The message that it answers, by its external id; empty: unknown.
    std::string reply_to;
    std::string thread;
    std::string text;
    // encode_message().
    std::string blob;
};

// What the platform says became of a message that it had taken.
struct DeliveryReport {
    WorkspaceId workspace;
    ChannelId channel;
    // One of them.
    std::string external_id;
    DeliveryId delivery;
    bool failed = false;
    std::string error;
};

struct Ingested {
    enum class Outcome { opened, added, changed, duplicate, tombstone };
    Outcome outcome = Outcome::duplicate;
    ConversationId conversation;
    std::int64_t seq = 0;
    std::string reference;
    ContactId contact;
};

struct TriageDecision {
    WorkspaceId workspace;
    ConversationId conversation;
    // The work entry that this settles.
    std::string entry;
    std::int64_t seq = 0;
    std::string language;
    // A serialized guichet.v1.Triage.
    std::string blob;
    TimeMs due = 0;
    TimeMs first_answer_due = 0;
    // Empty: as it is.
    TeamId team;
    // How long it waits for its preferred owner.
    Milliseconds reserve{0};
    // Said among customers, and nobody has to answer it: the thread shows it, no queue does.
    bool aside = false;
    // "score|intent|fingerprint" of negative words in public; empty: not counted.
    std::string negative;
};

struct ClaimNext {
    Milliseconds lease{600'000};
    int capacity = 5;
    // Empty: all.
    std::vector<std::string> teams, channels, languages;
    // Non-empty queues looked at.
    int scan_limit = 500;
    // Bots make no calls.
    bool bot = false;
    // Most messages that come along, with all that is read of the conversation; 0: nothing of it.
    int messages = 0;
};

struct Claimed {
    ConversationId conversation;
    std::string epoch;
    std::int64_t version = 0;
    // What Reads::claimed takes apart. Empty where nothing was asked for, or by an older library of
    // functions.
    std::vector<std::string> sight = {};
};

struct Assignment {
    ConversationId conversation;
    // 0: whatever it is.
    std::int64_t version = 0;
    // Neither: back to its queue.
    AgentId agent;
    TeamId team;
    std::string reason;
    Milliseconds lease{600'000};
    // 0: beyond any.
    int capacity = 5;
    // The agent is one: it makes no calls.
    bool bot = false;
};

struct Giving {
    enum class Kind { release, handoff, transfer };
    Kind kind = Kind::release;
    ConversationId conversation;
    std::string epoch;
    std::string reason;
    // Reserved for him for a while; empty: everybody.
    AgentId agent;
    TeamId team;
    // A serialized note; may be empty.
    std::string note;
    Milliseconds reserve{0};
};

struct Resolution {
    ConversationId conversation;
    std::string epoch;
    // "solved", "no_answer_needed", "duplicate", "spam", "handed_on"
    std::string outcome;
    std::string cause;
    std::string remedy;
    // May close what another owns.
    bool supervisor = false;
};

struct Renewed {
    TimeMs until = 0;
    std::vector<ConversationId> kept;
};

struct Sending {
    ConversationId conversation;
    std::string epoch;
    std::int64_t inbound_seq = 0;
    DeliveryId delivery;
    // A serialized guichet.v1.Message.
    std::string blob;
    std::string text;
    Milliseconds undo{0};
    // "keep", "wait", "resolve"
    std::string after = "keep";
    std::string persona;
    // Those that take these words, 200 at most; another one refuses them. Empty: the conversation's does.
    std::vector<ChannelId> channels = {};
};

struct Publishing {
    ConversationId conversation;
    ChannelId channel;
    TeamId team;
    DeliveryId delivery;
    std::string blob;
    std::string text;
    Milliseconds undo{0};
    std::string persona;
};

struct Begin {
    WorkspaceId workspace;
    DeliveryId delivery;
    std::string entry;
    // Names this attempt; random.
    std::string token;
    // The first byte must leave within this time…
    Milliseconds send_within{5'000};
    // …and without a word for so long the attempt is unconfirmed: longer than send_within + request deadline.
    Milliseconds silence{60'000};
    // Set: not now (the channel is paused, or its account has said enough for the moment); try again then.
    std::optional<Milliseconds> defer;
    std::string defer_reason = "the channel is paused";
};

// What to send, and where.
struct Attempt {
    bool go = false;
    // Why not.
    std::string skipped;
    ConversationId conversation;
    std::int64_t seq = 0;
    int attempt = 0;
    TimeMs send_before = 0;
    ChannelId channel;
    std::string thread;
    std::string author;
    // External id of the customer's last message.
    std::string reply_to;
    bool is_public = false;
    // Message entry; see decode_message.
    std::string message;
    TimeMs created_at = 0;
    // "": an answer where the customer wrote; "private_reply" to the comment `recipient`, "direct" to the
    // person.
    std::string way;
    std::string recipient;
    // When the customer last wrote; 0: never.
    TimeMs customer_wrote_at = 0;
    std::string subject;
};

struct AttemptOutcome {
    // absent: a look showed that the platform does not have it; counted, the delivery stays unconfirmed.
    enum class Kind { sent, retry, unconfirmed, failed, absent };
    WorkspaceId workspace;
    DeliveryId delivery;
    std::string entry;
    // Of the attempt; "*": what a look at the platform found of an unconfirmed one.
    std::string token;
    Kind kind = Kind::sent;
    std::string external_id;
    std::string error;
    // retry: until then; unconfirmed: until the first look.
    Milliseconds wait{0};
    Milliseconds reserve{0};
    // The customer, as the private side of the channel knows him.
    std::string recipient;
};

struct Tick {
    int limit = 200;
    Milliseconds lease{600'000};
    Milliseconds reserve{0};
    Milliseconds look{30'000};
    // Conversations of vanished owners that return in one tick: no stampede.
    int most_returns = 100;
};

struct Ticked {
    int done = 0;
    int failed = 0;
    std::optional<TimeMs> next;
};

// Of the dead letters of accounts that no channel is connected to, in one workspace.
struct DeadLetterLimit {
    std::int64_t letters = 0;
    // Of their bodies.
    std::int64_t bytes = 0;
};

struct DeadLetter {
    WorkspaceId workspace;
    // Service whose work entry this settles; empty: none.
    std::string service;
    std::string entry;
    // "work:routing", "webhook:<channel>"
    std::string source;
    std::string reason;
    int deliveries = 0;
    std::string what;
    std::string conversation;
    std::string item;
    std::string body;
};

struct Document {
    std::string id;
    std::int64_t version = 0;
    std::string bytes;
};

// One entry of a work stream, as Lua writes it.
struct WorkItem {
    std::string entry;
    // "triage", "send", "look", "replay"
    std::string what;
    WorkspaceId workspace;
    ConversationId conversation;
    // Sequence number or delivery id.
    std::string item;
    // Of "send"; empty where an older library of functions wrote it, and in what was put back from the dead
    // letters.
    ChannelId channel = {};
};

}  // namespace guichet::store
