// Hiding and liking what a customer wrote: unlike an answer it may be asked twice, so whatever nobody knows
// is asked again.
#include <array>

#include "tests/integration/conformance/fixture.hpp"

namespace guichet::test::conformance {
namespace {

using channels::Act;
using stand_in::Fault;
using Ended = channels::Outcome::Kind;

constexpr std::array kActs{Act::hide, Act::show, Act::like, Act::unlike};

// Every channel: what cannot be done is refused in words.
class ActAsked : public Connectors {
  protected:
    channels::Outcome act(Act act, const std::string& post) {
        return run(io_, connector().act(subject_->channel(), act, post, 5s));
    }
};

// Those that can.
class ActDone : public ActAsked {
  protected:
    ActDone() : post_(*subject_->public_post()) {}

    channels::Outcome act(Act what) { return ActAsked::act(what, post_); }
    bool hidden() { return subject_->shown(post_).hidden; }
    bool liked() { return subject_->shown(post_).liked; }
    // The post is as `what` leaves it.
    bool is_done(Act what) {
        if (what == Act::hide || what == Act::show) return hidden() == (what == Act::hide);
        return liked() == (what == Act::like);
    }
    // `what` has something to change.
    void prepare(Act what) {
        if (what == Act::show) act(Act::hide);
        if (what == Act::unlike) act(Act::like);
        ASSERT_FALSE(is_done(what));
    }

    const std::string post_;
};

TEST_P(ActAsked, CanWhatThisSuiteBelieves) {
    // Messenger is a channel's other half: its channel can, its messages cannot.
    const auto post = subject_->public_post();
    EXPECT_EQ(post.has_value(), GetParam().can_act);
    if (GetParam().can_act) {
        EXPECT_TRUE(caps().can_hide);
        EXPECT_TRUE(caps().can_like);
    }
}

TEST_P(ActAsked, WhatIsPrivateIsNeitherHiddenNorLiked) {
    const auto post = subject_->private_post();
    ASSERT_EQ(post.has_value(), !GetParam().can_act);
    for (const auto what : kActs) {
        const auto outcome = act(what, post.value_or("not an id"));
        EXPECT_EQ(outcome.kind, Ended::permanent) << outcome.error;
        EXPECT_FALSE(outcome.error.empty());
    }
    EXPECT_EQ(published(), 0u);
}

TEST_P(ActDone, EachIsDoneAndTakenBack) {
    for (const auto what : kActs) {
        EXPECT_EQ(act(what).kind, Ended::sent);
        EXPECT_TRUE(is_done(what));
    }
    EXPECT_EQ(published(), 0u);
}

TEST_P(ActDone, AskedTwiceItIsDoneOnce) {
    for (const auto what : kActs) {
        for (int i = 0; i < 2; ++i) EXPECT_EQ(act(what).kind, Ended::sent);
        EXPECT_TRUE(is_done(what));
    }
}

TEST_P(ActDone, ACutBeforeItWasCommittedIsAskedAgain) {
    for (const auto what : kActs) {
        prepare(what);
        subject_->faults().script(Fault::cut_before());
        const auto cut = act(what);
        EXPECT_EQ(cut.kind, Ended::retry) << cut.error;
        EXPECT_FALSE(is_done(what));
        EXPECT_EQ(act(what).kind, Ended::sent);
        EXPECT_TRUE(is_done(what));
    }
}

TEST_P(ActDone, ACutAfterItWasCommittedIsAskedAgainAndChangesNothingMore) {
    for (const auto what : kActs) {
        prepare(what);
        subject_->faults().script(Fault::cut_after());
        const auto cut = act(what);
        EXPECT_EQ(cut.kind, Ended::retry) << cut.error;
        EXPECT_TRUE(is_done(what));
        EXPECT_EQ(act(what).kind, Ended::sent);
        EXPECT_TRUE(is_done(what));
    }
}

TEST_P(ActDone, AnAnswerBeyondTheDeadlineIsAskedAgain) {
    for (const auto what : kActs) {
        prepare(what);
        subject_->faults().script(Fault::slow(30s));
        const auto slow = run(io_, connector().act(subject_->channel(), what, post_, 300ms));
        EXPECT_EQ(slow.kind, Ended::retry) << slow.error;
        EXPECT_EQ(act(what).kind, Ended::sent);
        EXPECT_TRUE(is_done(what));
    }
}

TEST_P(ActDone, WaitsWhenItIsThrottled) {
    for (const auto what : kActs) {
        prepare(what);
        subject_->faults().script(Fault::throttled());
        const auto bare = act(what);
        EXPECT_EQ(bare.kind, Ended::retry) << bare.error;
        subject_->faults().script(Fault::throttled(120s));
        const auto dated = act(what);
        EXPECT_EQ(dated.kind, Ended::retry) << dated.error;
        ASSERT_EQ(dated.after.has_value(), subject_->tells_when());
        EXPECT_EQ(dated.after.value_or(120s), 120s);
        EXPECT_FALSE(is_done(what));
        // The platform may be left alone until then.
        clock_.advance(121s);
        EXPECT_EQ(act(what).kind, Ended::sent);
    }
}

TEST_P(ActDone, AServerErrorIsAskedAgain) {
    for (const auto what : kActs) {
        prepare(what);
        for (const int status : {500, 502, 503, 504}) {
            subject_->faults().script(Fault::server_error(status));
            const auto failed = act(what);
            EXPECT_EQ(failed.kind, Ended::retry) << status << ": " << failed.error;
            subject_->faults().script(Fault::gateway_error(status));
            const auto before = act(what);
            EXPECT_EQ(before.kind, Ended::retry) << status << ": " << before.error;
        }
        EXPECT_FALSE(is_done(what));
        EXPECT_EQ(act(what).kind, Ended::sent);
    }
}

TEST_P(ActDone, AnExpiredTokenAsksTheBrandToSignInAnew) {
    for (const auto what : kActs) {
        prepare(what);
        subject_->faults().script(Fault::expired_token());
        const auto expired = act(what);
        EXPECT_EQ(expired.kind, Ended::reauth) << expired.error;
        EXPECT_FALSE(expired.error.empty());
        EXPECT_FALSE(is_done(what));
        EXPECT_EQ(act(what).kind, Ended::sent);
    }
}

TEST_P(ActDone, NobodyThereIsTriedAgain) {
    for (const auto what : kActs) {
        const auto outcome = run(io_, connector().act(subject_->unreachable(), what, post_, 5s));
        EXPECT_EQ(outcome.kind, Ended::retry) << outcome.error;
    }
}

TEST_P(ActDone, WhatWasTakenBackIsNotAskedAgain) {
    subject_->take_back(post_);
    for (const auto what : kActs) {
        const auto outcome = act(what);
        EXPECT_EQ(outcome.kind, Ended::permanent) << outcome.error;
        EXPECT_FALSE(outcome.error.empty());
    }
}

INSTANTIATE_TEST_SUITE_P(Channels, ActAsked, ::testing::ValuesIn(kinds()), kind_name);
INSTANTIATE_TEST_SUITE_P(Channels, ActDone, ::testing::ValuesIn(kinds_that(&Kind::can_act)), kind_name);

}  // namespace
}  // namespace guichet::test::conformance
