#include <algorithm>

#include "tests/model/store/model.hpp"

namespace guichet::test::model {

using Kind = store::Inbound::Kind;

Answer Model::ingest(const store::Inbound& m, const std::string& digest, const std::string& fresh) {
    const auto key = m.channel.str() + ":" + m.external_id;
    const auto found = known.find(key);
    if (found == known.end()) {
        if (m.kind == Kind::deleted) {
            known[key] = {"", 0, m.ordinal, "t", ""};
            return {"ok", "tombstone", "", "0"};
        }
        const auto thread = std::find_if(conversations.begin(), conversations.end(), [&](const auto& entry) {
            return entry.second.channel == m.channel.str() && entry.second.thread == m.thread;
        });
        const bool opened = thread == conversations.end();
        auto& c = conversations[opened ? fresh : thread->first];
        if (opened) {
            c.id = fresh;
            c.channel = m.channel.str();
            c.visibility = m.is_public ? "public" : "private";
            c.thread = m.thread;
            c.team = m.team.str();
            c.language = m.language;
            c.preferred = m.preferred_owner.str();
        }
        known[key] = {c.id, c.messages + 1, m.ordinal, "", digest};
        c.preview = m.text;
        c.last_external = m.external_id;
        return stored(c, m, "", opened ? "conversation.created" : "message.received",
                      opened ? "opened" : "added");
    }
    auto& record = found->second;
    bool again = !record.flag.empty() || m.kind == Kind::created;
    if (!again && m.kind == Kind::edited) {
        again = m.ordinal == 0 ? digest == record.digest : m.ordinal <= record.ordinal;
    }
    if (again) return {"ok", "duplicate", record.conversation, std::to_string(record.seq)};
    record.ordinal = m.ordinal == 0 ? record.ordinal + 1 : m.ordinal;
    record.digest = digest;
    record.flag = m.kind == Kind::deleted ? "t" : "";
    auto& c = conversations.at(record.conversation);
    if (c.last_external == m.external_id) c.preview = m.kind == Kind::edited ? m.text : "";
    return stored(c, m, std::to_string(record.seq),
                  m.kind == Kind::deleted ? "message.deleted" : "message.edited", "changed");
}

Answer Model::stored(Conversation& c, const store::Inbound& m, const std::string& target,
                     const std::string& type, const std::string& outcome) {
    const std::string kind = target.empty() ? "i" : m.kind == Kind::deleted ? "d" : "e";
    c.inbound = ++c.messages;
    ++c.version;
    c.entries.push_back(kind + "|" + target + "|");
    // Who takes his words back asks for nothing.
    const bool rests = kind == "d" && (c.state == "resolved" || c.state == "pending");
    if (!rests) add_work("routing", "triage", c.id, std::to_string(c.messages));
    event(type, c, "");
    return {"ok", outcome, c.id, std::to_string(c.messages)};
}

Answer Model::triage(const store::TriageDecision& d) {
    acknowledged = true;
    auto* c = find(d.conversation.str(), "*");
    if (!c || c->triaged >= d.seq) return {"ok"};
    const auto state = c->state;
    ++c->version;
    c->triaged = d.seq;
    if (!c->first_due) c->first_due = d.first_answer_due;
    c->language = d.language;
    if (state == "owned") {
        c->due = d.due;
    } else if (state == "waiting") {
        c->due = std::min(d.due, c->due.value_or(d.due));
    } else {
        c->outcome.clear();
        c->due = d.due;
        if (!d.team.empty()) c->team = d.team.str();
        give_back(*c, d.reserve);
    }
    event(state == "resolved" ? "conversation.reopened" : "conversation.triaged", *c, "");
    return {"ok"};
}

}  // namespace guichet::test::model
