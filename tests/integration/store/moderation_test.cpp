#include "common/store/moderation.hpp"

#include "tests/integration/store/fixture.hpp"

namespace guichet::test {
namespace {

using End = store::ActOutcome::Kind;

class ModerationTest : public StoreTest {
  protected:
    ConversationId said(const std::string& external_id, bool is_public = true) {
        auto m = inbound(external_id, "t-" + external_id);
        m.is_public = is_public;
        return expect(store_.ingest(m)).conversation;
    }
    v1::Moderation ask(const ConversationId& id, v1::ModerationAct act, const std::string& request = {}) {
        return expect(moderations_.ask(by("bob", request), id, 1, act, "c1"));
    }
    // "1|seen|2": what the work entry of the how-manyth hide or unhide names.
    bool record(const ConversationId& id, const std::string& item, End kind, const std::string& error = {}) {
        store::ActOutcome outcome;
        outcome.workspace = kBrand;
        outcome.conversation = id;
        outcome.item = item;
        outcome.kind = kind;
        outcome.error = error;
        return expect(moderations_.record(outcome));
    }
    // The platform tells of it; `at` 0: without a time.
    bool told(bool hidden, TimeMs at = 0, const std::string& external_id = "c1") {
        store::ActElsewhere act;
        act.workspace = kBrand;
        act.channel = ChannelId("form");
        act.external_id = external_id;
        act.hidden = hidden;
        act.at = at;
        return expect(moderations_.take_over(act));
    }
    TimeMs asked_at(const ConversationId& id) { return store::to_ms(only(id).asked_at()); }
    void tick() { EXPECT_EQ(expect(ticking()).failed, 0); }
    boost::asio::awaitable<Result<store::Ticked>> ticking() {
        auto partition = co_await store_.partition_of(kBrand);
        if (!partition) co_return partition.error();
        store::Tick what;
        co_return co_await store_.tick(*partition, what);
    }
    v1::Moderation only(const ConversationId& id) {
        const auto all = expect(moderations_.list(kBrand, id));
        if (all.size() != 1) throw std::runtime_error("there are " + std::to_string(all.size()));
        return all.front();
    }
    bool stale(const ConversationId& id, const std::string& item) {
        return expect(moderations_.find(kBrand, id, item)).stale;
    }

