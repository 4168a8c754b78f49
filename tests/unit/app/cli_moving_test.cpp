// The commands that move a conversation from public to private: what they take and what they show.
#include <gtest/gtest.h>

#include "common/store/records.hpp"
#include "services/guichet/cli/commands.hpp"
#include "services/guichet/cli/completion.hpp"
#include "services/guichet/cli/print.hpp"

namespace guichet::cli {
namespace {

constexpr TimeMs kNow = 1'700'000'000'000;

struct Program {
    Program() { add_commands(app, code); }
    CLI::App app;
    int code = -1;
};

TEST(CliMoving, WhatIsMissingOrUnknownIsRefusedBeforeAnythingIsCalled) {
    for (const char* line : {"routes", "escalate", "decline", "close-in-public", "escalate C1 --route",
                             "escalate C1 --channel x", "close-in-public E1 text more", "verify C1"}) {
        Program program;
        EXPECT_THROW(program.app.parse(line, false), CLI::ParseError) << line;
        EXPECT_EQ(program.code, -1) << line;
    }
}

TEST(CliMoving, CompletionKnowsTheCommandsAndTheirOptions) {
    Program program;
    const auto script = bash_completion(program.app);
    for (const char* word : {"routes", "escalate", "decline", "close-in-public", "verify", "--route",
                             "--public", "--private", "--reason"}) {
        EXPECT_NE(script.find(word), std::string::npos) << word;
    }
}

TEST(CliMoving, HelpSaysWhatTheCommandDoes) {
    Program program;
    const auto help = program.app.get_subcommand("escalate")->help();
    EXPECT_NE(help.find("{{link}}"), std::string::npos);
    EXPECT_NE(help.find("--json"), std::string::npos);
}

TEST(CliMoving, RoutesAreATableThatSaysWhyOneIsClosed) {
    v1::ListRoutesResponse routes;
    auto* open = routes.add_routes();
    open->set_id("page:private_reply");
    open->set_kind(v1::ROUTE_KIND_PRIVATE_REPLY);
    open->set_single_use(true);
    store::set_time(open->mutable_expires_at(), kNow + 3 * 3'600'000);
    auto* closed = routes.add_routes();
    closed->set_id("page:direct");
    closed->set_kind(v1::ROUTE_KIND_DIRECT_MESSAGE);
    closed->set_closed("he has not written\x1b[2J");
    routes.set_invitation("Write to us: {{link}}");
    const auto text = routes_text(routes, kNow);
    EXPECT_NE(text.find("private reply"), std::string::npos) << text;
    EXPECT_NE(text.find("in 3 h"), std::string::npos) << text;
    EXPECT_NE(text.find("he has not written [2J"), std::string::npos) << "no escape reaches a terminal";
    EXPECT_NE(text.find("Write to us: {{link}}"), std::string::npos);
    EXPECT_EQ(routes_text({}, kNow), "No private ways.\n");
}

TEST(CliMoving, ACaseShowsItsStateItsProofAndItsReasons) {
    v1::Escalation e;
    e.set_id("E1");
    e.set_state(v1::ESCALATION_STATE_OFFERED);
    e.set_private_conversation("P1");
    e.set_identity(v1::IDENTITY_PROOF_ACCOUNT_PROVEN);
    e.mutable_route()->set_id("page:direct");
    e.add_chain("private_link");
    auto* reason = e.add_reasons();
    reason->set_text("complaint, 3 h ago, unanswered");
    reason->set_rule("C1#2");
    reason->set_weight(1.26);
    const auto text = case_text(e, kNow);
    for (const char* part : {"case E1  offered  by page:direct", "P1  identity account proven",
                             "then private_link", "(C1#2, 1.2)"}) {
        EXPECT_NE(text.find(part), std::string::npos) << part << "\n" << text;
    }
}

TEST(CliMoving, ShowTellsTheOtherSideAndWhatElseIsOpen) {
    v1::GetConversationResponse view;
    view.mutable_conversation()->set_escalation("E1");
    view.mutable_counterpart()->set_id("P1");
    view.mutable_counterpart()->set_visibility(v1::VISIBILITY_PRIVATE);
    view.add_counterpart_messages()->set_text("here I am");
    view.mutable_counterpart()->set_identity(v1::IDENTITY_PROOF_ACCOUNT_PROVEN);
    auto* claimant = view.add_claimants();
    claimant->set_id("V1");
    claimant->set_identity(v1::IDENTITY_PROOF_CLAIMED);
    auto* other = view.add_others();
    other->set_id("C9");
    other->set_owner("eve");
    const auto text = around_text(view, kNow);
    for (const char* part :
         {"case E1", "the private side:  identity account proven", "here I am",
          "on the page of the public link: V1", "identity claimed", "C9", "owned by eve"}) {
        EXPECT_NE(text.find(part), std::string::npos) << part << "\n" << text;
    }
    EXPECT_EQ(around_text({}, kNow), "");
}

TEST(CliMoving, WhoWasVerifiedIsToldWithTheCase) {
    v1::VerifyIdentityResponse verified;
    verified.mutable_conversation()->set_id("V1");
    verified.mutable_conversation()->set_identity(v1::IDENTITY_PROOF_BRAND_VERIFIED);
    EXPECT_EQ(verified_text(verified, kNow), "conversation V1  identity brand verified\n");
    verified.mutable_escalation()->set_id("E1");
    verified.mutable_escalation()->set_state(v1::ESCALATION_STATE_ACCEPTED);
    EXPECT_NE(verified_text(verified, kNow).find("case E1  accepted"), std::string::npos);
}

}  // namespace
}  // namespace guichet::cli
