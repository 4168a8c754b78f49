#include "common/store/audit_log.hpp"
#include "common/store/privacy.hpp"
#include "common/store/restoring.hpp"
#include "common/store/trail.hpp"
#include "tests/integration/store_faults/scenarios.hpp"

namespace guichet::test {
namespace {

using Call = std::function<Ended()>;
using Became = store::AttemptOutcome::Kind;

Call ticking(World& w, TimeMs now) {
    w.set_clock(now);
    return [&w] {
        store::Tick what;
        what.reserve = Milliseconds(600'000);
        auto ticked = run(w.io, w.store.tick(w.partition(), what));
        return ticked ? Ended{{}, ticked->failed} : Ended{ticked.error(), 0};
    };
}

Call burying(World& w, std::string service, std::string entry) {
    store::DeadLetter letter{w.brand,
                             service,
                             entry,
                             service.empty() ? "webhook:form" : "work:" + service,
                             "it is broken",
                             5,
                             "triage",
                             "C1",
                             "1",
                             "body"};
    return [&w, letter] { return ended(w, w.store.bury(letter)); };
}

// Buries something and gives the dead letter's id.
std::string buried(World& w, const std::string& service) {
    w.ingest("m1", "t1");
    burying(w, service, service.empty() ? "" : w.take(service))();
    redis::Command list("XRANGE", store::workspace_key(w.partition(), w.brand, "dead"), "-", "+");
    return w.must(w.client->call(std::move(list)))[0][0].text();
}

Call replaying(World& w, const std::string& service) {
    const auto letter = buried(w, service);
    return [&w, letter] { return ended(w, w.store.replay(w.by("boss", "r1"), letter)); };
}

Call documenting(World& w, std::string bytes) {
    return
        [&w, bytes] { return ended(w, w.store.put_document(w.by("boss", "r1"), "team", "care", -1, bytes)); };
}

Call anchoring(World& w, std::int64_t number) {
    return [&w, number] {
        store::AuditLog log(*w.client);
        return ended(w, log.anchor("brand", {number, "abc"}, false));
    };
}

Call cutting(World& w, std::int64_t number) {
    return [&w, number] {
        store::AuditLog log(*w.client);
        return ended(w, log.note_cut("brand", {number, "abc"}));
    };
}

Call accepting(World& w, const std::string& damage) {
    return [&w, damage] {
        store::AuditLog log(*w.client);
        return ended(w, log.accept_damage("brand", damage));
    };
}

Call erasing(World& w, const ConversationId& id, std::vector<std::string> deliveries) {
    return [&w, id, deliveries] {
        store::Privacy privacy(w.store);
        return ended(w, privacy.erase_conversation(w.brand, "boss", id.str(), deliveries));
    };
}

Call scrubbing(World& w, store::Privacy::Stream stream, const std::string& conversation) {
    return [&w, stream, conversation] {
        store::Privacy privacy(w.store);
        std::vector<std::string> conversations{conversation};
        std::vector<std::string> words{"somebody else"};
        return ended(w, privacy.scrub(w.brand, stream, std::move(conversations), std::move(words)));
    };
}

void privacy_scenarios(std::vector<Scenario>& all) {
    all.push_back(
        {"erase_conversation/waiting", [](World& w) { return erasing(w, w.waiting("m1", kStart), {}); }});
    all.push_back({"erase_conversation/answered", [](World& w) {
                       const auto mine = w.owned("m1", "bob");
                       const auto id = w.answer(mine, "bob", "D1");
                       w.must(w.store.begin_attempt(w.begin(id)));
                       w.must(w.store.record_outcome(w.outcome(id, Became::sent)));
                       w.must(w.store.save_draft(w.by("bob"), mine.conversation, "half a word"));
                       return erasing(w, mine.conversation, {"D1"});
                   }});
    all.push_back({"erase_contact", [](World& w) -> Call {
                       const auto stored = w.ingest("m1", "t1");
                       return [&w, stored] {
                           store::Privacy privacy(w.store);
                           std::vector<std::string> digests{"abc"};
                           return ended(
                               w, privacy.erase_contact(w.brand, stored.contact.str(), std::move(digests)));
                       };
                   }});
    all.push_back({"erase_contact/negative", [](World& w) -> Call {
                       const auto stored = w.ingest("m1", "t1");
                       auto decision = w.decision(stored, kStart);
                       decision.negative = "5|complaint|abc";
                       w.must(w.store.triage(decision));
                       return [&w, stored] {
                           store::Privacy privacy(w.store);
                           return ended(w, privacy.erase_contact(w.brand, stored.contact.str(), {}));
                       };
                   }});
    using Stream = store::Privacy::Stream;
    all.push_back({"scrub/events",
                   [](World& w) { return scrubbing(w, Stream::events, w.waiting("m1", kStart).str()); }});
    all.push_back(
        {"scrub/raw", [](World& w) { return scrubbing(w, Stream::raw, w.waiting("m1", kStart).str()); }});
    all.push_back({"scrub/audit", [](World& w) {
                       w.must(w.store.put_document(w.by("boss"), "team", "care", -1, "x"));
                       return scrubbing(w, Stream::audit, "C1");
                   }});
    all.push_back({"scrub/dead", [](World& w) {
                       buried(w, "routing");
                       return scrubbing(w, Stream::dead, "C1");
                   }});
    all.push_back({"scrub/dead of unknown accounts", [](World& w) {
                       for (const auto* body : {"of somebody else", "of nobody", "and of somebody else"}) {
                           store::DeadLetter one{w.brand, "", "", "webhook:page", "why", 0, "", "", "", body};
                           w.must(w.store.bury_unknown(one, {9, 1'000}));
                       }
                       return scrubbing(w, Stream::dead, "C1");
                   }});
}

void tick_scenarios(std::vector<Scenario>& all) {
    all.push_back({"tick/leases",
                   [](World& w) {
                       for (const auto* name : {"m1", "m2", "m3"}) w.owned(name, "bob");
                       return ticking(w, kStart + 700'000);
                   },
                   true});
    all.push_back({"tick/leases after an outage",
                   [](World& w) {
                       for (const auto* name : {"m1", "m2", "m3"}) w.owned(name, "bob");
                       w.set_clock(kStart + 700'000);
                       w.must(w.store.resume(w.partition()));
                       return ticking(w, kStart + 700'001);
                   },
                   true});
    all.push_back({"tick/snoozes",
                   [](World& w) {
                       for (const auto* name : {"m1", "m2"}) {
                           const auto mine = w.owned(name, "bob");
                           w.must(
                               w.store.snooze(w.by("bob"), mine.conversation, mine.epoch, kStart + 9000, ""));
                       }
                       return ticking(w, kStart + 9000);
                   },
                   true});
    all.push_back({"tick/reserves",
                   [](World& w) {
                       w.waiting("m1", kStart, "eve");
                       w.waiting("m2", kStart, "eve");
                       return ticking(w, kStart + 60'000);
                   },
                   true});
    all.push_back({"tick/held and retry",
                   [](World& w) {
                       w.answer(w.owned("m1", "bob"), "bob", "D1", Milliseconds(5000));
                       const auto id = w.answer(w.owned("m2", "bob"), "bob", "D2");
                       w.must(w.store.begin_attempt(w.begin(id)));
                       w.must(w.store.record_outcome(w.outcome(id, Became::retry)));
                       return ticking(w, kStart + 6000);
                   },
                   true});
    all.push_back({"tick/silent attempts",
                   [](World& w) {
                       for (const auto* name : {"1", "2"}) {
                           const auto id = w.answer(w.owned(name, "bob"), "bob", std::string("D") + name);
                           w.must(w.store.begin_attempt(w.begin(id)));
                       }
                       return ticking(w, kStart + 60'000);
                   },
                   true});
    all.push_back({"tick/looks",
                   [](World& w) {
                       for (const auto* name : {"1", "2"}) {
                           const auto id = w.answer(w.owned(name, "bob"), "bob", std::string("D") + name);
                           w.must(w.store.begin_attempt(w.begin(id)));
                           w.must(w.store.record_outcome(w.outcome(id, Became::unconfirmed)));
                       }
                       return ticking(w, kStart + 5000);
                   },
                   true});
    all.push_back({"tick/presence",
                   [](World& w) {
                       w.online("bob", kStart + 60'000);
                       for (const auto* name : {"m1", "m2"}) w.owned(name, "bob");
                       return ticking(w, kStart + 60'000);
                   },
                   true});
    all.push_back({"tick/left-over timer",
                   [](World& w) {
                       const auto id = w.waiting("m1", kStart);
                       w.must(w.client->call(redis::Command("ZADD", w.partition().prefix() + "timers",
                                                            kStart + 5, "lease|brand|" + id.str())));
                       return ticking(w, kStart + 10);
                   },
                   true});
}

}  // namespace

std::vector<Scenario> system_scenarios() {
    std::vector<Scenario> all;
    tick_scenarios(all);
    privacy_scenarios(all);
    all.push_back({"resume", [](World& w) -> Call {
                       w.must(w.store.resume(w.partition()));
                       w.set_clock(kStart + 5);
                       return [&w] { return ended(w, w.store.resume(w.partition())); };
                   }});
    all.push_back({"acknowledge",
                   [](World& w) -> Call {
                       w.ingest("m1", "t1");
                       const auto entry = w.take("routing");
                       return
                           [&w, entry] { return ended(w, w.store.acknowledge(w.brand, "routing", entry)); };
                   },
                   false, true});
    all.push_back({"bury/raw", [](World& w) { return burying(w, "", ""); }});
    all.push_back({"bury_unknown/beyond the limit", [](World& w) -> Call {
                       const auto one_more = [&w](const char* body) {
                           store::DeadLetter letter;
                           letter.workspace = w.brand;
                           letter.source = "webhook:page";
                           letter.reason = "nobody has it";
                           letter.body = body;
                           return w.store.bury_unknown(std::move(letter), {2, 1'000});
                       };
                       for (const auto* body : {"1", "2"}) w.must(one_more(body));
                       return [&w, one_more] { return ended(w, one_more("3")); };
                   }});
    all.push_back(
        {"exhume/unknown",
         [](World& w) -> Call {
             store::DeadLetter one{w.brand, "", "", "webhook:page", "nobody has it", 0, "", "", "", "body"};
             w.must(w.store.bury_unknown(one, {2, 1'000}));
             redis::Command list("XRANGE", store::workspace_key(w.partition(), w.brand, "dead"), "-", "+");
             const auto letter = w.must(w.client->call(std::move(list)))[0][0].text();
             w.must(w.store.replay(w.by("boss"), letter));
             const auto entry = w.take("ingest");
             return
                 [&w, letter, entry] { return ended(w, w.store.exhume(w.brand, "ingest", entry, letter)); };
         },
         false, true});
    all.push_back({"replay/work", [](World& w) { return replaying(w, "routing"); }});
    all.push_back({"replay/raw", [](World& w) { return replaying(w, ""); }});
    all.push_back({"read_letter", [](World& w) -> Call {
                       const auto letter = buried(w, "");
                       return [&w, letter] {
                           store::Trail trail(w.store);
                           return ended(w, trail.unmasked(w.brand, "sue", letter));
                       };
                   }});
    all.push_back({"exhume",
                   [](World& w) -> Call {
                       const auto letter = buried(w, "");
                       w.must(w.store.replay(w.by("boss"), letter));
                       const auto entry = w.take("ingest");
                       return [&w, letter, entry] {
                           return ended(w, w.store.exhume(w.brand, "ingest", entry, letter));
                       };
                   },
                   false, true});
    // Before it goes out, while it waits for another try, and while it is being sent.
    for (const auto* state : {"held", "queued", "retry", "sending"}) {
        all.push_back({std::string("restored/") + state, [state = std::string(state)](World& w) -> Call {
                           const auto mine = w.owned("m1", "bob");
                           const auto id =
                               w.answer(mine, "bob", "D1", Milliseconds(state == "held" ? 60'000 : 0));
                           if (state == "retry" || state == "sending")
                               w.must(w.store.begin_attempt(w.begin(id)));
                           if (state == "retry") w.must(w.store.record_outcome(w.outcome(id, Became::retry)));
                           return [&w] {
                               store::Restoring restoring(w.store, 16);
                               return ended(w, restoring.doubt_deliveries(Milliseconds(1'000)));
                           };
                       }});
    }
    all.push_back({"doc/new", [](World& w) { return documenting(w, "bytes"); }});
    all.push_back({"doc/changed", [](World& w) {
                       w.must(w.store.put_document(w.by("boss"), "team", "care", 0, "old"));
                       return documenting(w, "bytes");
                   }});
    all.push_back({"doc/removed", [](World& w) {
                       w.must(w.store.put_document(w.by("boss"), "team", "care", 0, "old"));
                       return documenting(w, "");
                   }});
    // Of itself it leaves no line in the audit: one write less to undo.
    all.push_back(
        {"doc/a second factor", [](World& w) -> Call {
             return [&w] {
                 return ended(w, w.store.put_document(w.by("bob", "r1"), "second_factor", "bob", 0, "bytes"));
             };
         }});
    all.push_back({"audit/lines", [](World& w) -> Call {
                       return [&w] {
                           store::AuditLine line;
                           line.workspace = "brand";
                           line.kind = "call.Claim";
                           std::vector<store::AuditLine> lines{line, line, line};
                           store::AuditLog log(*w.client);
                           return ended(w, log.add(std::move(lines)));
                       };
                   }});
    all.push_back({"anchor/first", [](World& w) { return anchoring(w, 7); }});
    all.push_back({"anchor/further", [](World& w) {
                       anchoring(w, 6)();
                       return anchoring(w, 7);
                   }});
    all.push_back({"audit_cut/first", [](World& w) { return cutting(w, 7); }});
    all.push_back({"audit_cut/further", [](World& w) {
                       cutting(w, 6)();
                       return cutting(w, 7);
                   }});
    all.push_back({"audit_cut/past accepted damage", [](World& w) {
                       for (const auto* damage : {"3:aa", "8:bb"}) accepting(w, damage)();
                       return cutting(w, 7);
                   }});
    all.push_back({"audit_cut/past all accepted damage", [](World& w) {
                       accepting(w, "3:aa")();
                       return cutting(w, 7);
                   }});
    all.push_back({"audit_accept/first", [](World& w) { return accepting(w, "3:aa"); }});
    all.push_back({"audit_accept/further", [](World& w) {
                       accepting(w, "3:aa")();
                       return accepting(w, "4:bb");
                   }});
    return all;
}

}  // namespace guichet::test
