#include "tests/integration/store_faults/scenarios.hpp"

namespace guichet::test {
namespace {

using Call = std::function<Ended()>;
using Became = store::AttemptOutcome::Kind;

Call sending(World& w, store::Sending s) {
    return [&w, s] { return ended(w, w.store.send(w.by("bob", "r1"), s)); };
}

Call undoing(World& w, DeliveryId id) {
    return [&w, id] { return ended(w, w.store.undo(w.by("bob", "r1"), id, false)); };
}

Call beginning(World& w, DeliveryId id, std::optional<Milliseconds> defer = {}) {
    auto begin = w.begin(id, w.take("reply"));
    begin.defer = defer;
    return [&w, begin] { return ended(w, w.store.begin_attempt(begin)); };
}

Call reporting(World& w, const DeliveryId& id, Became kind) {
    const auto entry = w.take("reply");
    w.must(w.store.begin_attempt(w.begin(id, entry)));
    auto outcome = w.outcome(id, kind, entry);
    return [&w, outcome] { return ended(w, w.store.record_outcome(outcome)); };
}

Call settling(World& w, DeliveryId id, std::string settlement) {
    return [&w, id, settlement] {
        return ended(w, w.store.settle(w.by("boss", "r1"), id, settlement, "remote-1"));
    };
}

// Begun, and ended so.
DeliveryId tried(World& w, const store::Claimed& mine, const std::string& delivery, Became kind) {
    auto id = w.answer(mine, "bob", delivery);
    w.must(w.store.begin_attempt(w.begin(id)));
    w.must(w.store.record_outcome(w.outcome(id, kind)));
    return id;
}

void send_scenarios(std::vector<Scenario>& all) {
    all.push_back({"draft/first", [](World& w) -> Call {
                       const auto id = w.waiting("m1", kStart);
                       return [&w, id] { return ended(w, w.store.save_draft(w.by("bob"), id, "words")); };
                   }});
    all.push_back({"draft/removed", [](World& w) -> Call {
                       const auto id = w.waiting("m1", kStart);
                       w.must(w.store.save_draft(w.by("bob"), id, "words"));
                       return [&w, id] { return ended(w, w.store.save_draft(w.by("bob"), id, "")); };
                   }});
    all.push_back({"note", [](World& w) -> Call {
                       const auto id = w.waiting("m1", kStart);
                       return [&w, id] {
                           return ended(w,
                                        w.store.add_note(w.by("bob", "r1"), id, "blob", "note.added", "eve"));
                       };
                   }});
    all.push_back({"answer/held, with a draft", [](World& w) {
                       const auto mine = w.owned("m1", "bob");
                       w.must(w.store.save_draft(w.by("bob"), mine.conversation, "words"));
                       return sending(w, w.sending(mine, "D1", Milliseconds(5000)));
                   }});
    all.push_back(
        {"answer/at once", [](World& w) { return sending(w, w.sending(w.owned("m1", "bob"), "D1", {})); }});
    all.push_back({"answer/second", [](World& w) {
                       const auto mine = w.owned("m1", "bob");
                       w.answer(mine, "bob", "D0");
                       return sending(w, w.sending(mine, "D1", {}));
                   }});
    all.push_back({"send/by an older release", [](World& w) -> Call {
                       const auto s = w.sending(w.owned("m1", "bob"), "D1", {});
                       store::Row arguments{w.brand.str(), "bob",   "r1", "*",     s.conversation.str(),
                                            s.epoch,       "1",     "D1", s.blob,  s.text,
                                            "0",           s.after, "",   "digest"};
                       return [&w, arguments] {
                           store::Functions functions(*w.client);
                           return ended(w, functions.call(w.partition().prefix(), "send", arguments));
                       };
                   }});
    all.push_back({"publish", [](World& w) -> Call {
                       store::Publishing p{ConversationId("C1"),
                                           ChannelId("form"),
                                           TeamId("care"),
                                           DeliveryId("D1"),
                                           "blob",
                                           "words",
                                           Milliseconds(0),
                                           ""};
                       return [&w, p] { return ended(w, w.store.publish(w.by("bob", "r1"), p)); };
                   }});
    all.push_back({"undo/held", [](World& w) {
                       return undoing(w, w.answer(w.owned("m1", "bob"), "bob", "D1", Milliseconds(5000)));
                   }});
    all.push_back({"undo/head of two", [](World& w) {
                       const auto mine = w.owned("m1", "bob");
                       const auto first = w.answer(mine, "bob", "D1");
                       w.answer(mine, "bob", "D2");
                       return undoing(w, first);
                   }});
    all.push_back({"undo/retry after a release", [](World& w) {
                       const auto mine = w.owned("m1", "bob");
                       const auto id = tried(w, mine, "D1", Became::retry);
                       w.must(w.store.give(w.by("bob"), w.release(mine)));
                       return undoing(w, id);
                   }});
}

void begin_scenarios(std::vector<Scenario>& all) {
    all.push_back({"begin/go",
                   [](World& w) { return beginning(w, w.answer(w.owned("m1", "bob"), "bob", "D1")); }, false,
                   true});
    all.push_back({"begin/stale",
                   [](World& w) {
                       const auto id = w.answer(w.owned("m1", "bob"), "bob", "D1");
                       auto call = beginning(w, id);
                       w.must(w.store.undo(w.by("bob"), id, false));
                       return call;
                   },
                   false, true});
    all.push_back({"begin/not its turn",
                   [](World& w) {
                       const auto mine = w.owned("m1", "bob");
                       w.answer(mine, "bob", "D1");
                       return beginning(w, w.answer(mine, "bob", "D2"));
                   },
                   false, true});
    all.push_back({"begin/cancelled",
                   [](World& w) {
                       const auto mine = w.owned("m1", "bob");
                       const auto id = w.answer(mine, "bob", "D1");
                       w.must(w.store.give(w.by("bob"), w.release(mine)));
                       w.ingest("m2", "m1");
                       return beginning(w, id);
                   },
                   false, true});
    all.push_back({"begin/deferred",
                   [](World& w) {
                       return beginning(w, w.answer(w.owned("m1", "bob"), "bob", "D1"), Milliseconds(9000));
                   },
                   false, true});
}

void outcome_scenarios(std::vector<Scenario>& all) {
    for (const auto& [word, kind] :
         {std::pair{"sent", Became::sent}, std::pair{"retry", Became::retry},
          std::pair{"unconfirmed", Became::unconfirmed}, std::pair{"failed", Became::failed}}) {
        const auto of = kind;
        all.push_back(
            {"outcome/" + std::string(word),
             [of](World& w) { return reporting(w, w.answer(w.owned("m1", "bob"), "bob", "D1"), of); }, false,
             true});
        all.push_back({"outcome/late " + std::string(word),
                       [of](World& w) -> Call {
                           const auto id = tried(w, w.owned("m1", "bob"), "D1", Became::unconfirmed);
                           auto late = w.outcome(id, of, w.take("reply"));
                           return [&w, late] { return ended(w, w.store.record_outcome(late)); };
                       },
                       false, true});
    }
    all.push_back({"outcome/retry of a look",
                   [](World& w) -> Call {
                       const auto id = tried(w, w.owned("m1", "bob"), "D1", Became::unconfirmed);
                       auto look = w.outcome(id, Became::retry, w.take("reply"), "*");
                       return [&w, look] { return ended(w, w.store.record_outcome(look)); };
                   },
                   false, true});
    for (const auto* after : {"wait", "resolve"}) {
        all.push_back({"outcome/sent and " + std::string(after),
                       [after](World& w) {
                           return reporting(w, w.answer(w.owned("m1", "bob"), "bob", "D1", {}, after),
                                            Became::sent);
                       },
                       false, true});
    }
    all.push_back({"outcome/sent, the next starts",
                   [](World& w) {
                       const auto mine = w.owned("m1", "bob");
                       const auto first = w.answer(mine, "bob", "D1");
                       auto call = reporting(w, first, Became::sent);
                       w.answer(mine, "bob", "D2");
                       return call;
                   },
                   false, true});
    for (const auto& [word, kind] : {std::pair{"sent", Became::sent}, std::pair{"failed", Became::failed}}) {
        const auto of = kind;
        all.push_back({"outcome/released, " + std::string(word),
                       [of](World& w) {
                           const auto mine = w.owned("m1", "bob");
                           const auto id = w.answer(mine, "bob", "D1");
                           w.must(w.store.give(w.by("bob"), w.release(mine)));
                           return reporting(w, id, of);
                       },
                       false, true});
    }
    all.push_back({"outcome/failed of a resolved one",
                   [](World& w) {
                       const auto mine = w.owned("m1", "bob");
                       const auto id = w.answer(mine, "bob", "D1");
                       w.must(w.store.resolve(w.by("bob"), w.solved(mine)));
                       return reporting(w, id, Became::failed);
                   },
                   false, true});
    all.push_back({"outcome/stale",
                   [](World& w) {
                       const auto id = w.answer(w.owned("m1", "bob"), "bob", "D1");
                       auto call = reporting(w, id, Became::sent);
                       w.must(w.store.record_outcome(w.outcome(id, Became::sent)));
                       return call;
                   },
                   false, true});
}

void settle_scenarios(std::vector<Scenario>& all) {
    for (const auto* settlement : {"sent", "resend", "cancel"}) {
        const std::string word = settlement;
        for (const auto kind : {Became::unconfirmed, Became::failed}) {
            const auto* state = kind == Became::failed ? "failed" : "unconfirmed";
            all.push_back({"settle/" + word + " of " + state, [word, kind](World& w) {
                               return settling(w, tried(w, w.owned("m1", "bob"), "D1", kind), word);
                           }});
            all.push_back({"settle/" + word + " of " + state + ", released", [word, kind](World& w) {
                               const auto mine = w.owned("m1", "bob");
                               const auto id = tried(w, mine, "D1", kind);
                               w.must(w.store.give(w.by("bob"), w.release(mine)));
                               return settling(w, id, word);
                           }});
        }
    }
}

}  // namespace

std::vector<Scenario> reply_scenarios() {
    std::vector<Scenario> all;
    send_scenarios(all);
    begin_scenarios(all);
    outcome_scenarios(all);
    settle_scenarios(all);
    return all;
}

}  // namespace guichet::test
