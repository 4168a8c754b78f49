#include "tests/model/store/machine.hpp"

namespace guichet::test::model {
namespace {

template <class T>
Answer settled_ok(const Result<T>& result) {
    return result ? Answer{"ok"} : Answer{"err", result.error().reason};
}

Answer delivery_of(const Result<DeliveryId>& result) {
    return result ? Answer{"ok", result->str()} : Answer{"err", result.error().reason};
}

Result<DeliveryId> named(const Result<v1::Delivery>& result) {
    if (!result) return result.error();
    return DeliveryId(result->id());
}

}  // namespace

void Machine::draft(const Step& s) {
    const auto who = by(s, agent(s.b));
    const auto id = conversation(s.a);
    const std::string text = s.c % 3 ? "draft" + std::to_string(s.c) : "";
    expect("draft " + id, model_.draft(who, id, text),
           [=, this] { return settled_ok(call(store_.save_draft(who, ConversationId(id), text))); });
}

void Machine::note(const Step& s) {
    const auto who = by(s, agent(s.b));
    const auto id = conversation(s.a);
    expect(
        "note " + id, model_.note(who, id),
        [=, this] {
            const auto result = call(store_.add_note(who, ConversationId(id), "blob", "note.added", ""));
            return result ? Answer{"ok", std::to_string(*result)} : Answer{"err", result.error().reason};
        },
        &who);
}

// What finds nothing to be done on does mostly what must come before it: else random steps seldom get far.
void Machine::send(const Step& s) {
    if (!any_owned() && s.d % 4) return claim_next(s);
    static const std::array<const char*, 3> kAfter = {"keep", "wait", "resolve"};
    const auto id = owned_conversation(s.a);
    const auto* c = find(id);
    const auto who = by(s, c && !c->owner.empty() ? c->owner : agent(s.b));
    store::Sending what;
    what.conversation = ConversationId(id);
    what.epoch = epoch(id, s.b);
    what.inbound_seq = c ? c->inbound - (s.c % 7 == 6 ? 1 : 0) : 1;
    what.delivery = DeliveryId(s.b % 9 == 8 && made_ > 0 ? "D1" : "D" + std::to_string(++made_));
    what.blob = "blob";
    what.text = "answer";
    what.undo = Milliseconds(s.c % 4 == 3 ? 5000 : 0);
    what.after = kAfter.at(static_cast<std::size_t>(s.d % 3));
    expect(
        "send " + what.delivery.str() + " in " + id, model_.send(who, what),
        [=, this] { return delivery_of(named(call(store_.send(who, what)))); }, &who);
}

void Machine::publish(const Step& s) {
    const auto who = by(s, agent(s.a));
    store::Publishing what;
    what.conversation = ConversationId("P" + std::to_string(s.b % 20));
    what.channel = ChannelId(s.b % 2 ? "form" : "mail");
    what.team = TeamId("care");
    what.delivery = DeliveryId("D" + std::to_string(++made_));
    what.blob = "blob";
    what.text = "post";
    what.undo = Milliseconds(s.c % 2 ? 5000 : 0);
    expect(
        "publish " + what.conversation.str(), model_.publish(who, what),
        [=, this] { return delivery_of(call(store_.publish(who, what))); }, &who);
}

void Machine::undo(const Step& s) {
    const auto id = s.d % 5 ? delivery_that_is({"held", "queued", "retry"}, s.a) : delivery(s.a);
    const auto found = model_.deliveries.find(id);
    const auto who = by(s, found != model_.deliveries.end() && s.b % 4 ? found->second.actor : agent(s.b));
    const bool supervisor = s.c % 4 == 3;
    expect(
        "undo " + id, model_.undo(who, id, supervisor),
        [=, this] { return settled_ok(call(store_.undo(who, DeliveryId(id), supervisor))); }, &who);
}

void Machine::begin(const Step& s) {
    if (!any_delivery({"queued"}) && s.d % 4) return send(s);
    // The oldest work that waits; or any delivery, without an entry.
    std::string id = delivery(s.a), entry;
    for (const auto& [waiting, work] : work_) {
        const auto found = model_.deliveries.find(work.item);
        if (s.b % 5 == 4 || work.what != "send" || found == model_.deliveries.end()) continue;
        if (found->second.state == "sending" && s.b % 5 != 3) continue;
        id = work.item;
        entry = waiting;
        break;
    }
    store::Begin what;
    what.workspace = brand_;
    what.delivery = DeliveryId(id);
    what.entry = entry;
    what.token = "token" + std::to_string(++requests_);
    what.silence = Milliseconds(60'000);
    if (s.c % 7 == 6) what.defer = Milliseconds(10'000);
    const auto expected = model_.begin(what);
    if (expected.at(1) == "go" && published_.count(id)) fail(id + " is sent twice");
    expect("begin-" + expected.at(1) + " " + id, expected, [=, this] {
        const auto result = call(store_.begin_attempt(what));
        if (!result) return Answer{"err", result.error().reason};
        return result->go ? Answer{"ok", "go", result->conversation.str()}
                          : Answer{"ok", "skip", result->skipped};
    });
    acknowledge("reply", entry);
}

void Machine::outcome(const Step& s) {
    if (!any_delivery({"sending", "unconfirmed"}) && s.d % 4) return begin(s);
    using Kind = store::AttemptOutcome::Kind;
    static const std::array<Kind, 6> kKinds = {Kind::sent,        Kind::sent,   Kind::retry,
                                               Kind::unconfirmed, Kind::failed, Kind::failed};
    const auto id = s.b % 6 ? delivery_that_is({"sending", "unconfirmed"}, s.a) : delivery(s.a);
    const auto found = model_.deliveries.find(id);
    store::AttemptOutcome what;
    what.workspace = brand_;
    what.delivery = DeliveryId(id);
    what.entry = s.c % 5 ? entry_for("send", id) : "";
    what.token = found == model_.deliveries.end() || s.c % 6 == 5 ? "token0" : found->second.token;
    // A look speaks of the attempt without its token.
    if (s.c % 4 == 3) what.token = "*";
    what.kind = kKinds.at(static_cast<std::size_t>(s.d % 6));
    if (what.kind == Kind::sent) what.external_id = "remote-" + id;
    if (what.kind != Kind::sent) what.error = "error";
    what.wait = Milliseconds(5'000);
    what.reserve = Milliseconds(s.c % 2 ? 60'000 : 0);
    const auto expected = model_.outcome(what);
    if (expected.at(1) == "done" && what.kind == Kind::sent) published_.insert(id);
    expect("outcome-" + expected.at(1) + " " + id, expected, [=, this] {
        const auto result = call(store_.record_outcome(what));
        return result ? Answer{"ok", *result} : Answer{"err", result.error().reason};
    });
    acknowledge("reply", what.entry);
}

void Machine::settle(const Step& s) {
    if (!any_delivery({"failed", "unconfirmed"}) && s.d % 4) return outcome(s);
    static const std::array<const char*, 4> kWords = {"sent", "resend", "cancel", "resend"};
    const auto id = s.d % 5 ? delivery_that_is({"failed", "unconfirmed"}, s.a) : delivery(s.a);
    const auto who = by(s, "boss");
    const std::string word = kWords.at(static_cast<std::size_t>(s.b % 4));
    const std::string remote = s.c % 2 ? "remote-" + id : "";
    const auto expected = model_.settle(who, id, word, remote);
    if (expected[0] == "ok" && word == "sent") published_.insert(id);
    expect(
        "settle-" + word + " " + id, expected,
        [=, this] { return settled_ok(call(store_.settle(who, DeliveryId(id), word, remote))); }, &who);
}

// The look is taken and nothing is known yet: its entry is acknowledged.
void Machine::look(const Step&) {
    for (const auto& [entry, work] : work_) {
        if (work.what != "look") continue;
        const auto kept = entry;
        trace_.push_back("look at " + work.item);
        if (!call(store_.acknowledge(brand_, "reply", kept))) fail("acknowledge failed");
        model_.acknowledged = true;
        acknowledge("reply", kept);
        return;
    }
}

}  // namespace guichet::test::model
