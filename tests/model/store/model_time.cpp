#include "tests/model/store/model.hpp"

namespace guichet::test::model {

Answer Model::tick(const store::Tick& what) {
    std::vector<Timer> due;
    for (const auto& timer : timers()) {
        if (timer.at <= now && static_cast<int>(due.size()) < what.limit) due.push_back(timer);
    }
    int done = 0, returns = 0;
    for (const auto& timer : due) {
        // What an earlier one changed may have cancelled it.
        if (!timers().count(timer)) continue;
        const auto first = timer.member.find('|');
        const auto second = timer.member.find('|', first + 1);
        const auto did = fire(timer.member.substr(0, first), timer.member.substr(second + 1), what, returns);
        if (did.value_or(false)) ++done;
    }
    const auto left = timers();
    return {"ok", std::to_string(done), "0", left.empty() ? "" : std::to_string(left.begin()->at)};
}

std::optional<bool> Model::fire(const std::string& kind, const std::string& id, const store::Tick& what,
                                int& returns) {
    if (kind == "presence") {
        auto& agent = agents.at(id);
        if (resumed && *agent.until <= *resumed) {
            agent.until = now + what.lease.count();
            return true;
        }
        return_all(id);
        agent.presence = "offline";
        agent.until.reset();
        event("agent.presence", Conversation{}, id);
        return true;
    }
    if (kind != "lease" && kind != "snooze" && kind != "reserve") return fire_delivery(kind, id, what);
    auto& c = conversations.at(id);
    const auto owner = c.owner;
    if (kind == "lease") {
        if (resumed && *c.lease <= *resumed) {
            c.lease = now + what.lease.count();
            return true;
        }
        if (returns >= what.most_returns) return std::nullopt;
        ++returns;
        c.preferred.clear();
        give_back(c, Milliseconds(0));
        ++c.version;
        event("conversation.returned", c, owner);
        return true;
    }
    if (kind == "snooze") {
        c.due = c.snoozed;
        give_back(c, what.reserve);
        ++c.version;
        event("conversation.woken", c, "");
        return true;
    }
    leave_queue(c);
    ++c.version;
    event("conversation.unreserved", c, "");
    return true;
}

bool Model::fire_delivery(const std::string& kind, const std::string& id, const store::Tick& what) {
    auto& d = deliveries.at(id);
    auto& c = conversations.at(d.conversation);
    if (kind == "held" || kind == "retry") {
        d.held_until.reset();
        d.again_at.reset();
        change(d, "queued");
        if (c.open.front() == id) add_work("reply", "send", c.id, id);
        event("delivery.queued", c, d.actor, &d);
        return true;
    }
    if (kind == "send") {
        d.silent_at.reset();
        d.error = "no word of the attempt";
        apply(c, d, "unconfirmed", "", what.look, what.reserve, d.actor);
        return true;
    }
    d.again_at = now + what.look.count();
    add_work("reply", "look", c.id, id);
    return true;
}

}  // namespace guichet::test::model