    store::Moderations moderations_{store_};
};

TEST_F(ModerationTest, AnActIsAskedThenDoneAndSaysByWhom) {
    const auto id = said("c1");
    const auto version = read(id).version();
    EXPECT_EQ(ask(id, v1::MODERATION_ACT_HIDE).state(), v1::MODERATION_STATE_ASKED);
    EXPECT_EQ(read(id).version(), version + 1);
    EXPECT_FALSE(stale(id, "1|seen|1"));
    EXPECT_TRUE(record(id, "1|seen|1", End::done));
    const auto now = only(id);
    EXPECT_EQ(now.state(), v1::MODERATION_STATE_DONE);
    EXPECT_EQ(now.act(), v1::MODERATION_ACT_HIDE);
    EXPECT_EQ(now.actor(), "bob");
    EXPECT_EQ(now.attempts(), 1);
    EXPECT_TRUE(now.has_settled_at());
    EXPECT_TRUE(stale(id, "1|seen|1"));
    EXPECT_FALSE(record(id, "1|seen|1", End::failed, "late")) << "a word that comes twice counts once";
    EXPECT_EQ(only(id).state(), v1::MODERATION_STATE_DONE);
}

TEST_F(ModerationTest, HidingAndLikingDoNotTouchEachOther) {
    const auto id = said("c1");
    ask(id, v1::MODERATION_ACT_HIDE);
    ask(id, v1::MODERATION_ACT_LIKE);
    record(id, "1|liked|1", End::failed, "no | permission");
    const auto all = expect(moderations_.list(kBrand, id));
    ASSERT_EQ(all.size(), 2u);
    EXPECT_EQ(all[0].act(), v1::MODERATION_ACT_HIDE);
    EXPECT_EQ(all[0].state(), v1::MODERATION_STATE_ASKED);
    EXPECT_EQ(all[1].state(), v1::MODERATION_STATE_FAILED);
    EXPECT_EQ(all[1].error(), "no | permission");
}

TEST_F(ModerationTest, TheSameAskedTwiceIsOneAndTheOppositeReplacesIt) {
    const auto id = said("c1");
    ask(id, v1::MODERATION_ACT_HIDE);
    const auto version = read(id).version();
    ask(id, v1::MODERATION_ACT_HIDE);
    EXPECT_EQ(read(id).version(), version);
    EXPECT_TRUE(stale(id, "1|seen|2"));
    ask(id, v1::MODERATION_ACT_UNHIDE);
    EXPECT_TRUE(stale(id, "1|seen|1"));
    EXPECT_FALSE(record(id, "1|seen|1", End::done))
        << "what became of the first is nobody's question any more";
    EXPECT_TRUE(record(id, "1|seen|2", End::done));
    EXPECT_EQ(only(id).act(), v1::MODERATION_ACT_UNHIDE);
}

TEST_F(ModerationTest, WhatThePlatformDidNotTakeIsAskedAgainInTime) {
    const auto id = said("c1");
    ask(id, v1::MODERATION_ACT_HIDE);
    EXPECT_TRUE(record(id, "1|seen|1", End::retry, "busy"));
    EXPECT_TRUE(only(id).has_retry_at());
    EXPECT_EQ(only(id).error(), "busy");
    EXPECT_TRUE(stale(id, "1|seen|1")) << "not before its time";
    tick();
    EXPECT_FALSE(stale(id, "1|seen|1"));
    EXPECT_TRUE(record(id, "1|seen|1", End::later, "the channel is paused"));
    EXPECT_EQ(only(id).attempts(), 1) << "nothing was tried";
    ask(id, v1::MODERATION_ACT_UNHIDE);
    tick();
    EXPECT_TRUE(stale(id, "1|seen|1"));
    EXPECT_FALSE(stale(id, "1|seen|2"));
    EXPECT_EQ(only(id).act(), v1::MODERATION_ACT_UNHIDE);
}

TEST_F(ModerationTest, OnlyWhatACustomerSaysInPublicIsModerated) {
    const auto refusal = [&](const ConversationId& id, std::int64_t seq, const std::string& external) {
        return refused(moderations_.ask(by("bob"), id, seq, v1::MODERATION_ACT_HIDE, external)).reason;
    };
    const auto id = said("c1");
    expect(store_.add_note(by("bob"), id, "blob", "note.added", ""));
    EXPECT_EQ(refusal(said("p1", false), 1, "p1"), "not_public");
    EXPECT_EQ(refusal(id, 2, "c1"), "not_the_customers");
    EXPECT_EQ(refusal(id, 9, "c1"), "not_found");
    EXPECT_EQ(
        refused(moderations_.ask(by("bob", "", "legal/*/public"), id, 1, v1::MODERATION_ACT_HIDE, "c1")).code,
        Code::not_found);
    auto gone = inbound("c1", "t-c1");
    gone.is_public = true;
    gone.kind = store::Inbound::Kind::deleted;
    expect(store_.ingest(gone));
    EXPECT_EQ(refusal(id, 1, "c1"), "taken_back");
}

TEST_F(ModerationTest, ARequestThatIsRepeatedAsksOnce) {
    const auto id = said("c1");
    ask(id, v1::MODERATION_ACT_HIDE, "r1");
    record(id, "1|seen|1", End::done);
    EXPECT_EQ(ask(id, v1::MODERATION_ACT_HIDE, "r1").state(), v1::MODERATION_STATE_ASKED);
    EXPECT_TRUE(stale(id, "1|seen|2"));
}

TEST_F(ModerationTest, WhatIsHiddenAtThePlatformIsHiddenHere) {
    const auto id = said("c1");
    const auto version = read(id).version();
    EXPECT_FALSE(told(false)) << "it was never hidden";
    EXPECT_TRUE(told(true));
    EXPECT_EQ(read(id).version(), version + 1);
    const auto hidden = only(id);
    EXPECT_EQ(hidden.act(), v1::MODERATION_ACT_HIDE);
    EXPECT_EQ(hidden.state(), v1::MODERATION_STATE_DONE);
    EXPECT_EQ(hidden.actor(), "");
    EXPECT_FALSE(told(true)) << "told twice it is one event";
    EXPECT_EQ(read(id).version(), version + 1);
    EXPECT_TRUE(told(false));
    EXPECT_EQ(only(id).act(), v1::MODERATION_ACT_UNHIDE);
}

TEST_F(ModerationTest, AnOldWordDoesNotUndoANewerOne) {
    const auto id = said("c1");
    EXPECT_TRUE(told(true, 10'000));
    EXPECT_TRUE(told(false, 30'000));
    EXPECT_FALSE(told(true, 20'000));
    EXPECT_EQ(only(id).act(), v1::MODERATION_ACT_UNHIDE);
}

TEST_F(ModerationTest, TheEchoOfWhatWasAskedHereIsItsAnswer) {
    const auto id = said("c1");
    ask(id, v1::MODERATION_ACT_HIDE);
    EXPECT_TRUE(told(true, asked_at(id)));
    const auto done = only(id);
    EXPECT_EQ(done.state(), v1::MODERATION_STATE_DONE);
    EXPECT_EQ(done.actor(), "bob");
    EXPECT_TRUE(stale(id, "1|seen|1")) << "it is done: nothing is to be asked of the platform any more";
    EXPECT_FALSE(record(id, "1|seen|1", End::done)) << "the answer behind it is no second event";
}

TEST_F(ModerationTest, TheEchoBehindTheAnswerChangesNothing) {
    const auto id = said("c1");
    ask(id, v1::MODERATION_ACT_HIDE);
    record(id, "1|seen|1", End::done);
    const auto version = read(id).version();
    EXPECT_FALSE(told(true, asked_at(id)));
    EXPECT_EQ(read(id).version(), version);
}

TEST_F(ModerationTest, WhatIsAskedHereComesAfterWhatOthersDid) {
    const auto id = said("c1");
    EXPECT_TRUE(told(true, 10'000));
    ask(id, v1::MODERATION_ACT_UNHIDE);
    EXPECT_FALSE(told(true)) << "it is on its way to be shown";
    EXPECT_FALSE(stale(id, "1|seen|2"));
    record(id, "1|seen|2", End::retry, "busy");
    EXPECT_FALSE(told(true, 20'000)) << "older than what was asked";
    EXPECT_TRUE(told(false));
    tick();
    EXPECT_TRUE(stale(id, "1|seen|2")) << "nothing waits to be asked again";
    EXPECT_TRUE(told(true)) << "hidden again, by somebody else";
    EXPECT_EQ(only(id).actor(), "");
}

TEST_F(ModerationTest, HiddenBeforeItComesItIsHiddenWhenItComes) {
    EXPECT_FALSE(told(true, 10'000));
    EXPECT_FALSE(told(false, 5'000));
    const auto id = said("c1");
    EXPECT_EQ(only(id).act(), v1::MODERATION_ACT_HIDE);
    EXPECT_TRUE(told(false, 20'000));
    EXPECT_FALSE(told(true, 10'000, "c2"));
    EXPECT_FALSE(told(false, 11'000, "c2"));
    EXPECT_TRUE(expect(moderations_.list(kBrand, said("c2"))).empty());
}

TEST_F(ModerationTest, WhatIsPrivateOrTakenBackOrOursIsNotHidden) {
    const auto id = said("p1", false);
    EXPECT_FALSE(told(true, 0, "p1"));
    EXPECT_TRUE(expect(moderations_.list(kBrand, id)).empty());
    EXPECT_FALSE(told(true, 0, "c1"));
    auto gone = inbound("c1", "t-c1");
    gone.is_public = true;
    gone.kind = store::Inbound::Kind::deleted;
    EXPECT_EQ(expect(store_.ingest(gone)).outcome, store::Ingested::Outcome::tombstone);
    EXPECT_FALSE(told(true, 0, "c1"));
    EXPECT_TRUE(expect(moderations_.list(kBrand, id)).empty());
}

TEST_F(ModerationTest, OurOwnWordsAreKeptThoughTheyWereHiddenBeforeTheyWereTold) {
    const auto id = said("c1");
    EXPECT_FALSE(told(true, 10'000, "o1"));
    store::OwnPost post;
    post.workspace = kBrand;
    post.channel = ChannelId("form");
    post.external_id = "o1";
    post.thread = "t-c1";
    post.text = "Sorry";
    EXPECT_EQ(expect(store_.own_post(post)), "added");
    EXPECT_EQ(expect(store_.own_post(post)), "known");
    EXPECT_FALSE(told(true, 20'000, "o1"));
    EXPECT_TRUE(expect(moderations_.list(kBrand, id)).empty());
}

}  // namespace
}  // namespace guichet::test
