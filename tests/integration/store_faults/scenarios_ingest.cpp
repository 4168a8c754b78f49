#include "tests/integration/store_faults/scenarios.hpp"

namespace guichet::test {
namespace {

using Kind = store::Inbound::Kind;
using Call = std::function<Ended()>;

Call ingesting(World& w, store::Inbound message) {
    return [&w, message] { return ended(w, w.store.ingest(message)); };
}

Call changing(World& w, Kind kind) {
    w.waiting("m1", kStart + 1000);
    auto change = w.inbound("m1", "m1");
    change.kind = kind;
    change.text = kind == Kind::edited ? "hello again" : "";
    return ingesting(w, change);
}

Call triaging(World& w, const store::Ingested& stored, TimeMs due) {
    auto decision = w.decision(stored, due);
    decision.entry = w.take("routing");
    return [&w, decision] { return ended(w, w.store.triage(decision)); };
}

// All at once, so that they leave in one call.
Call at_once(World& w, std::vector<store::Inbound> messages) {
    return [&w, messages] {
        Ended ended{{}, 0};
        for (auto& status : w.at_once(messages)) {
            if (ended.status.ok()) ended.status = std::move(status);
        }
        return ended;
    };
}

}  // namespace

std::vector<Scenario> ingest_scenarios() {
    std::vector<Scenario> all;
    all.push_back({"ingest/opened", [](World& w) { return ingesting(w, w.inbound("m1", "t1")); }});
    all.push_back({"ingest/known contact", [](World& w) {
                       w.ingest("m1", "t1");
                       return ingesting(w, w.inbound("m2", "t2"));
                   }});
    all.push_back({"ingest/added", [](World& w) {
                       w.ingest("m1", "t1");
                       return ingesting(w, w.inbound("m2", "t1"));
                   }});
    all.push_back({"ingest/thread of an erased conversation", [](World& w) {
                       const auto id = w.ingest("m1", "t1").conversation;
                       const auto key = store::workspace_key(w.partition(), w.brand, "c:", id.str());
                       w.must(w.client->call(redis::Command("DEL", key)));
                       return ingesting(w, w.inbound("m2", "t1"));
                   }});
    all.push_back({"ingest/duplicate", [](World& w) {
                       w.ingest("m1", "t1");
                       return ingesting(w, w.inbound("m1", "t1"));
                   }});
    all.push_back({"ingest/edited", [](World& w) { return changing(w, Kind::edited); }});
    all.push_back({"ingest/deleted", [](World& w) { return changing(w, Kind::deleted); }});
    all.push_back({"ingest/tombstone", [](World& w) {
                       auto deletion = w.inbound("m1", "t1");
                       deletion.kind = Kind::deleted;
                       return ingesting(w, deletion);
                   }});
    all.push_back({"many/messages of two conversations",
                   [](World& w) {
                       w.ingest("m1", "t1");
                       w.ingest("m2", "t2");
                       return at_once(w, {w.inbound("m3", "t1"), w.inbound("m4", "t2")});
                   },
                   true});
    all.push_back({"many/an edit and another message",
                   [](World& w) {
                       w.ingest("m1", "t1");
                       w.ingest("m2", "t2");
                       auto edit = w.inbound("m1", "t1");
                       edit.kind = Kind::edited;
                       edit.text = "hello again";
                       return at_once(w, {edit, w.inbound("m3", "t2")});
                   },
                   true});
    all.push_back({"many/a new conversation, more of it, and one that is known", [](World& w) {
                       w.ingest("m1", "t1");
                       auto edit = w.inbound("m3", "t2");
                       edit.kind = Kind::edited;
                       edit.text = "hello again";
                       return at_once(w, {w.inbound("m2", "t2"), w.inbound("m3", "t2"), w.inbound("m4", "t1"),
                                          edit, w.inbound("m5", "t2")});
                   }});
    // What is known of a contact is read: the messages before are written first.
    all.push_back({"many/one of whose author more is told",
                   [](World& w) {
                       w.ingest("m1", "t1");
                       w.ingest("m0", "t2");
                       w.ingest("m9", "t3");
                       auto known = w.inbound("m3", "t2");
                       known.marks = {{"email", true, "anna@example.org"}};
                       return at_once(w, {w.inbound("m2", "t1"), known, w.inbound("m4", "t3")});
                   },
                   true});
    all.push_back({"triage/new",
                   [](World& w) {
                       w.waiting("m0", kStart + 500);
                       return triaging(w, w.ingest("m1", "t1"), kStart);
                   },
                   false, true});
    all.push_back({"triage/reserved",
                   [](World& w) {
                       auto message = w.inbound("m1", "t1");
                       message.preferred_owner = AgentId("eve");
                       return triaging(w, w.must(w.store.ingest(message)), kStart);
                   },
                   false, true});
    all.push_back({"triage/waiting",
                   [](World& w) {
                       w.waiting("m0", kStart + 500);
                       w.waiting("m1", kStart + 400);
                       return triaging(w, w.ingest("m2", "m1"), kStart);
                   },
                   false, true});
    all.push_back({"triage/waiting reserved",
                   [](World& w) {
                       w.waiting("m1", kStart + 400, "eve");
                       return triaging(w, w.ingest("m2", "m1"), kStart);
                   },
                   false, true});
    all.push_back({"triage/aside",
                   [](World& w) {
                       const auto mine = w.owned("m1", "bob");
                       w.answer(mine, "bob", "D1");
                       w.must(w.store.give(w.by("bob"), w.release(mine)));
                       return triaging(w, w.ingest("m2", "m1"), kStart);
                   },
                   false, true});
    all.push_back({"triage/owned",
                   [](World& w) {
                       w.owned("m1", "bob");
                       return triaging(w, w.ingest("m2", "m1"), kStart);
                   },
                   false, true});
    all.push_back({"triage/snoozed",
                   [](World& w) {
                       const auto mine = w.owned("m1", "bob");
                       w.must(w.store.snooze(w.by("bob"), mine.conversation, mine.epoch, kStart + 9000, ""));
                       return triaging(w, w.ingest("m2", "m1"), kStart);
                   },
                   false, true});
    all.push_back({"triage/resolved",
                   [](World& w) {
                       const auto mine = w.owned("m1", "bob");
                       w.must(w.store.resolve(w.by("bob"), w.solved(mine)));
                       return triaging(w, w.ingest("m2", "m1"), kStart);
                   },
                   false, true});
    all.push_back({"triage/done before",
                   [](World& w) {
                       const auto stored = w.ingest("m1", "t1");
                       w.must(w.store.triage(w.decision(stored, kStart)));
                       return triaging(w, stored, kStart);
                   },
                   false, true});
    return all;
}

}  // namespace guichet::test
