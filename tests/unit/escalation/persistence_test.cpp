#include "services/escalation/engine/persistence.hpp"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "tests/unit/escalation/samples.hpp"

namespace guichet::escalation {
namespace {

Post post(const char* id, const char* thread, double sentiment, TimeMs age, bool complaint = false,
          bool answered = false) {
    Post out;
    out.id = id;
    out.thread = thread;
    out.channel = "facebook";
    out.at = kNow - age;
    out.sentiment = sentiment;
    out.complaint = complaint;
    out.answered = answered;
    return out;
}

Verdict judge(const std::vector<Post>& posts, const Standing& standing = {}, TimeMs now = kNow) {
    return judge_persistence(posts, standing, {}, now);
}

TEST(Persistence, ProposesWithThePostsThatLedToIt) {
    const auto verdict = judge({post("c1:1", "t1", -0.8, 2 * kHour, true), post("c2:1", "t2", -0.4, kHour)});
    EXPECT_TRUE(verdict.propose);
    ASSERT_EQ(verdict.reasons.size(), 2U);
    EXPECT_EQ(verdict.reasons[0].post, "c1:1");
    EXPECT_EQ(verdict.reasons[0].words, "complaint, very negative, 2 h ago, unanswered");
    EXPECT_EQ(verdict.reasons[1].words, "negative, 1 h ago, unanswered");
    EXPECT_GT(verdict.reasons[0].weight, verdict.reasons[1].weight);
    EXPECT_EQ(verdict.words, "2 negative public posts in 2 threads, score 2.5");
}

TEST(Persistence, WeighsByTheTable) {
    struct Row {
        const char* name;
        std::vector<Post> posts;
        bool propose;
    };
    const auto old_channel = [](Post p) {
        p.channel = "x";
        return p;
    };
    const auto hidden = [](Post p) {
        p.is_public = false;
        return p;
    };
    const std::vector<Row> rows = {
        {"nothing", {}, false},
        {"one, however bad", {post("a", "t", -1, 0, true)}, false},
        {"two complaints, unanswered", {post("a", "t", -0.7, 0, true), post("b", "t", -0.7, 0, true)}, true},
        {"two mild ones, answered",
         {post("a", "t", -0.3, 0, false, true), post("b", "t", -0.3, 0, false, true)},
         false},
        {"calm complaints in three threads",
         {post("a", "1", 0, 0, true), post("b", "2", 0, 0, true), post("c", "3", 0, 0, true)},
         true},
        {"pleased complaints", {post("a", "1", 0.5, 0, true), post("b", "2", 0.9, 0, true)}, false},
        {"neutral talk", {post("a", "1", -0.1, 0), post("b", "2", 0, 0), post("c", "3", 0, 0)}, false},
        {"same thread name on two channels is two threads",
         {post("a", "t", -0.6, 0, true), old_channel(post("b", "t", -0.6, 0, true))},
         true},
        {"private ones do not count",
         {hidden(post("a", "t", -1, 0, true)), hidden(post("b", "t", -1, 0, true))},
         false},
        {"a week old", {post("a", "1", -0.9, 7 * kDay, true), post("b", "2", -0.9, 7 * kDay, true)}, false},
        {"beyond the window",
         {post("a", "1", -1, 15 * kDay, true), post("b", "2", -1, 15 * kDay, true)},
         false}};
    for (const Row& row : rows) EXPECT_EQ(judge(row.posts).propose, row.propose) << row.name;
}

TEST(Persistence, UnansweredRecentManyThreadsCountMore) {
    const auto score = [](const std::vector<Post>& posts) { return judge(posts).score; };
    const auto base = score({post("a", "1", -0.5, 0, false, true), post("b", "1", -0.5, 0, false, true)});
    EXPECT_GT(score({post("a", "1", -0.5, 0), post("b", "1", -0.5, 0, false, true)}), base);
    EXPECT_GT(score({post("a", "1", -0.5, 0, true, true), post("b", "1", -0.5, 0, false, true)}), base);
    EXPECT_GT(score({post("a", "1", -0.5, 0, false, true), post("b", "2", -0.5, 0, false, true)}), base);
    const auto aged = [&](TimeMs age) {
        return score({post("a", "1", -0.5, age, false, true), post("b", "1", -0.5, age, false, true)});
    };
    EXPECT_NEAR(aged(48 * kHour), base / 2, 1e-9);
    std::vector<Post> many;
    for (int i = 0; i < 40; ++i) {
        const auto name = std::to_string(i);
        many.push_back(post(name.c_str(), name.c_str(), -0.5, 0, false, true));
    }
    EXPECT_NEAR(score(many), 40 * base / 2 * 1.75, 1e-9);  // the bonus has its limit
}

TEST(Persistence, IgnoresDuplicates) {
    auto first = post("a", "1", -0.9, 2 * kHour, true);
    auto again = post("b", "2", -0.9, kHour, true);
    first.fingerprint = fingerprint("Toujours PAS de réponse !!");
    again.fingerprint = fingerprint("toujours pas de reponse");
    const auto verdict = judge({again, first, first});
    EXPECT_FALSE(verdict.propose);
    ASSERT_EQ(verdict.reasons.size(), 3U);
    EXPECT_EQ(verdict.reasons[0].post, "a");
    EXPECT_EQ(verdict.reasons[2].weight, 0);
    EXPECT_EQ(verdict.reasons[2].words, "the same as an earlier post, 1 h ago");
    EXPECT_EQ(verdict.words, "too few negative public posts: 1");
}

TEST(Persistence, FingerprintTellsSameWords) {
    EXPECT_EQ(fingerprint("Où est mon argent?"), fingerprint("ou est MON argent !"));
    EXPECT_NE(fingerprint("Où est mon argent?"), fingerprint("Où est ma carte?"));
    EXPECT_EQ(fingerprint("??"), "");
    EXPECT_EQ(fingerprint("up!"), "");
    EXPECT_EQ(fingerprint("Où est mon argent?").size(), 32U);
}

TEST(Persistence, KeepsStillBesideAnOpenCaseOrAfterADecline) {
    const std::vector<Post> posts = {post("a", "1", -0.9, 0, true), post("b", "2", -0.9, 0, true)};
    ASSERT_TRUE(judge(posts).propose);
    const auto open = judge(posts, {true, std::nullopt});
    EXPECT_FALSE(open.propose);
    EXPECT_GT(open.score, 2);
    EXPECT_NE(open.words.find("under way"), std::string::npos);
    const auto declined = [&](TimeMs at) { return judge(posts, {false, at}); };
    EXPECT_FALSE(declined(kNow).propose);
    EXPECT_FALSE(declined(kNow - 14 * kDay + 1).propose);
    EXPECT_TRUE(declined(kNow - 14 * kDay).propose);
    EXPECT_EQ(declined(kNow - 3 * kHour).words,
              "a proposal was declined 3 h ago; none is made again for 14 days");
}

TEST(Persistence, BearsClocksThatStep) {
    const std::vector<Post> posts = {post("a", "1", -0.9, -kDay, true),
                                     post("b", "2", -0.9, -300 * kDay, true)};
    const auto verdict = judge(posts);
    EXPECT_TRUE(verdict.propose);
    EXPECT_EQ(verdict.reasons[0].words, "complaint, very negative, just now, unanswered");
    EXPECT_FALSE(judge(posts, {false, kNow + kHour}).propose);
    EXPECT_TRUE(judge(posts, {false, kNow + 400 * kDay}).propose);
}

TEST(Persistence, BearsOddNumbers) {
    const auto nan = std::numeric_limits<double>::quiet_NaN();
    const auto verdict =
        judge({post("a", "1", nan, 0, true), post("b", "2", -100, 0), post("c", "3", nan, 0)});
    EXPECT_EQ(verdict.reasons.size(), 2U);
    EXPECT_TRUE(std::isfinite(verdict.score));
    Thresholds thresholds;
    thresholds.half_life = 0;
    thresholds.most_posts = 1;
    const auto bounded =
        judge_persistence({post("a", "1", -1, kHour), post("b", "1", -1, 0)}, {}, thresholds, kNow);
    ASSERT_EQ(bounded.reasons.size(), 1U);
    EXPECT_EQ(bounded.reasons[0].post, "b");
}

}  // namespace
}  // namespace guichet::escalation
