#include "tests/model/store/model.hpp"

#include <algorithm>

#include "common/store/records.hpp"

namespace guichet::test::model {

std::string Conversation::queue() const {
    if (state != "waiting" || aside) return {};
    return reserved_for.empty() ? queue_name() : "@" + reserved_for;
}

bool scope_allows(const std::string& scope, const Conversation& c) {
    return store::scope_allows(scope, c.team, c.channel, c.visibility == "public");
}

Conversation* Model::find(const std::string& id, const std::string& scope) {
    const auto found = conversations.find(id);
    if (found == conversations.end() || !scope_allows(scope, found->second)) return nullptr;
    return &found->second;
}

Delivery* Model::find_delivery(const std::string& id, const std::string& scope) {
    const auto found = deliveries.find(id);
    if (found == deliveries.end() || !find(found->second.conversation, scope)) return nullptr;
    return &found->second;
}

std::string Model::not_owner(const Conversation& c, const std::string& actor,
                             const std::string& epoch) const {
    if (c.owner == actor) return c.epoch == epoch ? "" : "stale_epoch";
    return c.owner.empty() ? "not_owned" : "owned_by_other";
}

bool Model::may_come(const std::string& agent) const {
    const auto found = agents.find(agent);
    return found == agents.end() || (found->second.presence != "offline" && found->second.presence != "away");
}

void Model::event(const std::string& type, const Conversation& c, const std::string& actor,
                  const Delivery* d) {
    const auto version = c.id.empty() ? std::string() : std::to_string(c.version);
    const auto delivery = d ? d->id + "|" + d->state : std::string();
    events.push_back(type + " " + c.id + " " + version + " " + actor + " " + delivery + " " + c.queue_name() +
                     "|" + (c.id.empty() ? "" : c.state) + "|" + c.owner);
}

void Model::add_work(const std::string& service, const std::string& what, const std::string& conversation,
                     const std::string& item) {
    work.insert({service, what, conversation, item});
}

void Model::enqueue(Conversation& c, TimeMs due, Milliseconds reserve) {
    c.state = "waiting";
    c.due = due;
    if (c.preferred.empty() || reserve.count() <= 0 || !may_come(c.preferred)) return;
    c.reserved_for = c.preferred;
    c.reserved_until = now + reserve.count();
}

void Model::leave_queue(Conversation& c) {
    c.reserved_for.clear();
    c.reserved_until.reset();
}

void Model::disown(Conversation& c) {
    c.owner.clear();
    c.epoch.clear();
    c.lease.reset();
    c.owned_since.reset();
}

void Model::own(Conversation& c, const std::string& agent, Milliseconds lease) {
    leave_queue(c);
    c.snoozed.reset();
    disown(c);
    c.owner = agent;
    c.state = "owned";
    ++c.epochs;
    c.lease = now + lease.count();
    c.owned_since = now;
    c.aside = false;
    c.outcome.clear();
    c.preferred.clear();
    c.handed_off_by.clear();
}

void Model::give_back(Conversation& c, Milliseconds reserve) {
    leave_queue(c);
    c.snoozed.reset();
    disown(c);
    c.aside = !c.open.empty();
    c.state = "waiting";
    if (!c.aside) enqueue(c, c.due.value_or(now), reserve);
}

void Model::close(Conversation& c, const std::string& outcome) {
    c.preferred = c.owner;
    leave_queue(c);
    c.snoozed.reset();
    disown(c);
    c.state = "resolved";
    c.outcome = outcome;
    c.aside = false;
    c.first_due.reset();
    c.due.reset();
    c.handed_off_by.clear();
}

std::vector<std::string> Model::owned_by(const std::string& agent) const {
    std::vector<std::pair<TimeMs, std::string>> found;
    for (const auto& [id, c] : conversations) {
        if (c.owner == agent) found.emplace_back(c.owned_since.value(), id);
    }
    std::sort(found.begin(), found.end());
    std::vector<std::string> ids;
    for (auto& [since, id] : found) ids.push_back(std::move(id));
    return ids;
}

std::set<Timer> Model::timers() const {
    std::set<Timer> all;
    const auto add = [&](const MaybeTime& at, const std::string& kind, const std::string& id) {
        if (at) all.insert({*at, kind + "|" + workspace_ + "|" + id});
    };
    for (const auto& [id, c] : conversations) {
        add(c.lease, "lease", id);
        add(c.snoozed, "snooze", id);
        add(c.reserved_until, "reserve", id);
    }
    for (const auto& [id, d] : deliveries) {
        add(d.held_until, "held", id);
        add(d.silent_at, "send", id);
        add(d.again_at, d.state == "retry" ? "retry" : "look", id);
    }
    for (const auto& [id, a] : agents) add(a.until, "presence", id);
    return all;
}

}  // namespace guichet::test::model
