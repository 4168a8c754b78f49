#include "common/store/chains.hpp"
#include "common/store/privacy.hpp"
#include "tests/integration/store_faults/scenarios.hpp"

namespace guichet::test {
namespace {

using Call = std::function<Ended()>;

std::string words(const std::string& text, const std::string& delivery) {
    v1::Message message;
    message.set_text(text);
    message.set_delivery(delivery);
    return store::encode_message(message);
}

store::Inbound comment(const World& w, const std::string& id) {
    auto m = w.inbound(id, "post|anna");
    m.is_public = true;
    m.parent_thread = "post";
    return m;
}

store::Claimed owned_comment(World& w) {
    auto message = comment(w, "c1");
    const auto stored = w.must(w.store.ingest(message));
    w.must(w.store.triage(w.decision(stored, kStart)));
    return w.must(w.store.claim(w.by("bob"), stored.conversation, kLease, 5));
}

store::Offer offer(const store::Claimed& mine) {
    store::Offer o;
    o.conversation = mine.conversation;
    o.epoch = mine.epoch;
    o.escalation = EscalationId("E1");
    o.route = "r1";
    o.kind = "private_reply";
    o.channel = ChannelId("form");
    o.way = "private_reply";
    o.single_use_key = "c1";
    o.private_conversation = ConversationId("P1");
    o.thread = "dm|";
    o.private_delivery = DeliveryId("DP");
    o.private_text = "private";
    o.private_blob = words("private", "DP");
    o.public_delivery = DeliveryId("DQ");
    o.public_text = "public";
    o.public_blob = words("public", "DQ");
    o.expires_at = kStart + 1'000;
    o.identity = "account_proven";
    return o;
}

Call offering(World& w, store::Offer o) {
    return [&w, o] { return ended(w, w.store.escalate(w.by("bob", "r1"), o)); };
}

store::Claimed offered(World& w) {
    auto mine = owned_comment(w);
    w.must(w.store.escalate(w.by("bob"), offer(mine)));
    return mine;
}

Call settling_offer(World& w, store::AttemptOutcome::Kind kind) {
    const auto entry = w.take("reply");
    w.must(w.store.begin_attempt(w.begin(DeliveryId("DP"), entry)));
    auto outcome = w.outcome(DeliveryId("DP"), kind, entry);
    outcome.recipient = "psid7";
    return [&w, outcome] { return ended(w, w.store.record_outcome(outcome)); };
}

// The private reply went out and was declined; a call is to be made.
void answered_elsewhere(World& w, const store::Claimed& mine) {
    settling_offer(w, store::AttemptOutcome::Kind::sent)();
    w.must(w.store.decline(w.by("bob"), EscalationId("E1"), "no"));
    store::CallTask t;
    t.conversation = mine.conversation;
    t.epoch = mine.epoch;
    t.route = "call_back";
    t.channel = ChannelId("form");
    t.private_conversation = ConversationId("P2");
    t.call = "the number";
    t.note = "a note";
    t.identity = "claimed";
    w.must(w.store.call_back(w.by("bob"), t));
}

void answered(World& w) {
    settling_offer(w, store::AttemptOutcome::Kind::sent)();
    auto answer = w.inbound("mid", "dm|psid7");
    w.must(w.store.ingest(answer));
}

// A link in public, on whose page "v1" has a code.
store::Claimed linked(World& w) {
    auto mine = owned_comment(w);
    auto o = offer(mine);
    o.kind = "private_link";
    o.private_text.clear();
    o.way.clear();
    o.single_use_key.clear();
    w.must(w.store.escalate(w.by("bob"), o));
    const auto entry = w.take("reply");
    w.must(w.store.begin_attempt(w.begin(DeliveryId("DQ"), entry)));
    w.must(w.store.record_outcome(w.outcome(DeliveryId("DQ"), store::AttemptOutcome::Kind::sent, entry)));
    return mine;
}

store::Visit visiting(const World& w, const std::string& visitor, const std::string& code) {
    return {w.brand, EscalationId("E1"), visitor, code, Milliseconds(3'600'000), 2, Milliseconds(1'000)};
}

store::Inbound claiming(const World& w, const std::string& id, const std::string& visitor) {
    auto m = w.inbound(id, "claim|E1|" + visitor);
    m.author = "visitor:" + visitor;
    m.claim = store::Claim{EscalationId("E1"), visitor, 1};
    return m;
}

// The author's comment with a code, taken by escalation.
store::CodeTried commented(World& w, const store::Claimed& mine, const std::string& attempt) {
    w.must(w.store.ingest(comment(w, "c2")));
    store::CodeTried tried;
    tried.workspace = w.brand;
    tried.conversation = mine.conversation;
    tried.entry = w.take("escalation");
    tried.seq = 3;
    tried.poster = w.inbound("", "").author;
    tried.attempt = attempt;
    tried.note = words("a note", "");
    if (attempt == "matched") tried.visitor = "v1", tried.code = "K7M-4QX";
    if (attempt == "wrong") tried.wrong = {"v1"};
    return tried;
}

Call trying(World& w, store::CodeTried tried) {
    return [&w, tried] { return ended(w, w.store.code_tried(tried)); };
}

Call posting(World& w, store::OwnPost post) {
    return [&w, post] { return ended(w, w.store.own_post(post)); };
}

}  // namespace

std::vector<Scenario> escalation_scenarios() {
    using Kind = store::AttemptOutcome::Kind;
    std::vector<Scenario> all;
    all.push_back({"propose/public", [](World& w) {
                       const auto mine = owned_comment(w);
                       return [&w, id = mine.conversation] {
                           return ended(w, w.store.propose(w.brand, "system", id, "", ""));
                       };
                   }});
    all.push_back({"erase_conversation/case", [](World& w) -> Call {
                       offered(w);
                       settling_offer(w, store::AttemptOutcome::Kind::sent)();
                       return [&w] {
                           store::Privacy privacy(w.store);
                           std::vector<std::string> deliveries{"DP"};
                           return ended(
                               w, privacy.erase_conversation(w.brand, "boss", "P1", std::move(deliveries)));
                       };
                   }});
    all.push_back({"escalate/private reply", [](World& w) { return offering(w, offer(owned_comment(w))); }});
    all.push_back({"escalated/new", [](World& w) -> Call {
                       return [&w] {
                           store::Chains chains(w.store);
                           return ended(w, chains.escalated(w.by("token:t1", "r1")));
                       };
                   }});
    all.push_back({"escalate/known person", [](World& w) {
                       w.ingest("mid0", "dm|psid7");
                       auto o = offer(owned_comment(w));
                       o.recipient = "psid7";
                       o.thread = "dm|psid7";
                       o.way = "direct";
                       return offering(w, o);
                   }});
    all.push_back({"escalate/link in public", [](World& w) {
                       auto o = offer(owned_comment(w));
                       o.kind = "private_link";
                       o.private_text.clear();
                       o.way.clear();
                       return offering(w, o);
                   }});
    all.push_back({"visit/new", [](World& w) {
                       linked(w);
                       return [&w] { return ended(w, w.store.visit(visiting(w, "v1", "K7M-4QX"))); };
                   }});
    all.push_back({"visit/makes room", [](World& w) {
                       linked(w);
                       w.must(w.store.visit(visiting(w, "v1", "K7M-4QX")));
                       w.must(w.store.visit(visiting(w, "v2", "C3C-4DD")));
                       w.set_clock(w.clock.now() + 2'000);
                       return [&w] { return ended(w, w.store.visit(visiting(w, "v3", "C3C-4DF"))); };
                   }});
    all.push_back({"ingest/claims", [](World& w) {
                       linked(w);
                       w.must(w.store.visit(visiting(w, "v1", "K7M-4QX")));
                       const auto m = claiming(w, "p1", "v1");
                       return [&w, m] { return ended(w, w.store.ingest(m)); };
                   }});
    all.push_back({"prove/matched",
                   [](World& w) {
                       const auto mine = linked(w);
                       w.must(w.store.visit(visiting(w, "v1", "K7M-4QX")));
                       w.must(w.store.ingest(claiming(w, "p1", "v1")));
                       return trying(w, commented(w, mine, "matched"));
                   },
                   false, true});
    all.push_back({"prove/before he wrote",
                   [](World& w) {
                       const auto mine = linked(w);
                       w.must(w.store.visit(visiting(w, "v1", "K7M-4QX")));
                       return trying(w, commented(w, mine, "matched"));
                   },
                   false, true});
    all.push_back({"prove/wrong",
                   [](World& w) {
                       const auto mine = linked(w);
                       w.must(w.store.visit(visiting(w, "v1", "K7M-4QX")));
                       return trying(w, commented(w, mine, "wrong"));
                   },
                   false, true});
    all.push_back({"verify/claimant", [](World& w) {
                       linked(w);
                       w.must(w.store.visit(visiting(w, "v1", "K7M-4QX")));
                       const auto stored = w.must(w.store.ingest(claiming(w, "p1", "v1")));
                       w.must(w.store.triage(w.decision(stored, kStart)));
                       const auto mine = w.must(w.store.claim(w.by("bob"), stored.conversation, kLease, 5));
                       return [&w, mine] {
                           return ended(w, w.store.verify_identity(w.by("bob", "r1"), mine.conversation,
                                                                   mine.epoch, words("known", "")));
                       };
                   }});
    all.push_back({"verify/without a case", [](World& w) {
                       const auto mine = w.owned("x", "bob");
                       return [&w, mine] {
                           return ended(w, w.store.verify_identity(w.by("bob", "r1"), mine.conversation,
                                                                   mine.epoch, words("known", "")));
                       };
                   }});
    all.push_back({"outcome/offer sent",
                   [](World& w) {
                       offered(w);
                       return settling_offer(w, Kind::sent);
                   },
                   false, true});
    all.push_back({"outcome/offer refused",
                   [](World& w) {
                       offered(w);
                       return settling_offer(w, Kind::failed);
                   },
                   false, true});
    all.push_back({"ingest/accepts the offer", [](World& w) {
                       offered(w);
                       settling_offer(w, Kind::sent)();
                       const auto answer = w.inbound("mid", "dm|psid7");
                       return [&w, answer] { return ended(w, w.store.ingest(answer)); };
                   }});
    all.push_back(
        {"decline/proposed", [](World& w) {
             const auto mine = owned_comment(w);
             w.must(w.store.propose(w.brand, "system", mine.conversation, "", ""));
             const EscalationId id(
                 w.must(store::Reads(w.store).conversation(w.brand, mine.conversation, "*")).escalation());
             return [&w, id] { return ended(w, w.store.decline(w.by("bob", "r1"), id, "no")); };
         }});
    all.push_back(
        {"close_public/accepted", [](World& w) {
             const auto mine = offered(w);
             answered(w);
             const store::ClosingWord word{
                 EscalationId("E1"), mine.epoch, DeliveryId("DC"), words("closed", "DC"), "closed", {}, {}};
             return [&w, word] { return ended(w, w.store.close_in_public(w.by("bob", "r1"), word)); };
         }});
    all.push_back(
        {"own_post/added", [](World& w) {
             owned_comment(w);
             return posting(w, {w.brand, ChannelId("form"), "x1", "c1", "", "ours", words("ours", "")});
         }});
    all.push_back(
        {"own_post/settles", [](World& w) {
             const auto mine = owned_comment(w);
             auto sending = w.sending(mine, "D1", Milliseconds(0));
             sending.blob = words("ours", "D1");
             w.must(w.store.send(w.by("bob"), sending));
             w.must(w.store.begin_attempt(w.begin(DeliveryId("D1"), w.take("reply"))));
             return posting(w, {w.brand, ChannelId("form"), "x1", "c1", "", "ours", words("ours", "")});
         }});
    all.push_back(
        {"own_post/unknown", [](World& w) {
             return posting(w, {w.brand, ChannelId("form"), "x1", "c0", "", "ours", words("ours", "")});
         }});
    all.push_back({"own_post/names whom an offer reached", [](World& w) {
                       offered(w);
                       w.must(w.store.begin_attempt(w.begin(DeliveryId("DP"), w.take("reply"))));
                       return posting(w, {w.brand, ChannelId("form"), "x1", "", "dm|psid7", "private",
                                          words("private", "")});
                   }});
    all.push_back({"ingest/late, from elsewhere, while another way is offered", [](World& w) {
                       const auto mine = offered(w);
                       answered_elsewhere(w, mine);
                       auto late = w.inbound("late", "dm|psid7");
                       late.author = "somebody else";
                       return [&w, late] { return ended(w, w.store.ingest(late)); };
                   }});
    all.push_back({"report/bounced", [](World& w) {
                       const auto mine = owned_comment(w);
                       w.answer(mine, "bob", "D1");
                       const auto entry = w.take("reply");
                       w.must(w.store.begin_attempt(w.begin(DeliveryId("D1"), entry)));
                       w.must(w.store.record_outcome(w.outcome(DeliveryId("D1"), Kind::sent, entry)));
                       const store::DeliveryReport bounce{w.brand, ChannelId("form"), "", DeliveryId("D1"),
                                                          true,    "bounced"};
                       return [&w, bounce] { return ended(w, w.store.report_delivery(bounce)); };
                   }});
    return all;
}

}  // namespace guichet::test
