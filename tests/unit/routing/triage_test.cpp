#include "services/routing/engine/triage.hpp"

#include <algorithm>

#include <gtest/gtest.h>

namespace guichet::routing {
namespace {

bool has_reason(const Triage& t, std::string_view kind, std::string_view rule) {
    return std::any_of(t.reasons.begin(), t.reasons.end(),
                       [&](const Reason& r) { return r.kind == kind && r.rule == rule; });
}

TriageInput message(std::string text) {
    TriageInput input;
    input.text = std::move(text);
    return input;
}

TEST(Triage, EveryDecisionHasAReason) {
    for (const char* text :
         {"", "ok", "Quels sont vos horaires ?", "C'est une honte, remboursez-moi",
          "Thank you so much, great team", "Gagnez 500€ par jour, cliquez ici http://x.example"}) {
        const Triage t = triage(message(text));
        for (const char* kind : {"language", "intent", "priority"}) {
            EXPECT_TRUE(std::any_of(t.reasons.begin(), t.reasons.end(),
                                    [&](const Reason& r) { return r.kind == kind; }))
                << kind << ": " << text;
        }
        if (t.sentiment.label != SentimentLabel::neutral) {
            EXPECT_FALSE(t.sentiment.reasons.empty()) << text;
        }
    }
}

TEST(Triage, PriorityFollowsItsTable) {
    EXPECT_EQ(triage(message("Merci beaucoup, équipe formidable")).priority, Priority::low);
    EXPECT_EQ(triage(message("Quels sont vos horaires d'ouverture ?")).priority, Priority::normal);
    EXPECT_EQ(triage(message("Bonjour, je n'ai pas reçu ma commande")).priority, Priority::normal);
    EXPECT_EQ(triage(message("Honteux, bande de voleurs, arnaque totale")).priority, Priority::high);
    EXPECT_EQ(triage(message("Honteux, bande de voleurs, mon avocat vous écrira")).priority,
              Priority::urgent);
    EXPECT_EQ(triage(message("Ma carte volée a servi, bloquer ma carte svp")).priority, Priority::urgent);
    EXPECT_EQ(triage(message("Gagnez 500€ par jour, urgent, cliquez ici http://x.example")).priority,
              Priority::low);
}

TEST(Triage, WhatIsKnownOfTheAuthorRaisesPriority) {
    TriageInput input = message("Bonjour, je n'ai pas reçu ma commande et je suis déçu");
    const double alone = triage(input).priority_points;
    input.visibility = Visibility::public_channel;
    const double in_public = triage(input).priority_points;
    EXPECT_EQ(in_public, alone + 1);
    input.followers = 250'000;
    EXPECT_EQ(triage(input).priority_points, in_public + 2);
    input.recent_negatives = 4;
    input.previous_sentiment = SentimentLabel::negative;
    input.form = FormHints{false, true, true, "fr"};
    input.age_ms = 25LL * 3600 * 1000;
    const Triage all = triage(input);
    EXPECT_EQ(all.priority_points, in_public + 7);
    EXPECT_EQ(all.priority, Priority::urgent);
    EXPECT_TRUE(has_reason(all, "priority", "names a relationship manager"));
    EXPECT_TRUE(has_reason(all, "priority", "repeatedly negative of late"));
}

TEST(Triage, AQuestionAboutALawyerIsNoThreat) {
    const Triage t = triage(message("Ai-je droit à un avocat avec votre assurance ?"));
    EXPECT_EQ(t.intent.intent, Intent::question);
    EXPECT_EQ(t.priority, Priority::normal);
}

TEST(Triage, ReadsTheSubject) {
    TriageInput input = message("Dossier 4711");
    input.subject = "Réclamation : facture erronée";
    EXPECT_EQ(triage(input).intent.intent, Intent::complaint);
}

TEST(Triage, UsesTheThreadAndTheFormForShortTexts) {
    TriageInput input = message("ok");
    input.thread_language = "nl";
    EXPECT_EQ(triage(input).language.code, "nl");
    input.thread_language.clear();
    input.form = FormHints{true, false, false, "de"};
    const Triage t = triage(input);
    EXPECT_EQ(t.language.code, "de");
    EXPECT_EQ(t.intent.intent, Intent::complaint);
}

TEST(Triage, OtherLanguagesAreJudgedByEmojiAlone) {
    const Triage t = triage(message("Buongiorno, il mio pacco non è ancora arrivato dopo due settimane 😡"));
    EXPECT_EQ(t.language.code, "it");
    EXPECT_EQ(t.sentiment.label, SentimentLabel::negative);
    EXPECT_EQ(t.intent.intent, Intent::complaint);
}

TEST(Triage, IsDeterministic) {
    const TriageInput input = message("Je ne suis pas content, où est mon colis ?? 😡 https://a.example");
    const Triage a = triage(input);
    const Triage b = triage(input);
    ASSERT_EQ(a.reasons.size(), b.reasons.size());
    for (std::size_t i = 0; i < a.reasons.size(); ++i) {
        EXPECT_EQ(a.reasons[i].text, b.reasons[i].text);
        EXPECT_EQ(a.reasons[i].weight, b.reasons[i].weight);
    }
}

}  // namespace
}  // namespace guichet::routing
