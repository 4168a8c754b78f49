#include <algorithm>

#include "tests/model/store/model.hpp"

namespace guichet::test::model {

Answer Model::draft(const store::By& by, const std::string& id, const std::string& text) {
    auto* c = find(id, by.scope);
    if (!c) return refused("not_found");
    if (text.empty()) {
        c->drafts.erase(by.actor);
    } else {
        c->drafts[by.actor] = text;
    }
    return {"ok"};
}

Answer Model::note(const store::By& by, const std::string& id) {
    auto* c = find(id, by.scope);
    if (!c) return refused("not_found");
    ++c->messages;
    ++c->version;
    c->entries.push_back("n||");
    event("note.added", *c, by.actor);
    return {"ok", std::to_string(c->messages)};
}

Answer Model::send(const store::By& by, const store::Sending& what) {
    auto* c = find(what.conversation.str(), by.scope);
    if (!c) return refused("not_found");
    const auto refusal = not_owner(*c, by.actor, what.epoch);
    if (!refusal.empty()) return refused(refusal);
    if (what.inbound_seq != c->inbound) return refused("stale_inbound");
    if (c->open.size() >= 20) return refused("too_many_deliveries");
    return hold(*c, by.actor, what);
}

Answer Model::hold(Conversation& c, const std::string& actor, const store::Sending& what) {
    const auto id = what.delivery.str();
    if (deliveries.count(id)) return refused("already_exists");
    auto& d = deliveries[id];
    d.id = id;
    d.conversation = c.id;
    d.state = what.undo.count() > 0 ? "held" : "queued";
    if (what.undo.count() > 0) d.held_until = now + what.undo.count();
    d.actor = actor;
    d.text = what.text;
    d.after = what.after;
    d.inbound = c.inbound;
    d.seq = ++c.messages;
    ++c.version;
    c.entries.push_back("o||");
    c.open.push_back(id);
    if (d.state == "queued" && c.open.size() == 1) add_work("reply", "send", c.id, id);
    c.drafts.erase(actor);
    event("delivery.held", c, actor, &d);
    return {"ok", id};
}

Answer Model::publish(const store::By& by, const store::Publishing& what) {
    Conversation c;
    c.id = what.conversation.str();
    c.state = "resolved";
    c.channel = what.channel.str();
    c.visibility = "public";
    c.team = what.team.str();
    c.thread = what.delivery.str();
    if (!scope_allows(by.scope, c)) return refused("denied");
    if (conversations.count(c.id) || deliveries.count(what.delivery.str())) return refused("already_exists");
    store::Sending sending;
    sending.delivery = what.delivery;
    sending.text = what.text;
    sending.undo = what.undo;
    auto& kept = conversations[c.id] = c;
    return hold(kept, by.actor, sending);
}

void Model::change(Delivery& d, const std::string& state) {
    d.state = state;
    ++d.version;
}

void Model::unlist(Conversation& c, const Delivery& d) {
    const auto found = std::find(c.open.begin(), c.open.end(), d.id);
    if (found == c.open.end()) return;
    const bool first = found == c.open.begin();
    c.open.erase(found);
    if (!first || c.open.empty()) return;
    if (deliveries.at(c.open.front()).state == "queued") add_work("reply", "send", c.id, c.open.front());
}

void Model::settle_return(Conversation& c, Milliseconds reserve) {
    if (c.aside && c.open.empty()) give_back(c, reserve);
}

void Model::cancel(Conversation& c, Delivery& d, const std::string& reason) {
    d.held_until.reset();
    d.again_at.reset();
    if (!d.text.empty()) c.drafts.emplace(d.actor, d.text);
    d.text.clear();
    d.error = reason;
    unlist(c, d);
    change(d, "cancelled");
    ++c.version;
    settle_return(c, Milliseconds(0));
    event("delivery.cancelled", c, d.actor, &d);
}

Answer Model::undo(const store::By& by, const std::string& id, bool supervisor) {
    auto* d = find_delivery(id, by.scope);
    if (!d) return refused("not_found");
    if (!supervisor && d->actor != by.actor) return refused("denied");
    if (d->state != "held" && d->state != "queued" && d->state != "retry") return refused("too_late");
    if (d->state == "retry" && d->insisted) return refused("too_late");
    cancel(conversations.at(d->conversation), *d, "undone");
    return {"ok"};
}

Answer Model::begin(const store::Begin& what) {
    auto* d = find_delivery(what.delivery.str(), "*");
    const auto skip = [&](const std::string& why) {
        acknowledged = true;
        return Answer{"ok", "skip", why};
    };
    if (!d) return skip("");
    if (d->state != "queued") return skip(d->state);
    auto& c = conversations.at(d->conversation);
    if (c.open.front() != d->id) return skip("not its turn");
    if (d->inbound != c.inbound && !d->insisted) {
        cancel(c, *d, "the customer wrote or changed something meanwhile");
        return skip("cancelled");
    }
    if (what.defer) {
        change(*d, "retry");
        d->again_at = now + what.defer->count();
        d->error = "the channel is paused";
        event("delivery.retry", c, d->actor, d);
        return skip("deferred");
    }
    change(*d, "sending");
    ++d->attempts;
    d->token = what.token;
    d->error.clear();
    d->again_at.reset();
    d->silent_at = now + what.silence.count();
    event("delivery.sending", c, d->actor, d);
    return {"ok", "go", c.id};
}

Answer Model::outcome(const store::AttemptOutcome& what) {
    static const std::map<store::AttemptOutcome::Kind, std::string> kWords = {
        {store::AttemptOutcome::Kind::sent, "sent"},
        {store::AttemptOutcome::Kind::retry, "retry"},
        {store::AttemptOutcome::Kind::unconfirmed, "unconfirmed"},
        {store::AttemptOutcome::Kind::failed, "failed"}};
    auto* d = find_delivery(what.delivery.str(), "*");
    acknowledged = true;
    if (!d) return {"ok", "stale"};
    const bool looked = what.token == "*" && d->state == "unconfirmed";
    if (d->token != what.token && !looked) return {"ok", "stale"};
    if (d->state != "sending" && d->state != "unconfirmed") return {"ok", "stale"};
    const auto& word = kWords.at(what.kind);
    if (looked && word == "retry") d->insisted = true;
    const auto before = d->state;
    d->error = what.error;
    d->silent_at.reset();
    d->again_at.reset();
    if (before == "unconfirmed" && word == "unconfirmed") {
        d->again_at = now + what.wait.count();
        return {"ok", "done"};
    }
    apply(conversations.at(d->conversation), *d, word, what.external_id, what.wait, what.reserve, d->actor);
    return {"ok", "done"};
}

void Model::apply(Conversation& c, Delivery& d, const std::string& outcome, const std::string& remote,
                  Milliseconds wait, Milliseconds reserve, const std::string& actor) {
    std::string moved;
    if (outcome == "sent") {
        moved = sent(c, d, remote, reserve);
    } else if (outcome == "failed") {
        moved = failed(c, d, reserve);
    } else {
        change(d, outcome);
        d.again_at = now + wait.count();
    }
    ++c.version;
    event("delivery." + outcome, c, actor, &d);
    if (!moved.empty()) event(moved, c, actor);
}

std::string Model::sent(Conversation& c, Delivery& d, const std::string& remote, Milliseconds reserve) {
    unlist(c, d);
    change(d, "sent");
    d.remote = remote;
    d.text.clear();
    d.error.clear();
    if (!remote.empty()) known[c.channel + ":" + remote] = {c.id, d.seq, 0, "o", d.id};
    if (!c.first_answer) c.first_answer = now;
    if (c.owner == d.actor && c.open.empty() && c.inbound == d.inbound) {
        if (d.after == "resolve" || d.after == "wait") c.triaged = c.inbound;
        if (d.after == "resolve") {
            close(c, "solved");
            return "conversation.resolved";
        }
        if (d.after == "wait") {
            const auto owner = c.owner;
            disown(c);
            c.state = "pending";
            c.preferred = owner;
            c.due.reset();
            c.first_due.reset();
            return "conversation.pending";
        }
    }
    settle_return(c, reserve);
    return {};
}

std::string Model::failed(Conversation& c, Delivery& d, Milliseconds reserve) {
    unlist(c, d);
    change(d, "failed");
    if (c.state != "resolved" && c.state != "pending") {
        settle_return(c, reserve);
        return {};
    }
    c.due = now;
    c.outcome.clear();
    give_back(c, reserve);
    return "conversation.reopened";
}

Answer Model::settle(const store::By& by, const std::string& id, const std::string& settlement,
                     const std::string& remote) {
    auto* d = find_delivery(id, by.scope);
    if (!d) return refused("not_found");
    if (d->state != "unconfirmed" && d->state != "failed") return refused("not_open");
    auto& c = conversations.at(d->conversation);
    const bool failed = d->state == "failed";
    d->again_at.reset();
    d->token.clear();
    if (settlement == "sent") {
        apply(c, *d, "sent", remote, Milliseconds(0), Milliseconds(0), by.actor);
        return {"ok"};
    }
    if (settlement == "cancel") {
        unlist(c, *d);
        change(*d, "cancelled");
        d->error = "dropped by " + by.actor;
        d->text.clear();
        ++c.version;
        settle_return(c, Milliseconds(0));
        event("delivery.cancelled", c, by.actor, d);
        return {"ok"};
    }
    change(*d, "queued");
    d->insisted = true;
    d->error.clear();
    if (failed) c.open.push_back(d->id);
    if (failed && c.state == "waiting") give_back(c, Milliseconds(0));
    if (c.open.front() == d->id) add_work("reply", "send", c.id, d->id);
    ++c.version;
    event("delivery.queued", c, by.actor, d);
    return {"ok"};
}

}  // namespace guichet::test::model
