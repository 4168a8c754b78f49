#include "services/escalation/engine/public_words.hpp"

#include <gtest/gtest.h>

namespace guichet::escalation {
namespace {

// "kind:words that are meant" of each problem, joined by "|".
std::string shown(std::string_view text, const CaseFacts& facts = {}) {
    std::string out;
    for (const Problem& problem : check_public(text, facts)) {
        if (!out.empty()) out += "|";
        out += std::string(to_string(problem.kind)) + ":";
        out += text.substr(problem.begin, problem.end - problem.begin);
    }
    return out;
}

CaseFacts anna() {
    CaseFacts facts;
    facts.names = {"Anna van der Pëeters"};
    facts.mails = {"anna.p@mail.example"};
    facts.phones = {"+32 475 12 34 56"};
    return facts;
}

TEST(CheckPublic, WantsText) {
    for (const char* text : {"", "  \n", "\u00A0\u200B", "\uFEFF"}) EXPECT_EQ(shown(text), "empty:") << text;
    CaseFacts facts;
    facts.max_length = 3;
    EXPECT_EQ(shown("été", facts), "");
    EXPECT_EQ(shown("étés", facts), "too_long:");
    EXPECT_EQ(check_public("étés", facts)[0].words, "shorten it: it has 4 characters, 3 are allowed");
    EXPECT_EQ(shown("🙂"), "");
}

TEST(CheckPublic, RefusesPersonalDataOfAnybody) {
    EXPECT_EQ(shown("Appelez le 0475 99 88 77"), "personal_data:0475 99 88 77");
    EXPECT_EQ(shown("a@b.be, BE68 5390 0754 7034"), "personal_data:a@b.be|personal_data:BE68 5390 0754 7034");
    EXPECT_EQ(check_public("Appelez le 0475 99 88 77", {})[0].words,
              "take out the telephone number •••• 77: everybody can read this");
}

TEST(CheckPublic, AllowsTheBrandsOwn) {
    CaseFacts facts;
    facts.own = {"help@brand.example", "+32 2 123 45 67"};
    EXPECT_EQ(shown("Help@brand.example ou 02 123 45 67", facts), "");
    EXPECT_EQ(shown("helper@brand.example", facts), "personal_data:helper@brand.example");
    EXPECT_EQ(shown("02 123 45 68", facts), "personal_data:02 123 45 68");
}

TEST(CheckPublic, KnowsThePersonHoweverWritten) {
    EXPECT_EQ(shown("Bonjour ANNA", anna()), "name:ANNA");
    EXPECT_EQ(shown("Mevrouw Peeters, Peeters", anna()), "name:Peeters");
    EXPECT_EQ(shown("de baas van de winkel", anna()), "");
    EXPECT_EQ(shown("Annabel", anna()), "");
    EXPECT_EQ(shown("475*12*34*56", anna()), "personal_data:75*12*34*56");
    EXPECT_EQ(shown("4 7 5 1 2 3 4 5 6", anna()), "personal_data:7 5 1 2 3 4 5 6");
    EXPECT_EQ(shown("12 34 56", anna()), "");
    EXPECT_EQ(shown("ANNA.P@mail.example", anna()), "personal_data:ANNA.P@mail.example|name:ANNA");
    auto facts = anna();
    facts.public_name = "Anna P.";
    EXPECT_EQ(shown("Bonjour Anna", facts), "");
    EXPECT_EQ(shown("Bonjour Anna Peeters", facts), "name:Peeters");
    facts.names = {"王 小明"};
    EXPECT_EQ(shown("小明 hello", facts), "name:小明");
}

TEST(CheckPublic, DoesNotNameTheDispute) {
    CaseFacts facts;
    facts.terms = {"remboursement", "carte bloquée", "terugbetaling", "Rechnung", "refund", "PIN"};
    EXPECT_EQ(shown("Votre remboursement", facts), "dispute:remboursement");
    EXPECT_EQ(shown("Vous serez REMBOURSÉE demain", facts), "dispute:REMBOURSÉE");
    EXPECT_EQ(shown("la carte\u00A0bloquee", facts), "dispute:carte\u00A0bloquee");
    EXPECT_EQ(shown("la carte de visite", facts), "");
    EXPECT_EQ(shown("de betaling en uw terugbetalingen", facts), "dispute:betaling");
    EXPECT_EQ(shown("Ihre Rechnungen", facts), "dispute:Rechnungen");
    EXPECT_EQ(shown("it was refunded, refunds come", facts), "dispute:refunded");
    EXPECT_EQ(shown("pin", facts), "dispute:pin");
    EXPECT_EQ(shown("opinion, pine", facts), "");
    EXPECT_EQ(check_public("Votre remboursement", facts)[0].words,
              "do not say what the matter is: take out \"remboursement\"");
}

TEST(CheckPublic, LooksNotIntoTheLink) {
    auto facts = anna();
    facts.terms = {"refund"};
    facts.link = "https://brand.example/p/anna-refund-0475123456";
    EXPECT_EQ(shown("Ici : " + facts.link + " merci", facts), "");
    EXPECT_EQ(shown(facts.link + " refund", facts), "dispute:refund");
    EXPECT_EQ(shown("https://brand.example/refund", facts), "dispute:refund");
}

TEST(CheckPublic, IsBounded) {
    CaseFacts facts;
    std::string text;
    for (int i = 0; i < 200; ++i) text += "user" + std::to_string(i) + "@mail.example ";
    facts.max_length = 100'000;
    EXPECT_EQ(check_public(text, facts).size(), kMostProblems);
    for (int i = 0; i < 500; ++i) facts.terms.push_back("word" + std::to_string(1000 + i));
    EXPECT_EQ(shown("word1499", facts), "");
    check_public(std::string(1 << 20, '1'), facts);
    check_public("\xFF\xC3 \xE2", facts);
}

TEST(SameWord, FormsOfOneWord) {
    const std::pair<const char*, const char*> same[] = {
        {"remboursement", "rembourser"}, {"facture", "facturation"},
        {"Facture", "FACTURES"},         {"bloqué", "bloquée"},
        {"refund", "refunding"},         {"betaling", "betalingen"},
        {"Rechnung", "Rechnungen"},      {"Kündigung", "kundigungen"},
        {"terugbetaling", "betaling"},   {"Kreditkartenabrechnung", "Abrechnung"},
        {"retard", "retards"},           {"PIN", "pin"}};
    for (const auto& [a, b] : same) {
        EXPECT_TRUE(same_word(a, b)) << a << " " << b;
        EXPECT_TRUE(same_word(b, a)) << a << " " << b;
    }
    const std::pair<const char*, const char*> other[] = {
        {"server", "servant"},  {"order", "border"},  {"pin", "pine"}, {"compte", "comment"},
        {"post", "poster­ity"}, {"parti", "partout"}, {"", "s"},       {"abc", "abcs"}};
    for (const auto& [a, b] : other) EXPECT_FALSE(same_word(a, b)) << a << " " << b;
}

TEST(DisputeTerms, KeepWhatTellsOfTheMatter) {
    EXPECT_EQ(dispute_terms({"Ma carte est bloquée depuis lundi", "remboursement"}),
              (std::vector<std::string>{"carte", "bloquee", "lundi", "remboursement"}));
    EXPECT_EQ(dispute_terms({"Question about my message", "Vraag", "Frage zu meiner Nachricht"}),
              std::vector<std::string>{});
    std::string many;
    for (int i = 0; i < 200; ++i) many += "word" + std::to_string(i) + " ";
    EXPECT_EQ(dispute_terms({many}).size(), kMostTerms);
}

TEST(Suggest, PassesItsOwnCheck) {
    CaseFacts facts = anna();
    facts.link = "https://brand.example/p/abc";
    facts.terms =
        dispute_terms({"Message privé sans réponse: remboursement", "Private message about a late answer",
                       "Privébericht, betaling en antwoord", "Nachricht zu Rechnung, privat"});
    facts.max_length = 280;
    for (const char* language : {"fr", "nl-BE", "en", "de_DE", "xx", ""}) {
        auto text = suggest_invitation(language, true, "Léa");
        const auto at = text.find(kLinkVariable);
        ASSERT_NE(at, std::string::npos);
        text.replace(at, kLinkVariable.size(), facts.link);
        EXPECT_TRUE(text.ends_with("\nLéa"));
        EXPECT_EQ(shown(text, facts), "") << text;
        EXPECT_EQ(suggest_invitation(language, false, "").find("{{"), std::string::npos);
        EXPECT_EQ(shown(suggest_invitation(language, false, ""), facts), "");
        EXPECT_EQ(shown(suggest_closing(language), facts), "");
    }
    EXPECT_NE(suggest_closing("fr-BE"), suggest_closing("en"));
    EXPECT_EQ(suggest_closing("xx"), suggest_closing("en"));
}

}  // namespace
}  // namespace guichet::escalation
