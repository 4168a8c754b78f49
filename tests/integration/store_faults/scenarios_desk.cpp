// What desks look at: mentions, and who is looking.
#include "common/store/desk.hpp"
#include "tests/integration/store_faults/scenarios.hpp"

namespace guichet::test {
namespace {

using Call = std::function<Ended()>;

Call reading_mentions(World& w, ConversationId conversation) {
    return [&w, conversation] {
        store::Desk desk(w.store);
        return ended(w, desk.read_mentions(w.by("eve", "r1"), conversation));
    };
}

Call attending(World& w, const std::string& agent, ConversationId id, std::string attention) {
    return [&w, agent, id, attention] {
        store::Desk desk(w.store);
        return ended(w, desk.attend(w.by(agent), id, attention, Milliseconds(10'000)));
    };
}

ConversationId mentioned(World& w, const std::string& name) {
    const auto id = w.waiting(name, kStart);
    w.must(w.store.add_note(w.by("bob"), id, "blob", "note.added", "eve"));
    return id;
}

}  // namespace

std::vector<Scenario> desk_scenarios() {
    std::vector<Scenario> all;
    all.push_back({"note/one mention too many", [](World& w) -> Call {
                       const auto id = w.waiting("m1", kStart);
                       for (int i = 0; i < 200; ++i)
                           w.must(w.store.add_note(w.by("bob"), id, "blob", "note.added", "eve"));
                       return [&w, id] {
                           return ended(
                               w, w.store.add_note(w.by("bob", "r1"), id, "blob", "note.added", "eve,dan"));
                       };
                   }});
    all.push_back({"read_mentions/of one conversation", [](World& w) {
                       mentioned(w, "m1");
                       return reading_mentions(w, mentioned(w, "m2"));
                   }});
    all.push_back({"read_mentions/all", [](World& w) {
                       mentioned(w, "m1");
                       mentioned(w, "m2");
                       return reading_mentions(w, ConversationId());
                   }});
    for (const auto* attention : {"looking", "writing", "gone"}) {
        const std::string word = attention;
        all.push_back({"attend/" + word, [word](World& w) {
                           const auto id = w.waiting("m1", kStart);
                           attending(w, "eve", id, "looking")();
                           w.set_clock(kStart + 5'000);
                           attending(w, "bob", id, "looking")();
                           // Eve has been silent for too long.
                           w.set_clock(kStart + 12'000);
                           return attending(w, "bob", id, word);
                       }});
    }
    return all;
}

}  // namespace guichet::test
