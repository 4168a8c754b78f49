#include "tests/integration/store_faults/scenarios.hpp"

namespace guichet::test {
namespace {

using Call = std::function<Ended()>;

Call claiming_next(World& w) {
    return [&w] { return ended(w, w.store.claim_next(w.by("bob", "r1"), {})); };
}

// With what is read of it.
Call claiming_next_shown(World& w) {
    store::ClaimNext what;
    what.messages = 5;
    return [&w, what] { return ended(w, w.store.claim_next(w.by("bob", "r1"), what)); };
}

Call claiming_shown(World& w, ConversationId id) {
    return [&w, id] { return ended(w, w.store.claim(w.by("bob", "r1"), id, kLease, 5, false, 5)); };
}

Call claiming(World& w, ConversationId id) {
    return [&w, id] { return ended(w, w.store.claim(w.by("bob", "r1"), id, kLease, 5)); };
}

Call assigning(World& w, ConversationId id, std::string agent, std::string team) {
    store::Assignment a;
    a.conversation = id;
    a.agent = AgentId(std::move(agent));
    a.team = TeamId(std::move(team));
    a.reason = "you know them";
    return [&w, a] { return ended(w, w.store.assign(w.by("boss", "r1"), a)); };
}

Call giving(World& w, store::Giving g) {
    return [&w, g] { return ended(w, w.store.give(w.by("bob", "r1"), g)); };
}

Call offline(World& w) {
    return [&w] { return ended(w, w.store.set_presence(w.by("bob"), "offline", 0, 5)); };
}

ConversationId snoozed(World& w) {
    const auto mine = w.owned("m1", "bob");
    w.must(w.store.snooze(w.by("bob"), mine.conversation, mine.epoch, kStart + 9000, "tomorrow"));
    return mine.conversation;
}

void claim_scenarios(std::vector<Scenario>& all) {
    all.push_back({"claim_next/last of its queue", [](World& w) {
                       w.waiting("m1", kStart + 1);
                       return claiming_next(w);
                   }});
    all.push_back({"claim_next/one of many", [](World& w) {
                       for (int i = 0; i < 3; ++i) w.waiting("m" + std::to_string(i), kStart + i);
                       return claiming_next(w);
                   }});
    all.push_back({"claim_next/reserved", [](World& w) {
                       w.waiting("m1", kStart + 1, "bob");
                       return claiming_next(w);
                   }});
    all.push_back({"claim_next/nothing", [](World& w) { return claiming_next(w); }});
    all.push_back({"claim_next/with its messages", [](World& w) {
                       w.waiting("m1", kStart + 1);
                       return claiming_next_shown(w);
                   }});
    all.push_back(
        {"claim/with its messages", [](World& w) { return claiming_shown(w, w.waiting("m1", kStart)); }});
    all.push_back({"claim/mine already, with its messages",
                   [](World& w) { return claiming_shown(w, w.owned("m1", "bob").conversation); }});
    all.push_back({"claim/waiting", [](World& w) { return claiming(w, w.waiting("m1", kStart)); }});
    all.push_back({"claim/snoozed", [](World& w) { return claiming(w, snoozed(w)); }});
    all.push_back(
        {"claim/mine already", [](World& w) { return claiming(w, w.owned("m1", "bob").conversation); }});
    all.push_back({"renew", [](World& w) -> Call {
                       w.owned("m1", "bob");
                       w.owned("m2", "bob");
                       w.set_clock(kStart + 1000);
                       return [&w] { return ended(w, w.store.renew(w.by("bob"), {}, kLease)); };
                   }});
}

void assign_scenarios(std::vector<Scenario>& all) {
    all.push_back({"assign/to another",
                   [](World& w) { return assigning(w, w.owned("m1", "bob").conversation, "eve", ""); }});
    all.push_back({"assign/to himself again",
                   [](World& w) { return assigning(w, w.owned("m1", "bob").conversation, "bob", ""); }});
    all.push_back({"assign/out of a queue and team",
                   [](World& w) { return assigning(w, w.waiting("m1", kStart), "eve", "legal"); }});
    all.push_back({"assign/other team", [](World& w) {
                       w.waiting("m0", kStart + 5);
                       return assigning(w, w.waiting("m1", kStart), "", "legal");
                   }});
    all.push_back({"assign/same team", [](World& w) {
                       w.waiting("m0", kStart + 5);
                       return assigning(w, w.waiting("m1", kStart), "", "care");
                   }});
    all.push_back({"assign/reserved to the queue",
                   [](World& w) { return assigning(w, w.waiting("m1", kStart, "eve"), "", ""); }});
    all.push_back({"give/release", [](World& w) {
                       w.waiting("m0", kStart + 5000);
                       return giving(w, w.release(w.owned("m1", "bob")));
                   }});
    all.push_back({"give/handoff", [](World& w) {
                       auto g = w.release(w.owned("m1", "bob"));
                       g.kind = store::Giving::Kind::handoff;
                       g.agent = AgentId("eve");
                       g.team = TeamId("legal");
                       g.note = "a note";
                       g.reserve = Milliseconds(60'000);
                       return giving(w, g);
                   }});
    all.push_back({"give/with an answer on its way", [](World& w) {
                       const auto mine = w.owned("m1", "bob");
                       w.answer(mine, "bob", "D1");
                       return giving(w, w.release(mine));
                   }});
}

void close_scenarios(std::vector<Scenario>& all) {
    all.push_back({"snooze", [](World& w) -> Call {
                       const auto mine = w.owned("m1", "bob");
                       return [&w, mine] {
                           return ended(w, w.store.snooze(w.by("bob", "r1"), mine.conversation, mine.epoch,
                                                          kStart + 9000, "tomorrow"));
                       };
                   }});
    all.push_back({"resolve/owned", [](World& w) -> Call {
                       const auto mine = w.owned("m1", "bob");
                       return [&w, mine] {
                           return ended(w, w.store.resolve(w.by("bob", "r1"), w.solved(mine)));
                       };
                   }});
    all.push_back({"resolve/waiting", [](World& w) -> Call {
                       w.waiting("m0", kStart + 5);
                       store::Claimed nobodys{w.waiting("m1", kStart), "", 0};
                       return [&w, nobodys] {
                           return ended(w, w.store.resolve(w.by("bob", "r1"), w.solved(nobodys)));
                       };
                   }});
    all.push_back({"resolve/snoozed", [](World& w) -> Call {
                       store::Claimed nobodys{snoozed(w), "", 0};
                       return [&w, nobodys] {
                           return ended(w, w.store.resolve(w.by("bob", "r1"), w.solved(nobodys)));
                       };
                   }});
    all.push_back({"reopen/resolved", [](World& w) -> Call {
                       const auto mine = w.owned("m1", "bob");
                       w.must(w.store.resolve(w.by("bob"), w.solved(mine)));
                       return [&w, mine] {
                           return ended(w, w.store.reopen(w.by("bob", "r1"), mine.conversation, "again"));
                       };
                   }});
    all.push_back({"reopen/snoozed", [](World& w) -> Call {
                       const auto id = snoozed(w);
                       return [&w, id] { return ended(w, w.store.reopen(w.by("bob", "r1"), id, "again")); };
                   }});
    all.push_back({"labels", [](World& w) -> Call {
                       const auto id = w.waiting("m1", kStart);
                       w.must(w.store.set_labels(w.by("bob"), id, {"vip", "late"}, {}));
                       return [&w, id] {
                           return ended(w, w.store.set_labels(w.by("bob", "r1"), id, {"press"}, {"late"}));
                       };
                   }});
}

void presence_scenarios(std::vector<Scenario>& all) {
    all.push_back({"presence/first", [](World& w) -> Call {
                       return [&w] {
                           return ended(w, w.store.set_presence(w.by("bob"), "online", kStart + 60'000, 5));
                       };
                   }});
    all.push_back({"presence/heartbeat", [](World& w) -> Call {
                       w.online("bob", kStart + 60'000);
                       return [&w] {
                           return ended(w, w.store.set_presence(w.by("bob"), "away", kStart + 90'000, 4));
                       };
                   }});
    all.push_back({"presence/offline with nothing", [](World& w) {
                       w.online("bob", kStart + 60'000);
                       return offline(w);
                   }});
    all.push_back({"presence/offline with three",
                   [](World& w) {
                       w.online("bob", kStart + 60'000);
                       w.owned("m1", "bob");
                       w.owned("m2", "bob");
                       w.answer(w.owned("m3", "bob"), "bob", "D1");
                       return offline(w);
                   },
                   true});
}

}  // namespace

std::vector<Scenario> routing_scenarios() {
    std::vector<Scenario> all;
    claim_scenarios(all);
    assign_scenarios(all);
    close_scenarios(all);
    presence_scenarios(all);
    return all;
}

}  // namespace guichet::test
