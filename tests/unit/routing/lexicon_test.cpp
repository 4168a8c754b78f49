#include "services/routing/engine/lexicon.hpp"

#include <gtest/gtest.h>

namespace guichet::routing {
namespace {

Lexicon parse(std::string_view toml) {
    return *Lexicon::parse(toml);
}

std::size_t feelings(const Lexicon& lexicon, std::string_view message) {
    return lexicon.read(read_text(message)).feelings.size();
}

TEST(Lexicon, MatchesWordsStemsPhrasesAndGaps) {
    const Lexicon lexicon =
        parse("[sentiment]\n'-2' = ['déçu*', 'perdu', 'ras le bol', 'fonctionne ~ pas']\n");
    EXPECT_EQ(feelings(lexicon, "DECUE et déçus"), 2u);
    EXPECT_EQ(feelings(lexicon, "perdus"), 0u);
    EXPECT_EQ(feelings(lexicon, "peeerdu"), 1u);
    EXPECT_EQ(feelings(lexicon, "ras-le-bol"), 1u);
    EXPECT_EQ(feelings(lexicon, "ça ne fonctionne vraiment plus du pas"), 1u);
    EXPECT_EQ(feelings(lexicon, "fonctionne un deux trois quatre pas"), 0u);
    EXPECT_EQ(feelings(lexicon, "fonctionne. pas"), 0u);
}

TEST(Lexicon, AGapHoldsNoNegator) {
    const Lexicon lexicon = parse("[sentiment]\n'2' = ['raad ~ aan']\n[negator]\n'1' = ['niet']\n");
    EXPECT_EQ(lexicon.read(read_text("ik raad dit bedrijf aan")).feelings.at(0).category,
              Category::sentiment);
    EXPECT_EQ(lexicon.read(read_text("ik raad dit niet aan")).feelings.at(0).category, Category::negator);
}

TEST(Lexicon, NumbersInDigitsAndWords) {
    const Lexicon lexicon = parse("[complaint]\n'2' = ['# jours sans']\n[number]\n'1' = ['trois']\n");
    const auto hits = [&](std::string_view message) {
        return lexicon.read(read_text(message)).markers.size();
    };
    EXPECT_EQ(hits("5 jours sans eau"), 1u);
    EXPECT_EQ(hits("trois jours sans eau"), 1u);
    EXPECT_EQ(hits("des jours sans eau"), 0u);
    EXPECT_EQ(hits("# jours sans eau"), 0u);
}

TEST(Lexicon, TakesTheLongest) {
    const Lexicon lexicon = parse("[sentiment]\n'2' = ['merci']\n[neutral]\n'1' = [\"merci d'avance\"]\n");
    const auto hits = lexicon.read(read_text("merci d’avance, merci")).feelings;
    ASSERT_EQ(hits.size(), 2u);
    EXPECT_EQ(hits[0].category, Category::neutral);
    EXPECT_EQ(hits[1].category, Category::sentiment);
}

TEST(Lexicon, AnIntensifierAloneMayBePraise) {
    const Lexicon lexicon =
        parse("[sentiment]\n'2' = ['super']\n'-1' = ['lent']\n[intensifier]\n'1.5' = ['super']\n");
    EXPECT_EQ(lexicon.read(read_text("super")).feelings.at(0).category, Category::sentiment);
    EXPECT_EQ(lexicon.read(read_text("super lent")).feelings.at(0).category, Category::intensifier);
}

TEST(Lexicon, AnchorsAtASentenceOrBehindAGreeting) {
    const Lexicon lexicon = parse("[question]\n'1' = ['^comment']\n[greeting]\n'1' = ['bonjour']\n");
    const auto questions = [&](std::string_view message) {
        int count = 0;
        for (const Hit& hit : lexicon.read(read_text(message)).markers)
            count += hit.category == Category::question ? 1 : 0;
        return count;
    };
    EXPECT_EQ(questions("Comment faire. Comment dire"), 2);
    EXPECT_EQ(questions("bonjour comment faire"), 1);
    EXPECT_EQ(questions("je vois comment faire"), 0);
}

TEST(Lexicon, MeetsUmlautsSpeltOut) {
    const Lexicon lexicon = *Lexicon::parse("[sentiment]\n'-2' = ['enttäusch*']\n", true);
    EXPECT_EQ(feelings(lexicon, "enttäuscht enttaeuscht enttauscht"), 3u);
}

TEST(Lexicon, RefusesWhatIsNotALexicon) {
    EXPECT_TRUE(Lexicon::parse("[feelings]\n'1' = ['x']\n").has_error());
    EXPECT_TRUE(Lexicon::parse("[sentiment]\n'much' = ['x']\n").has_error());
    EXPECT_TRUE(Lexicon::parse("[sentiment]\n'1' = ['']\n").has_error());
    EXPECT_TRUE(Lexicon::parse("[sentiment]\n'1' = ['a*']\n").has_error());
    EXPECT_TRUE(Lexicon::parse("[sentiment").has_error());
}

TEST(Lexicon, EveryLanguageHasBroadCoverage) {
    for (const std::string_view language : kLanguages) {
        const Lexicon& lexicon = lexicon_for(language);
        EXPECT_GE(lexicon.size(Category::sentiment), 250u) << language;
        for (const Category category :
             {Category::negator, Category::intensifier, Category::contrast, Category::complaint,
              Category::question, Category::praise, Category::spam, Category::urgent, Category::legal,
              Category::safety, Category::own, Category::common}) {
            EXPECT_GE(lexicon.size(category), 5u) << language << " " << to_string(category);
        }
    }
    EXPECT_GE(lexicon_for("it").size(Category::sentiment), 50u);
}

}  // namespace
}  // namespace guichet::routing
