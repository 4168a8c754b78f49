// The commands that say who is who, and how a call went: what they take and what they show.
#include <gtest/gtest.h>

#include "common/store/records.hpp"
#include "services/guichet/cli/commands.hpp"
#include "services/guichet/cli/print.hpp"

namespace guichet::cli {
namespace {

struct Line {
    Line() { add_commands(app, code); }
    CLI::App app;
    int code = -1;
};

TEST(CliPeople, WhatIsMissingOrUnknownIsRefusedBeforeAnythingIsCalled) {
    for (const char* text :
         {"contact", "merge K1", "undo-merge", "split K1", "split K1 page", "split K1 /x", "called C1",
          "called C1 --outcome maybe", "escalate C1 --wanted-from tomorrow"}) {
        Line line;
        EXPECT_THROW(line.app.parse(text, false), CLI::ParseError) << text;
        EXPECT_EQ(line.code, -1) << text;
    }
}

TEST(CliPeople, AContactShowsItsAccountsAndWhatWasJoined) {
    v1::GetContactResponse response;
    auto* contact = response.mutable_contact();
    contact->set_id("K1");
    contact->set_name("Anna\x1b[2J");
    auto* identity = contact->add_identities();
    identity->set_channel("page");
    identity->set_external_id("123");
    identity->set_email("anna@example.org");
    auto* merged = contact->add_merged();
    merged->set_contact("K2");
    merged->set_actor("bob");
    merged->set_reason("the same order");
    contact->add_merged()->set_proven(true);
    auto* suggestion = response.add_suggestions();
    suggestion->mutable_contact()->set_id("K9");
    suggestion->set_score(0.755);
    auto* reason = suggestion->add_reasons();
    reason->set_rule("mail");
    reason->set_weight(0.9);
    reason = suggestion->add_reasons();
    reason->set_rule("other_name");
    reason->set_weight(-0.2);
    const auto text = contact_text(response.contact()) + suggestions_text(response);
    for (const char* part :
         {"contact K1  Anna [2J", "known as page/123  anna@example.org", "joined K2", "by bob",
          "the same order", "proven", "likely the same: K9", "76 %", "same mail", "but other_name"}) {
        EXPECT_NE(text.find(part), std::string::npos) << part << "\n" << text;
    }
    EXPECT_EQ(contact_text({}), "");
}

TEST(CliPeople, ACallToMakeStandsAboveTheMessages) {
    v1::Conversation c;
    c.mutable_call_back()->set_number("+32470123456");
    c.mutable_call_back()->set_wanted("after six");
    c.mutable_call_back()->set_consent_by("bob");
    const auto text = conversation_text(c, {}, 0);
    for (const char* part : {"call +32470123456", "\"after six\"", "recorded by bob"}) {
        EXPECT_NE(text.find(part), std::string::npos) << part << "\n" << text;
    }
}

}  // namespace
}  // namespace guichet::cli
