#include <gtest/gtest.h>

#include "services/reply/engine/render.hpp"
#include "services/reply/engine/retry.hpp"

namespace guichet::reply {
namespace {

using namespace std::chrono_literals;

class RetryTest : public ::testing::Test {
  protected:
    Verdict after(Ending ending, int attempt = 1, bool idempotent = false,
                  std::optional<Milliseconds> not_before = {}) {
        return decide(policy_, ending, attempt, idempotent, not_before, "why", random_);
    }
    RetryPolicy policy_;
    SeededRandom random_{5};
};

TEST_F(RetryTest, BackoffDoublesWithinItsBoundsAndVaries) {
    for (int attempt = 1; attempt < 40; ++attempt) {
        const auto wait = backoff(policy_, attempt, random_);
        const Milliseconds full =
            std::min<Milliseconds>(policy_.most, policy_.base * (1LL << std::min(attempt - 1, 20)));
        EXPECT_GE(wait, full / 2);
        EXPECT_LE(wait, policy_.most);
    }
    EXPECT_NE(backoff(policy_, 8, random_), backoff(policy_, 8, random_));
}

TEST_F(RetryTest, AmbiguousIsNotRetryUnlessTheChannelIsIdempotent) {
    EXPECT_EQ(after(Ending::ambiguous).kind, Verdict::Kind::unconfirmed);
    EXPECT_EQ(after(Ending::ambiguous).wait, policy_.look);
    EXPECT_EQ(after(Ending::ambiguous, 1, true).kind, Verdict::Kind::retry);
}

TEST_F(RetryTest, ThePlatformsDateIsHonoured) {
    EXPECT_GE(after(Ending::retry, 1, false, 600s).wait, 600s);
    EXPECT_EQ(after(Ending::retry, policy_.attempts).kind, Verdict::Kind::failed);
    EXPECT_EQ(after(Ending::permanent).kind, Verdict::Kind::failed);
    EXPECT_EQ(after(Ending::duplicate).kind, Verdict::Kind::sent);
    EXPECT_EQ(after(Ending::reauth, 99).kind, Verdict::Kind::retry);
}

TEST(Render, VariablesAreFilledAndUnknownOnesRefused) {
    const std::map<std::string, std::string> variables{{"contact.name", "Anna"}, {"reference", "G-1"}};
    EXPECT_EQ(*fill("Dear {{contact.name}}, case {{ reference }}.", variables), "Dear Anna, case G-1.");
    EXPECT_EQ(*fill("a { b }} c {{", variables), "a { b }} c {{");
    EXPECT_EQ(fill("{{nobody}}", variables).error().field, "text");
    // What a customer calls himself is not filled in again.
    EXPECT_EQ(*fill("{{contact.name}}", {{"contact.name", "{{reference}}"}}), "{{reference}}");
}

TEST(Render, TheSignatureStandsOnce) {
    EXPECT_EQ(sign("Hello", "^Claire"), "Hello\n^Claire");
    EXPECT_EQ(sign("Hello\n^Claire", "^Claire"), "Hello\n^Claire");
    EXPECT_EQ(sign("Hello", ""), "Hello");
}

}  // namespace
}  // namespace guichet::reply
