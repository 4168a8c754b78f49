#include "services/demo/show/town.hpp"

#include <gtest/gtest.h>

namespace guichet::demo {
namespace {

TEST(Town, PeopleWriteAndTheWebhookWaitsForAListener) {
    Town town("Maison Dupont");
    const auto comment = town.comment("Anna", "It broke");
    EXPECT_FALSE(comment.empty());
    EXPECT_NE(town.comment("Bert", "Mine too", comment), comment);
    EXPECT_FALSE(town.message("Anna", "Are you there?").empty());
    EXPECT_EQ(town.undelivered(), 4U) << "the page's first post, two comments, a message";
}

TEST(Town, NothingIsPublishedUntilThePageSpeaks) {
    Town town("Maison Dupont");
    town.comment("Anna", "It broke");
    EXPECT_TRUE(town.published().empty());
    EXPECT_FALSE(town.stands("It broke")) << "a customer's words are not the page's";
    EXPECT_TRUE(town.counts().empty());
}

TEST(Town, AHandshakeThatNobodyAnswersFailsWithWords) {
    Town town("Maison Dupont");
    const auto status = town.subscribe("http://127.0.0.1:1/webhooks/facebook/x");
    EXPECT_FALSE(status.ok());
    EXPECT_FALSE(status.message.empty());
}

}  // namespace
}  // namespace guichet::demo
