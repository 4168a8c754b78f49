#include "services/routing/engine/intent.hpp"

#include <gtest/gtest.h>

namespace guichet::routing {
namespace {

IntentVerdict judge(std::string_view language, std::string_view message, IntentHints hints = {}) {
    const Text text = read_text(message);
    const Reading reading = lexicon_for(language).read(text);
    return judge_intent(text, reading, judge_sentiment(text, reading), hints);
}
std::string intent(std::string_view language, std::string_view message) {
    return to_string(judge(language, message).intent);
}

TEST(Intent, KnowsTheFive) {
    EXPECT_EQ(intent("fr", "Je veux être remboursé, c'est inadmissible"), "complaint");
    EXPECT_EQ(intent("fr", "Quels sont vos horaires ?"), "question");
    EXPECT_EQ(intent("fr", "Bravo et merci à toute l'équipe, service impeccable"), "praise");
    EXPECT_EQ(intent("fr", "Je suis à la gare"), "other");
    EXPECT_EQ(intent("fr", "Gagnez 500€ par jour, cliquez ici http://x.example"), "spam");
}

TEST(Intent, AComplaintThatAsksIsAComplaint) {
    EXPECT_EQ(intent("en", "Where is my refund? I have been waiting for three weeks, this is a disgrace!"),
              "complaint");
    EXPECT_EQ(intent("nl", "Waar blijft mijn pakje? Al twee weken geen antwoord!"), "complaint");
}

TEST(Intent, ALinkAloneIsNotSpam) {
    EXPECT_EQ(intent("en", "See https://a.example"), "other");
    EXPECT_NE(intent("en", "Look https://a.example https://b.example https://c.example https://d.example"),
              "spam");
    EXPECT_EQ(intent("fr", "Preuve : https://a.example ma commande est arrivée cassée, remboursez-moi"),
              "complaint");
}

TEST(Intent, ACustomerOfABankIsNotASpammer) {
    EXPECT_EQ(intent("fr", "Quel est le taux de mon prêt hypothécaire ?"), "question");
    EXPECT_EQ(intent("en", "How much interest do I pay on my loan? Details: https://a.example/loan"),
              "question");
    EXPECT_EQ(intent("en",
                     "I was scammed by a bitcoin trading site and my bank refuses to refund me, whatsapp +32 "
                     "2 555 12 12"),
              "complaint");
    EXPECT_NE(intent("en", "Do you offer crypto trading?"), "spam");
}

TEST(Intent, OneWordOverAndOverIsSpam) {
    EXPECT_EQ(intent("en", "buy buy buy buy buy buy buy buy buy now"), "spam");
    EXPECT_EQ(intent("fr", "nul nul nul"), "complaint");
}

TEST(Intent, HowLongAndHowOftenIsNoComplaintByItself) {
    EXPECT_EQ(intent("en", "I have been a customer for 3 months, how do I upgrade?"), "question");
    EXPECT_EQ(intent("en", "I have been waiting for 3 months"), "complaint");
    EXPECT_EQ(intent("fr", "Peut-on payer en 3 fois ?"), "question");
}

TEST(Intent, WordsOfComplaintWithoutOne) {
    EXPECT_EQ(intent("en", "How do I file a complaint?"), "question");
    EXPECT_EQ(intent("fr", "On n'est jamais déçus chez vous"), "praise");
    EXPECT_EQ(intent("en", "No complaints so far, keep it up"), "praise");
    EXPECT_EQ(intent("en", "Thanks for letting me know"), "other");
    EXPECT_EQ(intent("en", "What patience they had"), "praise");
}

TEST(Intent, TheComplaintFormTipsTheScale) {
    EXPECT_EQ(to_string(judge("en", "It is about contract 4711.").intent), std::string("other"));
    EXPECT_EQ(to_string(judge("en", "It is about contract 4711.", {true}).intent), std::string("complaint"));
}

TEST(Intent, GivesReasonsAndConfidence) {
    const IntentVerdict sure =
        judge("en", "I want to make a complaint. Scam! I want my money back, this is unacceptable.");
    const IntentVerdict unsure = judge("en", "please");
    ASSERT_FALSE(sure.reasons.empty());
    EXPECT_EQ(sure.reasons[0].kind, "intent");
    for (std::size_t i = 0; i < sure.reasons.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) EXPECT_NE(sure.reasons[i].text, sure.reasons[j].text);
    }
    EXPECT_GT(sure.confidence, unsure.confidence);
    EXPECT_LE(sure.confidence, 1);
    EXPECT_GE(unsure.confidence, 0);
}

}  // namespace
}  // namespace guichet::routing
