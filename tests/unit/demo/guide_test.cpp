#include <gtest/gtest.h>

#include "services/demo/pages/hall.hpp"

namespace guichet::demo {
namespace {

std::string states(const CaseFacts& known, const StormFacts& storm = {}) {
    std::string all;
    for (const auto& step : steps_of(known, storm)) all += to_string(step.state)[0];
    return all;
}

CaseFacts queued() {
    CaseFacts known;
    known.queued = true;
    known.queued_after_ms = 42;
    known.understood = "fr, complaint, negative (-0.87)";
    known.because = "\"honte\"";
    return known;
}

TEST(Guide, BeginsWithTheComplaint) {
    EXPECT_EQ(states({}), "nlllll");
}

TEST(Guide, TellsHowTheComplaintWasUnderstood) {
    const auto steps = steps_of(queued(), {});
    EXPECT_EQ(states(queued()), "dnllll");
    EXPECT_EQ(steps[0].words,
              "On top of the queue after 42 ms: fr, complaint, negative (-0.87), because of \"honte\".");
}

TEST(Guide, TakingIsDoneWhenTheBotWasRefused) {
    auto known = queued();
    known.taken = true;
    EXPECT_EQ(states(known), "dnllll");
    known.bot_refused = "this conversation is owned by claire";
    EXPECT_EQ(states(known), "ddnlll");
    EXPECT_NE(steps_of(known, {})[1].words.find("owned by claire"), std::string::npos);
}

TEST(Guide, EachStageOfTheMoveSaysWhatComesNext) {
    auto known = queued();
    const auto words = [&] { return steps_of(known, {})[2].words; };
    const auto before = words();
    known.proposed = true;
    const auto proposed = words();
    known.offered = true;
    const auto offered = words();
    known.accepted = true;
    EXPECT_NE(before, proposed);
    EXPECT_NE(proposed, offered);
    EXPECT_NE(offered, words());
    EXPECT_EQ(states(known), "dndlll");
}

TEST(Guide, TheStormCountsAndItsFailureIsNotCalledDone) {
    StormFacts storm;
    storm.running = true;
    storm.told = 300;
    storm.published = 120;
    storm.what = "kill -9 Redis";
    EXPECT_EQ(steps_of({}, storm)[4].words, "300 written, 120 answered · kill -9 Redis");
    storm.running = false;
    storm.over = true;
    storm.what = "something was lost";
    EXPECT_NE(steps_of({}, storm)[4].state, StepState::done);
    storm.held = true;
    storm.kept = 300;
    EXPECT_EQ(steps_of({}, storm)[4].state, StepState::done);
    EXPECT_EQ(steps_of({}, storm)[4].words, "Accepted 300 = kept 300. Published twice: 0.");
}

TEST(Guide, EndsWithEverythingDone) {
    auto known = queued();
    known.taken = known.proposed = known.offered = known.accepted = known.undone = known.closed = true;
    known.bot_refused = "no";
    StormFacts storm;
    storm.over = storm.held = true;
    EXPECT_EQ(states(known, storm), "dddddd");
}

TEST(Hall, AStormIsWishedForOnceAtATime) {
    Hall hall;
    EXPECT_FALSE(hall.begin_storm());
    EXPECT_TRUE(hall.wish_storm());
    EXPECT_FALSE(hall.wish_storm());
    EXPECT_TRUE(hall.begin_storm());
    EXPECT_FALSE(hall.begin_storm());
    EXPECT_FALSE(hall.wish_storm()) << "it runs";
    hall.storm({.over = true, .held = true});
    EXPECT_TRUE(hall.wish_storm());
    EXPECT_FALSE(hall.facts().storm.over) << "the count begins anew";
}

TEST(Hall, EachWishHasALinkOfItsOwn) {
    Hall hall;
    EXPECT_FALSE(hall.link_wished());
    hall.wish_link();
    EXPECT_TRUE(hall.link_wished());
    EXPECT_FALSE(hall.take_link());
    hall.link_made("http://127.0.0.1/sign-in#gl_1");
    EXPECT_FALSE(hall.link_wished());
    EXPECT_EQ(hall.take_link(), "http://127.0.0.1/sign-in#gl_1");
    EXPECT_FALSE(hall.take_link());
}

}  // namespace
}  // namespace guichet::demo
