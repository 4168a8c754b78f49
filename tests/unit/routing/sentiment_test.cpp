#include "services/routing/engine/sentiment.hpp"

#include <gtest/gtest.h>

namespace guichet::routing {
namespace {

Sentiment feel(std::string_view language, std::string_view message) {
    const Text text = read_text(message);
    return judge_sentiment(text, lexicon_for(language).read(text));
}
double score(std::string_view language, std::string_view message) {
    return feel(language, message).score;
}

struct Case {
    const char* language;
    const char* message;
};

class Negative : public testing::TestWithParam<Case> {};
TEST_P(Negative, Score) {
    EXPECT_LE(score(GetParam().language, GetParam().message), -kNeutralBand) << GetParam().message;
}
INSTANTIATE_TEST_SUITE_P(
    Sentiment, Negative,
    testing::Values(Case{"fr", "Je ne suis pas content"}, Case{"fr", "pas du tout satisfait de vous"},
                    Case{"fr", "je n'aime pas ce produit"}, Case{"fr", "j'aime pas"},
                    Case{"fr", "ce n'est plus agréable"}, Case{"fr", "nuuuul"}, Case{"fr", "NUL"},
                    Case{"fr", "Ça ne marche toujours pas"}, Case{"fr", "merci pour rien"},
                    Case{"fr", "Joli mais hors de prix et très lent"}, Case{"nl", "niet goed"},
                    Case{"nl", "ik ben helemaal niet tevreden"}, Case{"nl", "dit bevalt me niet"},
                    Case{"nl", "bedankt voor niets"}, Case{"en", "not happy"}, Case{"en", "I don't like it"},
                    Case{"en", "not fast or friendly"}, Case{"en", "nobody was helpful"},
                    Case{"en", "still hasn't been solved"}, Case{"de", "nicht zufrieden"},
                    Case{"de", "das gefällt mir nicht"}, Case{"de", "das hilft mir leider nicht"},
                    Case{"de", "ueberhaupt nicht zufrieden"}, Case{"en", ":-("},
                    Case{"nl", "ik raad dit niemand aan"}, Case{"fr", "Je ne recommande pas"},
                    Case{"en", "Good product but no answer to my mails"},
                    Case{"nl", "Goed product maar de dienst na verkoop laat niets horen"}, Case{"it", "😡😡"}));

class Positive : public testing::TestWithParam<Case> {};
TEST_P(Positive, Score) {
    EXPECT_GE(score(GetParam().language, GetParam().message), kNeutralBand) << GetParam().message;
}
INSTANTIATE_TEST_SUITE_P(
    Sentiment, Positive,
    testing::Values(Case{"fr", "jamais déçu"}, Case{"fr", "pas mal du tout"},
                    Case{"fr", "je n'ai jamais été déçue"}, Case{"fr", "aucun problème"},
                    Case{"fr", "rien à redire"}, Case{"fr", "malgré le retard, excellent service"},
                    Case{"fr", "zéro souci"}, Case{"nl", "nooit teleurgesteld"}, Case{"nl", "niet slecht"},
                    Case{"nl", "geen klachten"}, Case{"en", "no complaints"}, Case{"en", "not bad at all"},
                    Case{"en", "never had a problem"}, Case{"en", "not unhappy"},
                    Case{"en", "slow but excellent"}, Case{"de", "nie enttäuscht"},
                    Case{"de", "keine Beschwerden"}, Case{"de", "nicht schlecht"}, Case{"en", "<3"}));

class Neutral : public testing::TestWithParam<Case> {};
TEST_P(Neutral, Score) {
    EXPECT_LT(std::abs(score(GetParam().language, GetParam().message)), kNeutralBand) << GetParam().message;
}
INSTANTIATE_TEST_SUITE_P(Sentiment, Neutral,
                         testing::Values(Case{"fr", "Bonjour, merci d'avance et bonne journée"},
                                         Case{"fr", "le colis est là"},
                                         Case{"nl", "alvast bedankt, met vriendelijke groeten"},
                                         Case{"en", "thanks in advance, kind regards"},
                                         Case{"de", "vielen Dank im Voraus, mit freundlichen Grüßen"},
                                         Case{"en", ""}, Case{"it", "buongiorno a tutti"},
                                         Case{"de", "guten Tag, eine Frage"},
                                         Case{"en", "I would like a receipt"}));

TEST(Sentiment, IntensifiersStrengthenAndDiminishersWeaken) {
    EXPECT_LT(score("fr", "je suis très déçu"), score("fr", "je suis déçu"));
    EXPECT_GT(score("fr", "je suis un peu déçu"), score("fr", "je suis déçu"));
    EXPECT_GT(score("nl", "heel tevreden"), score("nl", "tevreden"));
    EXPECT_LT(score("de", "sehr schlecht"), score("de", "schlecht"));
    // "not very happy" is milder than "not happy", and not praise.
    EXPECT_GT(score("en", "not very happy"), score("en", "not happy"));
    EXPECT_LT(score("en", "not very happy"), 0);
}

TEST(Sentiment, TheLaterClauseWeighsMore) {
    EXPECT_GT(score("en", "the app is slow but the staff is good"),
              score("en", "the staff is good but the app is slow"));
    EXPECT_LT(score("fr", "le produit est bon mais le service est mauvais"), 0);
    EXPECT_LT(score("nl", "mooie winkel maar slechte service"), 0);
    EXPECT_LT(score("de", "schöner Laden, aber schlechter Service"), 0);
}

TEST(Sentiment, EmphasisCounts) {
    EXPECT_LT(score("en", "this is BAD"), score("en", "this is bad"));
    EXPECT_LT(score("en", "this is baaaad"), score("en", "this is bad"));
    EXPECT_LT(score("en", "this is bad!!!"), score("en", "this is bad"));
    // Where all is in capitals they say nothing.
    EXPECT_EQ(score("en", "THIS PHONE IS BAD"), score("en", "this phone is bad"));
}

TEST(Sentiment, UnmasksIrony) {
    EXPECT_LT(score("fr", "Bravo, encore deux heures de retard"), 0);
    EXPECT_LT(score("en", "great service 🙄"), 0);
    EXPECT_GT(score("fr", "Bravo à l'équipe"), 0);
}

TEST(Sentiment, ANegatorStopsAtTheClauseAndAtAnd) {
    EXPECT_GT(score("en", "No, it is excellent"), 0.3);
    EXPECT_LT(score("nl", "ik kan niet betalen en dat is slecht"), 0);
    EXPECT_GT(score("en", "not only fast, also friendly"), 0);
}

TEST(Sentiment, GivesTheWordsAsTheyStandWithTheirRule) {
    const Sentiment sentiment = feel("fr", "Je ne suis PAS Contente");
    ASSERT_EQ(sentiment.reasons.size(), 1u);
    EXPECT_EQ(sentiment.reasons[0].text, "Contente");
    EXPECT_LT(sentiment.reasons[0].weight, 0);
    EXPECT_NE(sentiment.reasons[0].rule.find("negated by 'PAS'"), std::string::npos)
        << sentiment.reasons[0].rule;
}

TEST(Sentiment, StaysWithinBounds) {
    std::string rant;
    for (int i = 0; i < 500; ++i) rant += "horrible arnaque !!! ";
    const Sentiment sentiment = feel("fr", rant);
    EXPECT_GE(sentiment.score, -1);
    EXPECT_LE(sentiment.reasons.size(), kMaxReasons);
}

}  // namespace
}  // namespace guichet::routing
