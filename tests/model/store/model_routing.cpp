#include <algorithm>
#include <tuple>

#include "tests/model/store/model.hpp"

namespace guichet::test::model {
namespace {

bool wanted(const std::vector<std::string>& list, const std::string& item) {
    return list.empty() || std::find(list.begin(), list.end(), item) != list.end();
}

bool serves(const store::By& by, const store::ClaimNext& what, const Conversation& c) {
    return scope_allows(by.scope, c) && wanted(what.teams, c.team) && wanted(what.channels, c.channel) &&
           wanted(what.languages, c.language);
}

Answer claimed(const Conversation& c) {
    return {"ok", c.id, std::to_string(c.epochs), std::to_string(c.version)};
}

Answer versioned(const Conversation& c) {
    return {"ok", std::to_string(c.version)};
}

std::vector<std::string> names_in(const std::string& text) {
    std::vector<std::string> parts;
    for (std::size_t at = 0; at < text.size();) {
        const auto end = std::min(text.find(',', at), text.size());
        parts.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    return parts;
}

}  // namespace

Conversation* Model::most_urgent(const store::By& by, const store::ClaimNext& what) {
    // A reserved one goes before one of a queue that is as urgent; queues are compared by their names then.
    using Place = std::tuple<TimeMs, int, std::string, std::string>;
    std::optional<Place> best;
    for (const auto& [id, c] : conversations) {
        const bool mine = c.reserved_for == by.actor;
        if (c.queue().empty() || (!c.reserved_for.empty() && !mine) || !serves(by, what, c)) continue;
        // What he has just handed off is for somebody else, unless it was reserved for him.
        if (!mine && c.handed_off_by == by.actor) continue;
        Place place{*c.due, mine ? 0 : 1, mine ? "" : c.queue_name(), id};
        if (!best || place < *best) best = place;
    }
    return best ? &conversations.at(std::get<3>(*best)) : nullptr;
}

Answer Model::claim_next(const store::By& by, const store::ClaimNext& what) {
    if (static_cast<int>(owned_by(by.actor).size()) >= what.capacity) return refused("over_capacity");
    auto* c = most_urgent(by, what);
    if (!c) return {"ok"};
    own(*c, by.actor, what.lease);
    ++c->version;
    event("conversation.claimed", *c, by.actor);
    return claimed(*c);
}

Answer Model::claim(const store::By& by, const std::string& id, Milliseconds lease, int capacity) {
    auto* c = find(id, by.scope);
    if (!c) return refused("not_found");
    if (c->owner == by.actor) return claimed(*c);
    if (!c->owner.empty()) return refused("owned_by_other");
    if (c->state == "resolved") return refused("resolved");
    if (!c->open.empty()) return refused("delivery_open");
    if (static_cast<int>(owned_by(by.actor).size()) >= capacity) return refused("over_capacity");
    own(*c, by.actor, lease);
    ++c->version;
    event("conversation.claimed", *c, by.actor);
    return claimed(*c);
}

Answer Model::renew(const store::By& by, Milliseconds lease) {
    Answer answer{"ok", std::to_string(now + lease.count())};
    for (const auto& id : owned_by(by.actor)) {
        conversations.at(id).lease = now + lease.count();
        answer.push_back(id);
    }
    return answer;
}

Answer Model::assign(const store::By& by, const store::Assignment& what) {
    auto* c = find(what.conversation.str(), by.scope);
    if (!c) return refused("not_found");
    if (what.version != 0 && what.version != c->version) return refused("stale_version");
    if (c->state == "resolved") return refused("resolved");
    const auto agent = what.agent.str();
    const bool moves = !agent.empty() && agent != c->owner;
    if (moves && !c->open.empty()) return refused("delivery_open");
    if (moves && what.capacity > 0 && static_cast<int>(owned_by(agent).size()) >= what.capacity) {
        return refused("over_capacity");
    }
    if (!what.team.empty()) c->team = what.team.str();
    if (!agent.empty()) {
        own(*c, agent, what.lease);
    } else {
        c->preferred.clear();
        give_back(*c, Milliseconds(0));
    }
    ++c->version;
    event("conversation.assigned", *c, by.actor);
    return {"ok", c->id, agent.empty() ? "" : std::to_string(c->epochs), std::to_string(c->version)};
}

Answer Model::give(const store::By& by, const store::Giving& what) {
    auto* c = find(what.conversation.str(), by.scope);
    if (!c) return refused("not_found");
    const auto refusal = not_owner(*c, by.actor, what.epoch);
    if (!refusal.empty()) return refused(refusal);
    if (!what.team.empty()) c->team = what.team.str();
    c->preferred = what.agent.str();
    c->handed_off_by = what.kind == store::Giving::Kind::handoff ? by.actor : "";
    if (!what.note.empty()) {
        ++c->messages;
        c->entries.push_back("n||");
    }
    give_back(*c, what.reserve);
    ++c->version;
    const auto* type = what.kind == store::Giving::Kind::handoff    ? "conversation.handed_off"
                       : what.kind == store::Giving::Kind::transfer ? "conversation.transferred"
                                                                    : "conversation.released";
    event(type, *c, by.actor);
    return versioned(*c);
}

Answer Model::snooze(const store::By& by, const std::string& id, const std::string& epoch, TimeMs until) {
    auto* c = find(id, by.scope);
    if (!c) return refused("not_found");
    const auto refusal = not_owner(*c, by.actor, epoch);
    if (!refusal.empty()) return refused(refusal);
    if (until <= now) return refused("until_past");
    disown(*c);
    c->state = "snoozed";
    c->snoozed = until;
    c->preferred = by.actor;
    ++c->version;
    event("conversation.snoozed", *c, by.actor);
    return versioned(*c);
}

Answer Model::resolve(const store::By& by, const store::Resolution& what) {
    auto* c = find(what.conversation.str(), by.scope);
    if (!c) return refused("not_found");
    if (c->state == "resolved") return versioned(*c);
    if (!what.supervisor && !(what.epoch.empty() && c->owner.empty())) {
        const auto refusal = not_owner(*c, by.actor, what.epoch);
        if (!refusal.empty()) return refused(refusal);
    }
    close(*c, what.outcome);
    ++c->version;
    event("conversation.resolved", *c, by.actor);
    return versioned(*c);
}

Answer Model::reopen(const store::By& by, const std::string& id) {
    auto* c = find(id, by.scope);
    if (!c) return refused("not_found");
    if (c->state != "resolved" && c->state != "pending" && c->state != "snoozed")
        return refused("not_closed");
    c->preferred.clear();
    c->outcome.clear();
    c->due = now;
    give_back(*c, Milliseconds(0));
    ++c->version;
    event("conversation.reopened", *c, by.actor);
    return versioned(*c);
}

Answer Model::labels(const store::By& by, const std::string& id, const std::string& add,
                     const std::string& remove) {
    auto* c = find(id, by.scope);
    if (!c) return refused("not_found");
    auto all = names_in(c->labels);
    for (auto& label : names_in(add)) {
        if (std::find(all.begin(), all.end(), label) == all.end()) all.push_back(label);
    }
    const auto gone = names_in(remove);
    c->labels.clear();
    for (const auto& label : all) {
        if (std::find(gone.begin(), gone.end(), label) != gone.end()) continue;
        c->labels += (c->labels.empty() ? "" : ",") + label;
    }
    ++c->version;
    event("conversation.labelled", *c, by.actor);
    return versioned(*c);
}

void Model::return_all(const std::string& agent) {
    for (const auto& id : owned_by(agent)) {
        auto& c = conversations.at(id);
        c.preferred.clear();
        give_back(c, Milliseconds(0));
        ++c.version;
        event("conversation.returned", c, agent);
    }
}

Answer Model::presence(const store::By& by, const std::string& presence, TimeMs until, int capacity) {
    if (presence == "offline") return_all(by.actor);
    auto& agent = agents[by.actor];
    const bool changed = agent.presence != presence;
    agent.presence = presence;
    agent.until.reset();
    if (presence != "offline") agent.until = until;
    agent.capacity = capacity;
    if (changed) event("agent.presence", Conversation{}, by.actor);
    return {"ok", std::to_string(owned_by(by.actor).size())};
}

}  // namespace guichet::test::model
