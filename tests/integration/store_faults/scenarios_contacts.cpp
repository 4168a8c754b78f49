#include "common/store/apart.hpp"
#include "common/store/chains.hpp"
#include "common/store/privacy.hpp"
#include "common/store/segments.hpp"
#include "tests/integration/store_faults/scenarios.hpp"

namespace guichet::test {
namespace {

using Call = std::function<Ended()>;

ContactId writes(World& w, const std::string& author) {
    auto m = w.inbound("m-" + author, "t-" + author);
    m.author = author;
    m.marks = {{"mail", true, author + "@example.org"}};
    return w.must(w.store.ingest(std::move(m))).contact;
}

Call merging(World& w, const ContactId& into, const ContactId& from) {
    return [&w, what = store::ContactMerge{into, from, 0, 0, "the same"}] {
        return ended(w, w.store.merge_contacts(w.by("bob", "r1"), what));
    };
}

store::Claimed owned_post(World& w) {
    auto m = w.inbound("p1", "post|anna");
    m.is_public = true;
    const auto stored = w.must(w.store.ingest(std::move(m)));
    w.must(w.store.triage(w.decision(stored, kStart)));
    return w.must(w.store.claim(w.by("bob"), stored.conversation, kLease, 5));
}

store::CallTask task(const store::Claimed& mine, TimeMs wanted) {
    store::CallTask t;
    t.conversation = mine.conversation;
    t.epoch = mine.epoch;
    t.escalation = EscalationId("E1");
    t.route = "call_back";
    t.channel = ChannelId("form");
    t.private_conversation = ConversationId("P1");
    t.public_delivery = DeliveryId("DQ");
    t.public_text = "We call you";
    t.public_blob = "a blob";
    t.call = "the number";
    t.note = "a note";
    t.wanted_from = wanted;
    t.identity = "claimed";
    return t;
}

Call calling_back(World& w, TimeMs wanted) {
    return
        [&w, t = task(owned_post(w), wanted)] { return ended(w, w.store.call_back(w.by("bob", "r1"), t)); };
}

Call called(World& w, const std::string& result) {
    calling_back(w, 0)();
    const auto mine = w.must(w.store.claim(w.by("eve"), ConversationId("P1"), kLease, 5));
    return [&w, record = store::CallRecord{mine.conversation, mine.epoch, result, "a note"}] {
        return ended(w, w.store.record_call(w.by("eve", "r1"), record));
    };
}

// The public side waits for the customer; nobody was reached.
void rests_after_a_call(World& w) {
    const auto post = owned_post(w);
    auto t = task(post, 0);
    t.public_text.clear();
    w.must(w.store.call_back(w.by("bob"), t));
    w.answer(post, "bob", "D1", Milliseconds(0), "wait");
    const auto entry = w.take("reply");
    w.must(w.store.begin_attempt(w.begin(DeliveryId("D1"), entry)));
    w.must(w.store.record_outcome(w.outcome(DeliveryId("D1"), store::AttemptOutcome::Kind::sent, entry)));
    const auto mine = w.must(w.store.claim(w.by("eve"), ConversationId("P1"), kLease, 5));
    w.must(w.store.record_call(w.by("eve"), {mine.conversation, mine.epoch, "not_reached", ""}));
}

}  // namespace

std::vector<Scenario> contact_scenarios() {
    std::vector<Scenario> all;
    all.push_back({"ingest/tells of its author", [](World& w) {
                       writes(w, "anna");
                       auto m = w.inbound("m2", "t-anna");
                       m.author = "anna";
                       m.marks = {{"phone", false, "470123456"}, {"order", false, "4711"}};
                       return [&w, m] { return ended(w, w.store.ingest(m)); };
                   }});
    all.push_back({"merge_contacts/two", [](World& w) {
                       const auto anna = writes(w, "anna"), annie = writes(w, "annie");
                       return merging(w, anna, annie);
                   }});
    all.push_back({"tell_apart", [](World& w) -> Call {
                       const auto anna = writes(w, "anna"), annie = writes(w, "annie");
                       return [&w, anna, annie] {
                           store::Apart apart(w.store);
                           return ended(w, apart.tell(w.by("bob", "r1"), anna, annie));
                       };
                   }});
    all.push_back({"untell_apart", [](World& w) -> Call {
                       const auto anna = writes(w, "anna"), annie = writes(w, "annie");
                       store::Apart before(w.store);
                       w.must(before.tell(w.by("eve"), annie, anna));
                       return [&w, anna, annie] {
                           store::Apart apart(w.store);
                           return ended(w, apart.undo(w.by("bob", "r1"), anna, annie));
                       };
                   }});
    all.push_back({"erase_contact/told apart", [](World& w) -> Call {
                       const auto anna = writes(w, "anna"), annie = writes(w, "annie");
                       store::Apart apart(w.store);
                       w.must(apart.tell(w.by("eve"), annie, anna));
                       return [&w, anna] {
                           store::Privacy privacy(w.store);
                           return ended(w, privacy.erase_contact(w.brand, anna.str(), {}));
                       };
                   }});
    all.push_back({"set_segment/another than before", [](World& w) -> Call {
                       const auto anna = writes(w, "anna"), annie = writes(w, "annie");
                       store::Segments before(w.store);
                       w.must(before.set(w.by("eve"), anna, 0, "press"));
                       w.must(before.set(w.by("eve"), annie, 0, "VIP"));
                       return [&w, anna] {
                           store::Segments segments(w.store);
                           return ended(w, segments.set(w.by("bob", "r1"), anna, 0, "VIP"));
                       };
                   }});
    all.push_back({"erase_contact/of a segment", [](World& w) -> Call {
                       const auto anna = writes(w, "anna"), annie = writes(w, "annie");
                       store::Segments segments(w.store);
                       w.must(segments.set(w.by("eve"), anna, 0, "VIP"));
                       w.must(segments.set(w.by("eve"), annie, 0, "VIP"));
                       return [&w, anna] {
                           store::Privacy privacy(w.store);
                           return ended(w, privacy.erase_contact(w.brand, anna.str(), {}));
                       };
                   }});
    all.push_back({"undo_merge/under another", [](World& w) {
                       const auto anna = writes(w, "anna"), annie = writes(w, "annie");
                       merging(w, anna, annie)();
                       return
                           [&w, annie] { return ended(w, w.store.undo_merge(w.by("bob", "r2"), annie, 0)); };
                   }});
    all.push_back(
        {"split_contact/the one on top", [](World& w) {
             const auto a = writes(w, "a"), b = writes(w, "b"), c = writes(w, "c");
             w.must(w.store.merge_contacts(w.by("bob"), {a, b, 0, 0, ""}));
             w.must(w.store.merge_contacts(w.by("bob"), {a, c, 0, 0, ""}));
             const store::ContactSplit what{a, 0, {{ChannelId("form"), "c"}, {ChannelId("form"), "a"}}};
             return [&w, what] { return ended(w, w.store.split_contact(w.by("bob", "r2"), what)); };
         }});
    all.push_back({"call_back/now", [](World& w) { return calling_back(w, 0); }});
    all.push_back({"call_back/later", [](World& w) { return calling_back(w, kStart + 60'000); }});
    for (const char* result : {"reached", "kept", "not_reached", "declined"}) {
        all.push_back({std::string("called/") + result, [result](World& w) { return called(w, result); }});
    }
    all.push_back({"agree_call", [](World& w) -> Call {
                       calling_back(w, 0)();
                       return [&w] {
                           store::Chains chains(w.store);
                           return ended(w,
                                        chains.agree_call(w.by("bob", "r3"), EscalationId("E1"), "a wish"));
                       };
                   }});
    all.push_back({"propose_next/what rests comes back",
                   [](World& w) -> Call {
                       rests_after_a_call(w);
                       return [&w, entry = w.take("escalation")] {
                           store::Chains chains(w.store);
                           return ended(w, chains.propose_next(w.brand, EscalationId("E1"), entry, "why",
                                                               Milliseconds(60'000)));
                       };
                   },
                   false, true});
    all.push_back({"decline/a call", [](World& w) {
                       calling_back(w, 0)();
                       return [&w] {
                           return ended(w, w.store.decline(w.by("bob", "r3"), EscalationId("E1"), "no"));
                       };
                   }});
    return all;
}

}  // namespace guichet::test
