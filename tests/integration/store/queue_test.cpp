#include "tests/integration/store/fixture.hpp"

namespace guichet::test {
namespace {

using store::Claimed;

TEST_F(StoreTest, ARedeliveryChangesNothingAndSaysSo) {
    const auto first = expect(store_.ingest(inbound("m1", "t1")));
    EXPECT_EQ(first.outcome, store::Ingested::Outcome::opened);
    for (int i = 0; i < 10; ++i) {
        const auto again = expect(store_.ingest(inbound("m1", "t1")));
        EXPECT_EQ(again.outcome, store::Ingested::Outcome::duplicate);
        EXPECT_EQ(again.conversation, first.conversation);
    }
    const auto second = expect(store_.ingest(inbound("m2", "t1")));
    EXPECT_EQ(second.outcome, store::Ingested::Outcome::added);
    EXPECT_EQ(second.conversation, first.conversation);
    EXPECT_EQ(read(first.conversation).message_count(), 2);
}

TEST_F(StoreTest, AnEditAndADeletionNameTheMessageTheyChange) {
    const auto first = expect(store_.ingest(inbound("m1", "t1")));
    auto edit = inbound("m1", "t1", "hello again");
    edit.kind = store::Inbound::Kind::edited;
    EXPECT_EQ(expect(store_.ingest(edit)).outcome, store::Ingested::Outcome::changed);
    EXPECT_EQ(expect(store_.ingest(edit)).outcome, store::Ingested::Outcome::duplicate);
    auto deletion = inbound("m1", "t1", "");
    deletion.kind = store::Inbound::Kind::deleted;
    EXPECT_EQ(expect(store_.ingest(deletion)).outcome, store::Ingested::Outcome::changed);
    EXPECT_EQ(expect(store_.ingest(inbound("m1", "t1"))).outcome, store::Ingested::Outcome::duplicate);
    const auto messages = expect(reads_.messages(kBrand, first.conversation, 1, 10));
    ASSERT_EQ(messages.size(), 3u);
    EXPECT_EQ(messages[1].kind(), v1::MESSAGE_KIND_EDIT);
    EXPECT_EQ(messages[1].target_seq(), 1);
    EXPECT_EQ(messages[2].kind(), v1::MESSAGE_KIND_DELETION);
}

TEST_F(StoreTest, ALateAddAfterARemovalDoesNotComeBack) {
    auto deletion = inbound("m1", "t1", "");
    deletion.kind = store::Inbound::Kind::deleted;
    EXPECT_EQ(expect(store_.ingest(deletion)).outcome, store::Ingested::Outcome::tombstone);
    EXPECT_EQ(expect(store_.ingest(inbound("m1", "t1"))).outcome, store::Ingested::Outcome::duplicate);
}

TEST_F(StoreTest, TheMostUrgentComesFirstOverAllQueues) {
    const auto late = waiting("m1", "t1", 3000, "fr");
    const auto early = waiting("m2", "t2", 1000, "nl");
    const auto middle = waiting("m3", "t3", 2000, "fr");
    EXPECT_EQ(expect(store_.claim_next(by("bob"), {}))->conversation, early);
    EXPECT_EQ(expect(store_.claim_next(by("eve"), {}))->conversation, middle);
    EXPECT_EQ(expect(store_.claim_next(by("bob"), {}))->conversation, late);
    EXPECT_FALSE(expect(store_.claim_next(by("bob"), {})));
}

TEST_F(StoreTest, ScopeAndFiltersNarrowWhatIsTaken) {
    const auto french = waiting("m1", "t1", 1000, "fr");
    const auto dutch = waiting("m2", "t2", 2000, "nl");
    EXPECT_FALSE(expect(store_.claim_next(by("bob", "", "*/other/*"), {})));
    EXPECT_FALSE(expect(store_.claim_next(by("bob", "", "*/form/public"), {})));
    EXPECT_FALSE(expect(store_.claim_next(by("bob", "", ""), {})));
    store::ClaimNext only_dutch;
    only_dutch.languages = {"nl"};
    EXPECT_EQ(expect(store_.claim_next(by("bob", "", "care/form/*"), only_dutch))->conversation, dutch);
    EXPECT_EQ(refused(store_.claim(by("eve", "", "other/*/*"), french, std::chrono::seconds(60), 5)).code,
              Code::not_found);
}

TEST_F(StoreTest, OneOwnerAndCapacityHolds) {
    const auto id = waiting("m1", "t1", 1000);
    waiting("m2", "t2", 2000);
    const auto mine = expect(store_.claim(by("bob"), id, std::chrono::seconds(60), 1));
    const auto refusal = refused(store_.claim(by("eve"), id, std::chrono::seconds(60), 1));
    EXPECT_EQ(refusal.reason, "owned_by_other");
    ASSERT_TRUE(refusal.present);
    EXPECT_EQ(refusal.present->owner, "bob");
    EXPECT_EQ(refusal.present->state, "owned");
    store::ClaimNext one;
    one.capacity = 1;
    EXPECT_EQ(refused(store_.claim_next(by("bob"), one)).reason, "over_capacity");
    EXPECT_EQ(expect(store_.claim(by("bob"), id, std::chrono::seconds(60), 1)).epoch, mine.epoch);
}

TEST_F(StoreTest, TheSameRequestGetsTheSameAnswer) {
    waiting("m1", "t1", 1000);
    waiting("m2", "t2", 2000);
    const auto first = expect(store_.claim_next(by("bob", "r1"), {}));
    const auto again = expect(store_.claim_next(by("bob", "r1"), {}));
    EXPECT_EQ(first->conversation, again->conversation);
    EXPECT_EQ(expect(reads_.owned(kBrand, AgentId("bob"))).size(), 1u);
    EXPECT_NE(expect(store_.claim_next(by("eve", "r1"), {}))->conversation, first->conversation);
}

TEST_F(StoreTest, AStaleEpochIsRefused) {
    const auto id = waiting("m1", "t1", 1000);
    const auto old = expect(store_.claim(by("bob"), id, std::chrono::seconds(60), 5));
    store::Giving release;
    release.conversation = id;
    release.epoch = old.epoch;
    expect(store_.give(by("bob"), release));
    expect(store_.claim(by("bob"), id, std::chrono::seconds(60), 5));
    EXPECT_EQ(refused(store_.give(by("bob"), release)).reason, "stale_epoch");
    EXPECT_EQ(refused(store_.give(by("eve"), release)).reason, "owned_by_other");
}

TEST_F(StoreTest, AReleasedConversationKeepsItsPlace) {
    const auto id = waiting("m1", "t1", 1000);
    waiting("m2", "t2", 2000);
    const auto mine = expect(store_.claim_next(by("bob"), {}));
    ASSERT_EQ(mine->conversation, id);
    store::Giving release;
    release.conversation = id;
    release.epoch = mine->epoch;
    expect(store_.give(by("bob"), release));
    EXPECT_EQ(expect(store_.claim_next(by("eve"), {}))->conversation, id);
}

TEST_F(StoreTest, ASupervisorReassignsWhateverIsOwned) {
    const auto id = waiting("m1", "t1", 1000);
    expect(store_.claim(by("bob"), id, std::chrono::seconds(60), 5));
    store::Assignment to_eve;
    to_eve.conversation = id;
    to_eve.agent = AgentId("eve");
    expect(store_.assign(by("boss"), to_eve));
    EXPECT_EQ(read(id).owner(), "eve");
    EXPECT_TRUE(expect(reads_.owned(kBrand, AgentId("bob"))).empty());
    store::Assignment stale = to_eve;
    stale.version = 1;
    EXPECT_EQ(refused(store_.assign(by("boss"), stale)).reason, "stale_version");
    store::Assignment to_team;
    to_team.conversation = id;
    to_team.team = TeamId("legal");
    expect(store_.assign(by("boss"), to_team));
    EXPECT_EQ(read(id).state(), v1::CONVERSATION_STATE_WAITING);
    EXPECT_FALSE(expect(store_.claim_next(by("bob", "", "care/*/*"), {})));
    EXPECT_EQ(expect(store_.claim_next(by("bob", "", "legal/*/*"), {}))->conversation, id);
}

TEST_F(StoreTest, ResolvedComesBackWhenTheCustomerWrites) {
    const auto id = waiting("m1", "t1", 1000);
    const auto mine = expect(store_.claim(by("bob"), id, std::chrono::seconds(60), 5));
    store::Resolution solved;
    solved.conversation = id;
    solved.epoch = mine.epoch;
    solved.outcome = "solved";
    expect(store_.resolve(by("bob"), solved));
    EXPECT_EQ(refused(store_.claim(by("bob"), id, std::chrono::seconds(60), 5)).reason, "resolved");
    const auto more = expect(store_.ingest(inbound("m2", "t1")));
    EXPECT_EQ(more.conversation, id);
    triage(more, 5000);
    EXPECT_EQ(expect(store_.claim_next(by("eve"), {}))->conversation, id);
}

TEST_F(StoreTest, ReservedWorkComesToItsAgentFirst) {
    auto message = inbound("m1", "t1");
    message.preferred_owner = AgentId("eve");
    const auto stored = expect(store_.ingest(message));
    store::TriageDecision decision{.workspace = kBrand,
                                   .conversation = stored.conversation,
                                   .seq = 1,
                                   .language = "fr",
                                   .due = 1000,
                                   .first_answer_due = 1000,
                                   .reserve = std::chrono::seconds(60)};
    expect(store_.triage(decision));
    EXPECT_FALSE(expect(store_.claim_next(by("bob"), {})));
    EXPECT_EQ(expect(store_.claim_next(by("eve"), {}))->conversation, stored.conversation);
}

TEST_F(StoreTest, WaitingPagesAreInOrderAndDoNotRepeat) {
    for (int i = 0; i < 25; ++i) {
        waiting("m" + std::to_string(i), "t" + std::to_string(i), 1000 + i / 3, i % 2 ? "fr" : "nl");
    }
    const auto everything = [](const store::QueueName&) { return true; };
    std::vector<std::string> seen;
    store::WaitingPlace place;
    for (;;) {
        const auto page = expect(reads_.waiting(kBrand, everything, place, 4));
        if (page.empty()) break;
        for (const auto& p : page) seen.push_back(p.id);
        place = page.back();
    }
    EXPECT_EQ(seen.size(), 25u);
    EXPECT_EQ(std::set<std::string>(seen.begin(), seen.end()).size(), 25u);
}

// Outside business hours everything is due at the same moment.
class OneMomentTest : public StoreTest {
  protected:
    static constexpr std::size_t kAll = 130;
    OneMomentTest() {
        for (std::size_t i = 0; i < kAll; ++i) {
            waiting("m" + std::to_string(i), "t" + std::to_string(i), 1000, i % 20 == 0 ? "nl" : "fr");
        }
    }
    std::vector<store::WaitingPlace> page(const store::WaitingPlace& after) {
        return expect(reads_.waiting(
            kBrand, [](const store::QueueName&) { return true; }, after, 10));
    }
    long zranges() {
        const auto text = server_.command(redis::Command("INFO", "commandstats")).text();
        const std::string name = "cmdstat_zrange:calls=";
        return std::stol(text.substr(text.find(name) + name.size()));
    }
};

TEST_F(OneMomentTest, PagesLoseNobody) {
    std::vector<std::string> seen;
    for (auto some = page({}); !some.empty(); some = page(some.back())) {
        for (const auto& place : some) seen.push_back(place.id);
    }
    EXPECT_EQ(seen.size(), kAll);
    EXPECT_TRUE(std::is_sorted(seen.begin(), seen.end()));
}

TEST_F(OneMomentTest, APageBeginsWhereTheLastOneEndedThoughThatIsTaken) {
    std::vector<std::string> seen;
    for (auto some = page({}); !some.empty(); some = page(some.back())) {
        for (const auto& place : some) seen.push_back(place.id);
        expect(store_.claim(by("bob"), ConversationId(seen.back()), std::chrono::seconds(60), 50));
    }
    EXPECT_EQ(seen.size(), kAll);
    EXPECT_TRUE(std::is_sorted(seen.begin(), seen.end()));
}

TEST_F(OneMomentTest, APlaceThatIsDueAtAnotherTimeNowIsStillThatPlace) {
    const auto first = page({});
    // One more of the last one's moment, which it has left.
    store::Ingested moved{.conversation = ConversationId(first.back().id), .seq = 2};
    expect(store_.ingest(inbound("again", read(moved.conversation).thread())));
    triage(moved, 500);
    const auto next = page(first.back());
    ASSERT_EQ(next.size(), 10U);
    EXPECT_GT(next.front().id, first.back().id);
}

// It was read from its moment's first place on, so the last pages of a night cost hundreds of times as much.
TEST_F(OneMomentTest, ALatePageCostsNoMoreThanTheFirst) {
    const auto before = zranges();
    auto some = page({});
    const auto first = zranges() - before;
    for (int i = 0; i < 10; ++i) some = page(some.back());
    const auto deep = zranges();
    some = page(some.back());
    // The other queue's place is looked for by halves.
    EXPECT_LE(zranges() - deep, first + 4);
}

}  // namespace
}  // namespace guichet::test
