#include "tests/integration/conformance/fixture.hpp"

namespace guichet::test::conformance {
namespace {

using stand_in::Fault;
using Ended = channels::Outcome::Kind;
using Found = channels::Reconciled::Kind;

class WayOut : public Connectors {
  protected:
    // What must follow an outcome that nobody knows; `at_platform`: it had been committed.
    void settle(const channels::SendIntent& intent, bool at_platform) {
        const auto before = published();
        if (caps().can_reconcile) {
            wait_for_visibility();
            const auto found = reconcile(intent);
            EXPECT_EQ(found.kind, at_platform ? Found::found : Found::absent);
            const auto expected = at_platform ? subject_->published().back().id : std::string();
            EXPECT_EQ(found.external_id, expected);
            // Of a private message to somebody met in public this is all that says who he is there.
            if (at_platform && intent.way == channels::Way::private_reply) {
                EXPECT_FALSE(found.recipient.empty());
            }
        }
        if (caps().idempotent) {
            auto second = intent;
            second.attempt = 2;
            const auto again = send(second).kind;
            EXPECT_TRUE(again == Ended::sent || again == Ended::duplicate);
            EXPECT_EQ(published(), before + (at_platform ? 0 : 1));
        }
        EXPECT_TRUE(caps().can_reconcile || caps().idempotent) << "nobody could ever settle it";
    }
};

// Channels whose platform can be asked whether an answer is there.
class LookedUp : public WayOut {};

TEST_P(WayOut, CanWhatThisSuiteBelieves) {
    EXPECT_EQ(caps().pulls, GetParam().pulls);
    EXPECT_EQ(caps().can_reconcile, GetParam().can_reconcile);
}

TEST_P(WayOut, PublishesOnceAndKnowsWhatItIsCalled) {
    const auto outcome = send(subject_->answer("Nous regardons ça : 100 % sûr & <vite> 😀"));
    ASSERT_EQ(outcome.kind, Ended::sent) << outcome.error;
    ASSERT_EQ(published(), 1u);
    EXPECT_EQ(subject_->published()[0].text, "Nous regardons ça : 100 % sûr & <vite> 😀");
    EXPECT_EQ(outcome.external_id, subject_->published()[0].id);
}

TEST_P(WayOut, ACutBeforeItWasCommittedIsNeitherSentNorFailed) {
    subject_->faults().script(Fault::cut_before());
    const auto intent = subject_->answer("Sorry");
    const auto outcome = send(intent);
    EXPECT_EQ(outcome.kind, Ended::ambiguous) << outcome.error;
    EXPECT_EQ(published(), 0u);
    settle(intent, false);
}

TEST_P(WayOut, ACutAfterItWasCommittedIsFoundAndNeverPublishedTwice) {
    subject_->faults().script(Fault::cut_after());
    const auto intent = subject_->answer("Sorry");
    const auto outcome = send(intent);
    EXPECT_EQ(outcome.kind, Ended::ambiguous) << outcome.error;
    EXPECT_EQ(published(), 1u);
    settle(intent, true);
    EXPECT_EQ(published(), 1u);
}

TEST_P(WayOut, AnAnswerBeyondTheDeadlineLeavesItOpen) {
    subject_->faults().script(Fault::slow(30s));
    auto intent = subject_->answer("Sorry");
    intent.deadline = 300ms;
    EXPECT_EQ(send(intent).kind, Ended::ambiguous);
    EXPECT_EQ(published(), 1u);
    intent.deadline = 5s;
    settle(intent, true);
}

TEST_P(WayOut, WhatIsCommittedAfterTheDeadlineIsFoundToo) {
    subject_->faults().script(Fault::late(700ms));
    auto intent = subject_->answer("Sorry");
    intent.deadline = 300ms;
    EXPECT_EQ(send(intent).kind, Ended::ambiguous);
    ASSERT_TRUE(wait_until(io_, [&] { return published() == 1; }));
    intent.deadline = 5s;
    settle(intent, true);
}

TEST_P(LookedUp, AnotherAnswerIsNotTakenForThisOne) {
    ASSERT_EQ(send(subject_->answer("Another text")).kind, Ended::sent);
    subject_->faults().script(Fault::cut_before());
    const auto intent = subject_->answer("Sorry");
    EXPECT_EQ(send(intent).kind, Ended::ambiguous);
    wait_for_visibility();
    EXPECT_EQ(reconcile(intent).kind, Found::absent);
}

TEST_P(LookedUp, ALookThatFailsIsNoProofOfAbsence) {
    const auto intent = subject_->answer("Sorry");
    subject_->faults().script(Fault::cut_after());
    send(intent);
    wait_for_visibility();
    for (const auto& fault :
         {Fault::server_error(), Fault::throttled(), Fault::expired_token(), Fault::cut_before()}) {
        subject_->faults().script(fault.for_reads(), 10);
        EXPECT_EQ(reconcile(intent).kind, Found::unknown) << fault.message;
        subject_->faults().clear();
    }
    EXPECT_EQ(reconcile(intent).kind, Found::found);
}

TEST_P(WayOut, NobodyThereIsTriedAgain) {
    auto intent = subject_->answer("Sorry");
    const auto outcome = run(io_, connector().send(subject_->unreachable(), intent));
    EXPECT_EQ(outcome.kind, Ended::retry) << outcome.error;
    EXPECT_EQ(published(), 0u);
}

TEST_P(WayOut, NothingIsSentTooLate) {
    auto intent = subject_->answer("Sorry");
    intent.not_after = clock_.now() - 1;
    EXPECT_EQ(send(intent).kind, Ended::retry);
    EXPECT_EQ(published(), 0u);
}

TEST_P(WayOut, WaitsWhenItIsThrottled) {
    subject_->faults().script(Fault::throttled());
    const auto bare = send(subject_->answer("Sorry"));
    EXPECT_EQ(bare.kind, Ended::retry) << bare.error;
    subject_->faults().script(Fault::throttled(120s));
    const auto dated = send(subject_->answer("Sorry"));
    EXPECT_EQ(dated.kind, Ended::retry) << dated.error;
    EXPECT_EQ(published(), 0u);
    if (!subject_->tells_when()) return;
    ASSERT_TRUE(dated.after) << "the platform said when";
    EXPECT_EQ(*dated.after, 120s);
}

TEST_P(WayOut, AServerErrorIsTriedAgainOrLookedInto) {
    for (const int status : {500, 502, 503, 504}) {
        subject_->faults().script(Fault::server_error(status));
        const auto outcome = send(subject_->answer("Sorry"));
        EXPECT_TRUE(outcome.kind == Ended::retry || outcome.kind == Ended::ambiguous)
            << status << ": " << outcome.error;
        EXPECT_FALSE(outcome.error.empty());
    }
    // Something in front of the platform speaks for it: nobody knows how far the request came.
    subject_->faults().script(Fault::gateway_error());
    const auto outcome = send(subject_->answer("Sorry"));
    EXPECT_TRUE(outcome.kind == Ended::ambiguous || (caps().idempotent && outcome.kind == Ended::retry))
        << outcome.error;
    EXPECT_EQ(published(), 0u);
}

TEST_P(WayOut, AnExpiredTokenAsksTheBrandToSignInAnew) {
    subject_->faults().script(Fault::expired_token());
    const auto outcome = send(subject_->answer("Sorry"));
    EXPECT_EQ(outcome.kind, Ended::reauth) << outcome.error;
    EXPECT_FALSE(outcome.error.empty());
    EXPECT_EQ(published(), 0u);
}

TEST_P(WayOut, AClosedWindowClosesTheRoute) {
    const auto intent = subject_->too_late("Sorry");
    if (!intent) return;  // this platform refuses nobody
    const auto outcome = send(*intent);
    EXPECT_EQ(outcome.kind, Ended::permanent) << outcome.error;
    EXPECT_TRUE(outcome.route_closed) << outcome.error;
    EXPECT_EQ(published(), 0u);
}

TEST_P(WayOut, TestsItsWayOutWithoutBotheringAnyone) {
    EXPECT_TRUE(run(io_, connector().test(subject_->channel())).ok());
    EXPECT_FALSE(run(io_, connector().test(subject_->unreachable())).ok());
    EXPECT_EQ(published(), 0u);
}

// Chance decides what goes wrong; a caller that keeps to the rules still never publishes twice.
TEST_P(WayOut, NeverPublishesTwiceWhateverHappens) {
    subject_->faults().at_random(
        5, 0.5, {Fault::cut_before(), Fault::cut_after(), Fault::server_error(503), Fault::throttled()});
    for (int i = 0; i < 40; ++i) {
        auto intent = subject_->answer("Answer " + std::to_string(i));
        for (bool done = false; !done; ++intent.attempt) {
            ASSERT_LT(intent.attempt, 50);
            const auto outcome = send(intent).kind;
            done = outcome == Ended::sent || outcome == Ended::duplicate;
            if (outcome != Ended::ambiguous || caps().idempotent) continue;
            wait_for_visibility();
            done = reconcile(intent).kind == Found::found;
        }
    }
    std::vector<std::string> texts;
    for (const auto& one : subject_->published()) texts.push_back(one.text);
    ASSERT_EQ(texts.size(), 40u);
    for (int i = 0; i < 40; ++i) EXPECT_EQ(texts[static_cast<std::size_t>(i)], "Answer " + std::to_string(i));
}

INSTANTIATE_TEST_SUITE_P(Channels, WayOut, ::testing::ValuesIn(kinds()), kind_name);
INSTANTIATE_TEST_SUITE_P(Channels, LookedUp, ::testing::ValuesIn(kinds_that(&Kind::can_reconcile)),
                         kind_name);

}  // namespace
}  // namespace guichet::test::conformance
