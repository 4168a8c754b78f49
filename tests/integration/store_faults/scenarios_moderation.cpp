// Hiding and liking what a customer said in public.
#include "common/store/moderation.hpp"
#include "tests/integration/store_faults/scenarios.hpp"

namespace guichet::test {
namespace {

using Call = std::function<Ended()>;
using End = store::ActOutcome::Kind;

ConversationId in_public(World& w) {
    auto m = w.inbound("c1", "t1");
    m.is_public = true;
    return w.must(w.store.ingest(m)).conversation;
}

Call asking(World& w, ConversationId id, v1::ModerationAct act) {
    return [&w, id, act] {
        store::Moderations moderations(w.store);
        return ended(w, moderations.ask(w.by("bob", "r1"), id, 1, act, "c1"));
    };
}

store::ActOutcome outcome_of(World& w, const ConversationId& id, End kind, std::string entry) {
    store::ActOutcome outcome;
    outcome.workspace = w.brand;
    outcome.conversation = id;
    outcome.entry = std::move(entry);
    outcome.item = "1|seen|1";
    outcome.kind = kind;
    outcome.wait = Milliseconds(9'000);
    outcome.error = kind == End::done ? "" : "busy";
    return outcome;
}

ConversationId asked(World& w) {
    const auto id = in_public(w);
    store::Moderations moderations(w.store);
    w.must(moderations.ask(w.by("eve"), id, 1, v1::MODERATION_ACT_HIDE, "c1"));
    return id;
}

void record(World& w, const ConversationId& id, End kind) {
    store::Moderations moderations(w.store);
    w.must(moderations.record(outcome_of(w, id, kind, {})));
}

Call recording(World& w, const ConversationId& id, End kind) {
    const auto outcome = outcome_of(w, id, kind, w.take("reply"));
    return [&w, outcome] {
        store::Moderations moderations(w.store);
        return ended(w, moderations.record(outcome));
    };
}

store::ActElsewhere elsewhere(World& w, bool hidden) {
    store::ActElsewhere told;
    told.workspace = w.brand;
    told.channel = w.inbound("c1", "t1").channel;
    told.external_id = "c1";
    told.hidden = hidden;
    told.at = kStart;
    return told;
}

Call telling(World& w, bool hidden) {
    const auto told = elsewhere(w, hidden);
    return [&w, told] {
        store::Moderations moderations(w.store);
        return ended(w, moderations.take_over(told));
    };
}

void told_early(World& w) {
    store::Moderations moderations(w.store);
    w.must(moderations.take_over(elsewhere(w, true)));
}

}  // namespace

std::vector<Scenario> moderation_scenarios() {
    std::vector<Scenario> all;
    all.push_back(
        {"moderate/first", [](World& w) { return asking(w, in_public(w), v1::MODERATION_ACT_HIDE); }});
    all.push_back(
        {"moderate/asked already", [](World& w) { return asking(w, asked(w), v1::MODERATION_ACT_HIDE); }});
    all.push_back({"moderate/the opposite of what waits", [](World& w) {
                       const auto id = asked(w);
                       record(w, id, End::retry);
                       return asking(w, id, v1::MODERATION_ACT_UNHIDE);
                   }});
    for (const auto& [word, kind] : {std::pair{"done", End::done}, std::pair{"failed", End::failed},
                                     std::pair{"retry", End::retry}, std::pair{"later", End::later}}) {
        const auto became = kind;
        all.push_back({"moderated/" + std::string(word),
                       [became](World& w) { return recording(w, asked(w), became); }, false, true});
    }
    all.push_back({"moderated/stale",
                   [](World& w) {
                       const auto id = asked(w);
                       const auto call = recording(w, id, End::done);
                       record(w, id, End::failed);
                       return call;
                   },
                   false, true});
    all.push_back({"moderated_elsewhere/first", [](World& w) {
                       in_public(w);
                       return telling(w, true);
                   }});
    all.push_back({"moderated_elsewhere/what was asked waits to be asked again", [](World& w) {
                       record(w, asked(w), End::retry);
                       return telling(w, true);
                   }});
    all.push_back({"moderated_elsewhere/before it comes", [](World& w) { return telling(w, true); }});
    all.push_back({"moderated_elsewhere/again before it comes", [](World& w) {
                       told_early(w);
                       return telling(w, false);
                   }});
    all.push_back({"ingest/what was hidden before it came", [](World& w) -> Call {
                       told_early(w);
                       auto m = w.inbound("c1", "t1");
                       m.is_public = true;
                       return [&w, m] { return ended(w, w.store.ingest(m)); };
                   }});
    all.push_back({"tick/asked again to hide",
                   [](World& w) -> Call {
                       const auto id = asked(w);
                       record(w, id, End::retry);
                       w.set_clock(kStart + 9'001);
                       return [&w] {
                           auto ticked = run(w.io, w.store.tick(w.partition(), {}));
                           return ticked ? Ended{{}, ticked->failed} : Ended{ticked.error(), 0};
                       };
                   },
                   true});
    return all;
}

}  // namespace guichet::test
