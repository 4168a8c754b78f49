#pragma once
// What the store should do, in plain C++: conversations, owners, queues, deliveries and time, without Redis.
// Queues, owners' sets and timers are not kept here: they follow from the conversations and deliveries, and
// the database must hold just what follows.
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "common/store/types.hpp"

namespace guichet::test::model {

using store::Milliseconds;
using MaybeTime = std::optional<TimeMs>;

struct Conversation {
    std::string id, state = "new", team, language, channel, visibility, thread, author;
    std::int64_t version = 0, inbound = 0, messages = 0, epochs = 0, triaged = 0;
    std::string owner, epoch, preferred, reserved_for, outcome, preview, last_external, labels;
    std::string handed_off_by;
    // Waits, but in no queue: an answer is on its way.
    bool aside = false;
    MaybeTime lease, owned_since, snoozed, reserved_until, due, first_due, first_answer;
    // "kind|target|" of each message.
    std::vector<std::string> entries;
    // Deliveries that are not settled, in their order.
    std::deque<std::string> open;
    std::map<std::string, std::string> drafts;

    std::string queue_name() const { return team + "|" + language + "|" + channel + "|" + visibility; }
    // "" when it waits in none; "@agent" when it is reserved.
    std::string queue() const;
};

struct Delivery {
    std::string id, conversation, state, actor, text, after, token, remote, error;
    std::int64_t seq = 0, inbound = 0, version = 1, attempts = 0;
    // A human said to send it whatever the customer wrote since.
    bool insisted = false;
    MaybeTime held_until, silent_at, again_at;
};

// What is known of a message of the platform.
struct Known {
    std::string conversation;
    std::int64_t seq = 0, ordinal = 0;
    std::string flag, digest;
};

struct Agent {
    std::string presence;
    MaybeTime until;
    int capacity = 0;
};

struct Work {
    std::string service, what, conversation, item;
    auto operator<=>(const Work&) const = default;
};

struct Timer {
    TimeMs at = 0;
    // kind|workspace|id
    std::string member;
    auto operator<=>(const Timer&) const = default;
};

// How a transition ended: "ok" and values, or "err" and the reason.
using Answer = std::vector<std::string>;

class Model {
  public:
    explicit Model(std::string workspace) : workspace_(std::move(workspace)) {}

    TimeMs now = 0;
    std::map<std::string, Conversation> conversations;
    std::map<std::string, Delivery> deliveries;
    std::map<std::string, Agent> agents;
    std::map<std::string, Known> known;
    MaybeTime resumed;
    // Not acknowledged yet.
    std::multiset<Work> work;
    // Whether the last transition settled the work entry that it was called for.
    bool acknowledged = false;
    // Appended by the last transition, as lines "type|conversation|version|actor|delivery|state|scope".
    std::vector<std::string> events;

    // `digest`: of the text. `fresh`: the id that a conversation opened by it gets.
    Answer ingest(const store::Inbound& message, const std::string& digest, const std::string& fresh);
    Answer triage(const store::TriageDecision& decision);

    Answer claim_next(const store::By& by, const store::ClaimNext& what);
    Answer claim(const store::By& by, const std::string& id, Milliseconds lease, int capacity);
    Answer renew(const store::By& by, Milliseconds lease);
    Answer assign(const store::By& by, const store::Assignment& what);
    Answer give(const store::By& by, const store::Giving& what);
    Answer snooze(const store::By& by, const std::string& id, const std::string& epoch, TimeMs until);
    Answer resolve(const store::By& by, const store::Resolution& what);
    Answer reopen(const store::By& by, const std::string& id);
    Answer labels(const store::By& by, const std::string& id, const std::string& add,
                  const std::string& remove);
    Answer presence(const store::By& by, const std::string& presence, TimeMs until, int capacity);

    Answer draft(const store::By& by, const std::string& id, const std::string& text);
    Answer note(const store::By& by, const std::string& id);
    Answer send(const store::By& by, const store::Sending& what);
    Answer publish(const store::By& by, const store::Publishing& what);
    Answer undo(const store::By& by, const std::string& id, bool supervisor);
    Answer settle(const store::By& by, const std::string& id, const std::string& settlement,
                  const std::string& remote);
    Answer begin(const store::Begin& what);
    Answer outcome(const store::AttemptOutcome& what);

    Answer tick(const store::Tick& what);
    void resume() { resumed = now; }

    std::vector<std::string> owned_by(const std::string& agent) const;
    std::set<Timer> timers() const;

  private:
    struct Ticking;

    static Answer refused(const std::string& reason) { return {"err", reason}; }
    // nullptr when it does not exist for the scope.
    Conversation* find(const std::string& id, const std::string& scope);
    Delivery* find_delivery(const std::string& id, const std::string& scope);
    std::string not_owner(const Conversation& c, const std::string& actor, const std::string& epoch) const;
    bool may_come(const std::string& agent) const;
    void event(const std::string& type, const Conversation& c, const std::string& actor,
               const Delivery* d = nullptr);
    void add_work(const std::string& service, const std::string& what, const std::string& conversation,
                  const std::string& item);

    Answer stored(Conversation& c, const store::Inbound& m, const std::string& target,
                  const std::string& type, const std::string& outcome);
    void enqueue(Conversation& c, TimeMs due, Milliseconds reserve);
    void leave_queue(Conversation& c);
    void disown(Conversation& c);
    void own(Conversation& c, const std::string& agent, Milliseconds lease);
    void give_back(Conversation& c, Milliseconds reserve);
    void close(Conversation& c, const std::string& outcome);
    void return_all(const std::string& agent);
    Conversation* most_urgent(const store::By& by, const store::ClaimNext& what);

    Answer hold(Conversation& c, const std::string& actor, const store::Sending& what);
    void unlist(Conversation& c, const Delivery& d);
    void cancel(Conversation& c, Delivery& d, const std::string& reason);
    void settle_return(Conversation& c, Milliseconds reserve);
    std::string sent(Conversation& c, Delivery& d, const std::string& remote, Milliseconds reserve);
    std::string failed(Conversation& c, Delivery& d, Milliseconds reserve);
    void apply(Conversation& c, Delivery& d, const std::string& outcome, const std::string& remote,
               Milliseconds wait, Milliseconds reserve, const std::string& actor);
    static void change(Delivery& d, const std::string& state);

    // Whether the timer did something; nullopt: it must wait for its turn.
    std::optional<bool> fire(const std::string& kind, const std::string& id, const store::Tick& what,
                             int& returns);
    bool fire_delivery(const std::string& kind, const std::string& id, const store::Tick& what);

    std::string workspace_;
};

// As the functions read a scope.
bool scope_allows(const std::string& scope, const Conversation& c);

}  // namespace guichet::test::model
