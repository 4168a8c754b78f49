#include <algorithm>

#include "common/core/bytes.hpp"
#include "tests/model/store/machine.hpp"

namespace guichet::test::model {
namespace {

template <class T>
Answer err(const Result<T>& result) {
    return {"err", result.error().reason};
}

template <class T>
Answer only_ok(const Result<T>& result) {
    return result ? Answer{"ok"} : err(result);
}

Answer number(const Result<std::int64_t>& result) {
    return result ? Answer{"ok", std::to_string(*result)} : err(result);
}

Answer claimed(const Result<store::Claimed>& result) {
    if (!result) return err(result);
    return {"ok", result->conversation.str(), result->epoch, std::to_string(result->version)};
}

const char* word_of(store::Ingested::Outcome outcome) {
    switch (outcome) {
        case store::Ingested::Outcome::opened:
            return "opened";
        case store::Ingested::Outcome::added:
            return "added";
        case store::Ingested::Outcome::changed:
            return "changed";
        case store::Ingested::Outcome::tombstone:
            return "tombstone";
        case store::Ingested::Outcome::duplicate:
            break;
    }
    return "duplicate";
}

}  // namespace

void Machine::ingest(const Step& s) {
    using Kind = store::Inbound::Kind;
    store::Inbound m;
    m.workspace = brand_;
    m.channel = ChannelId(s.b % 4 == 3 ? "mail" : "form");
    // Our own answers come back as echoes too.
    m.external_id = s.a % 12 > 9 ? "remote-D" + std::to_string(s.a % 12 - 8) : "m" + std::to_string(s.a % 12);
    m.kind = s.c % 5 == 3 ? Kind::edited : s.c % 5 == 4 ? Kind::deleted : Kind::created;
    m.ordinal = s.d % 4;
    m.thread = "t" + std::to_string((s.a + s.b) % 5);
    m.author = "anna";
    m.text = m.kind == Kind::deleted ? "" : "text" + std::to_string(s.b % 3);
    m.blob = "blob";
    m.raw = s.d % 2 ? "raw" : "";
    m.is_public = s.b % 2 == 0;
    m.team = TeamId(s.c % 2 ? "care" : "legal");
    m.language = s.d % 2 ? "fr" : "";
    if (s.d % 5 == 4) m.preferred_owner = AgentId(agent(s.a));
    const auto result = call(store_.ingest(m));
    auto answer = result ? Answer{"ok", word_of(result->outcome), result->conversation.str(),
                                  std::to_string(result->seq)}
                         : err(result);
    const auto digest = hex(sha256(m.text)).substr(0, 12);
    const auto fresh = result ? result->conversation.str() : std::string();
    const auto expected = model_.ingest(m, digest, fresh);
    expect("ingest-" + expected[1] + " " + m.external_id + " in " + m.thread, expected,
           [&answer] { return answer; });
}

void Machine::triage(const Step& s) {
    const bool redelivered = s.b % 8 == 7;
    const auto& from = redelivered ? old_work_ : work_;
    std::vector<std::pair<std::string, Work>> open;
    std::copy_if(from.begin(), from.end(), std::back_inserter(open),
                 [](const auto& w) { return w.second.what == "triage"; });
    if (open.empty()) return ingest(s);
    // Mostly in order.
    const auto& [entry, work] = open.at(static_cast<std::size_t>(s.b % 4 ? 0 : s.a) % open.size());
    store::TriageDecision d;
    d.workspace = brand_;
    d.conversation = ConversationId(work.conversation);
    d.entry = entry;
    d.seq = std::atoll(work.item.c_str());
    d.language = s.c % 3 ? "fr" : "nl";
    d.blob = "triage";
    d.due = model_.now + (s.d % 7) * 1000;
    d.first_answer_due = d.due + 1;
    if (s.c % 5 == 4) d.team = TeamId("legal");
    d.reserve = Milliseconds(s.c % 2 ? 60'000 : 0);
    const auto expected = model_.triage(d);
    const auto kept = entry;
    expect("triage " + work.conversation + " " + work.item, expected,
           [&] { return only_ok(call(store_.triage(d))); });
    acknowledge("routing", kept);
}

void Machine::claim_next(const Step& s) {
    const bool any = std::any_of(model_.conversations.begin(), model_.conversations.end(),
                                 [](const auto& entry) { return !entry.second.queue().empty(); });
    if (!any && s.d % 4) return triage(s);
    const auto who = by(s, agent(s.a));
    store::ClaimNext what;
    what.lease = Milliseconds(s.b % 4 == 3 ? 60'000 : 600'000);
    what.capacity = 1 + s.b % 7;
    what.messages = s.d % 3;
    if (s.c % 5 == 1) what.languages = {"nl"};
    if (s.c % 5 == 2) what.teams = {"care", "sales"};
    if (s.c % 5 == 3) what.channels = {"mail"};
    const auto expected = model_.claim_next(who, what);
    expect(
        "claim_next", expected,
        [this, who, what] {
            const auto result = call(store_.claim_next(who, what));
            if (!result) return err(result);
            if (!*result) return Answer{"ok"};
            const Result<store::Claimed> one = **result;
            return claimed(one);
        },
        &who);
    if (expected.size() < 2 && !asked_.empty() && !who.request.empty()) asked_.pop_back();
    if (static_cast<int>(model_.owned_by(who.actor).size()) > what.capacity && expected.size() > 2)
        fail("more than the capacity");
}

void Machine::claim(const Step& s) {
    const auto who = by(s, agent(s.a));
    const auto id = conversation(s.b);
    const Milliseconds lease(60'000);
    const int capacity = 1 + s.c % 6;
    const int messages = s.d % 3;
    expect(
        "claim " + id, model_.claim(who, id, lease, capacity),
        [=, this] {
            return claimed(call(store_.claim(who, ConversationId(id), lease, capacity, false, messages)));
        },
        &who);
}

void Machine::renew(const Step& s) {
    store::By who{brand_, agent(s.a), "", "*"};
    expect("renew", model_.renew(who, Milliseconds(600'000)), [=, this] {
        const auto result = call(store_.renew(who, {}, Milliseconds(600'000)));
        if (!result) return err(result);
        Answer answer{"ok", std::to_string(result->until)};
        for (const auto& id : result->kept) answer.push_back(id.str());
        return answer;
    });
}

void Machine::assign(const Step& s) {
    const auto who = by(s, "boss");
    store::Assignment what;
    what.conversation = ConversationId(conversation(s.a));
    const auto* c = find(what.conversation.str());
    if (s.b % 4 == 1 && c) what.version = c->version;
    if (s.b % 4 == 2 && c) what.version = c->version + 1;
    if (s.b % 3 != 2) what.agent = AgentId(agent(s.c));
    if (s.c % 3 == 0) what.team = TeamId(s.b % 2 ? "care" : "legal");
    what.capacity = s.d % 4;
    const auto told = "assign " + what.conversation.str() + " to " + what.agent.str() + "/" + what.team.str();
    expect(
        told, model_.assign(who, what), [=, this] { return claimed(call(store_.assign(who, what))); }, &who);
}

void Machine::give(const Step& s) {
    if (!any_owned() && s.d % 4) return claim_next(s);
    const auto id = s.d % 5 ? owned_conversation(s.a) : conversation(s.a);
    const auto* c = find(id);
    const auto who = by(s, c && !c->owner.empty() && s.c % 5 ? c->owner : agent(s.b));
    store::Giving what;
    what.kind = static_cast<store::Giving::Kind>(s.b % 3);
    what.conversation = ConversationId(id);
    what.epoch = epoch(id, s.b);
    if (s.c % 2) what.agent = AgentId(agent(s.c));
    if (s.b % 4 == 1) what.team = TeamId("legal");
    if (s.c % 3 == 1) what.note = "note";
    what.reserve = Milliseconds(s.c % 4 == 1 ? 60'000 : 0);
    expect(
        "give " + id, model_.give(who, what), [=, this] { return number(call(store_.give(who, what))); },
        &who);
}

void Machine::snooze(const Step& s) {
    if (!any_owned() && s.d % 4) return claim_next(s);
    const auto id = s.d % 5 ? owned_conversation(s.a) : conversation(s.a);
    const auto* c = find(id);
    const auto who = by(s, c && !c->owner.empty() && s.c % 5 ? c->owner : agent(s.b));
    const auto mine = epoch(id, s.b);
    const auto until = model_.now + (s.c % 6 - 1) * 20'000;
    expect(
        "snooze " + id, model_.snooze(who, id, mine, until),
        [=, this] { return number(call(store_.snooze(who, ConversationId(id), mine, until, ""))); }, &who);
}

void Machine::resolve(const Step& s) {
    if (!any_owned() && s.d % 4) return claim_next(s);
    const auto id = s.d % 5 ? owned_conversation(s.a) : conversation(s.a);
    const auto* c = find(id);
    const auto who = by(s, c && !c->owner.empty() && s.c % 5 ? c->owner : agent(s.b));
    store::Resolution what;
    what.conversation = ConversationId(id);
    what.epoch = epoch(id, s.b);
    what.outcome = "solved";
    what.supervisor = s.c % 6 == 5;
    expect(
        "resolve " + id, model_.resolve(who, what),
        [=, this] { return number(call(store_.resolve(who, what))); }, &who);
}

void Machine::reopen(const Step& s) {
    const auto who = by(s, agent(s.b));
    const auto id = conversation(s.a);
    expect(
        "reopen " + id, model_.reopen(who, id),
        [=, this] { return number(call(store_.reopen(who, ConversationId(id), ""))); }, &who);
}

void Machine::labels(const Step& s) {
    const auto who = by(s, agent(s.b));
    const auto id = conversation(s.a);
    const auto add = "l" + std::to_string(s.b % 4);
    const auto remove = s.c % 2 ? "l" + std::to_string(s.c % 4) : "";
    expect(
        "labels " + id, model_.labels(who, id, add, remove),
        [=, this] {
            const std::vector<std::string> added{add}, removed{remove};
            return number(call(store_.set_labels(who, ConversationId(id), added, removed)));
        },
        &who);
}

void Machine::presence(const Step& s) {
    static const std::array<const char*, 4> kWords = {"online", "online", "away", "offline"};
    store::By who{brand_, agent(s.a), "", "*"};
    const std::string word = kWords.at(static_cast<std::size_t>(s.b % 4));
    const auto until = model_.now + 30'000 + s.c * 1000;
    expect("presence " + word, model_.presence(who, word, until, 5), [=, this] {
        const auto result = call(store_.set_presence(who, word, until, 5));
        return result ? Answer{"ok", std::to_string(*result)} : err(result);
    });
}

void Machine::clock(const Step& s) {
    // Small steps back happen too: a machine's clock is set, a replica's differs.
    static const std::array<TimeMs, 8> kSteps = {1, 500, 5'000, 5'000, 20'000, 61'000, 700'000, -1'500};
    const auto by = kSteps.at(static_cast<std::size_t>(s.a % 8));
    trace_.push_back("clock by " + std::to_string(by));
    set_clock(model_.now + by);
}

void Machine::resume(const Step&) {
    trace_.push_back("resume");
    model_.resume();
    if (!call(store_.resume(store::Partition(std::atoi(prefix_.c_str() + 2))))) fail("resume failed");
}

void Machine::tick(const Step& s) {
    store::Tick what;
    what.limit = s.a % 3 ? 200 : 2;
    what.most_returns = s.b % 3 ? 100 : 1;
    what.reserve = Milliseconds(s.c % 2 ? 60'000 : 0);
    expect("tick", model_.tick(what), [=, this] {
        const auto result = call(store_.tick(store::Partition(std::atoi(prefix_.c_str() + 2)), what));
        if (!result) return err(result);
        return Answer{"ok", std::to_string(result->done), std::to_string(result->failed),
                      result->next ? std::to_string(*result->next) : ""};
    });
}

void Machine::replay(const Step& s) {
    if (asked_.empty()) return;
    const auto& [ask, before] = asked_.at(static_cast<std::size_t>(s.a) % asked_.size());
    trace_.push_back("the same request again");
    ++counts_["replay ok"];
    if (ask() != before) fail("the same request got another answer");
}

}  // namespace guichet::test::model
