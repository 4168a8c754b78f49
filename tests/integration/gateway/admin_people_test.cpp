// AdminService: who there is and what he may.
#include "tests/integration/gateway/fixture.hpp"

namespace guichet::gateway {
namespace {

v1::PutAgentRequest agent(const std::string& id, v1::Role role = v1::ROLE_AGENT, std::int64_t version = 0) {
    v1::PutAgentRequest request;
    request.mutable_agent()->set_id(id);
    request.mutable_agent()->set_name("Name of " + id);
    request.mutable_agent()->set_version(version);
    if (role != v1::ROLE_UNSPECIFIED) request.mutable_agent()->add_grants()->set_role(role);
    return request;
}

class AdminPeople : public GatewayTest {
  protected:
    Result<v1::PutAgentResponse> put(const v1::PutAgentRequest& request, const std::string& credential = {}) {
        return call<v1::PutAgentResponse>(credential.empty() ? ada_ : credential, "PutAgent", request);
    }
    std::int64_t version_of(const std::string& id) {
        catalog_.forget();
        return (*run(catalog_.agent(kMain, AgentId(id))))->agent().version();
    }
};

TEST_F(AdminPeople, WhoAmITellsTheCallerHisRights) {
    auto me = call<v1::WhoAmIResponse>(bob_, "WhoAmI", v1::WhoAmIRequest());
    ASSERT_TRUE(me);
    EXPECT_EQ(me->workspace(), "main");
    EXPECT_EQ(me->agent().id(), "bob");
    EXPECT_EQ(me->agent().email(), "bob@brand.example");
    ASSERT_EQ(me->grants_size(), 1);
    EXPECT_EQ(me->grants(0).role(), v1::ROLE_AGENT);
    EXPECT_EQ(call<v1::WhoAmIResponse>("gt_nobody", "WhoAmI", v1::WhoAmIRequest()).error().code,
              Code::unauthenticated);
}

TEST_F(AdminPeople, AgentsAreMadeChangedAndListedByPages) {
    auto request = agent("claire");
    request.mutable_agent()->add_teams("care");
    request.mutable_agent()->add_languages("fr");
    auto made = put(request);
    ASSERT_TRUE(made);
    EXPECT_EQ(made->agent().version(), 1);
    request.mutable_agent()->set_version(1);
    request.mutable_agent()->set_capacity(3);
    EXPECT_EQ(put(request)->agent().version(), 2);
    EXPECT_EQ(put(request).error().reason, "stale_version");
    EXPECT_EQ(put(agent("claire")).error().code, Code::already_exists);

    v1::ListAgentsRequest page;
    page.set_page_size(3);
    auto first = call<v1::ListAgentsResponse>(ada_, "ListAgents", page);
    ASSERT_TRUE(first);
    ASSERT_EQ(first->agents_size(), 3);
    EXPECT_EQ(first->agents(2).id(), "claire");
    EXPECT_EQ(first->agents(2).capacity(), 3);
    page.set_cursor(first->next_cursor());
    auto second = call<v1::ListAgentsResponse>(ada_, "ListAgents", page);
    ASSERT_EQ(second->agents_size(), 1);
    EXPECT_EQ(second->agents(0).id(), "sue");
    EXPECT_EQ(second->next_cursor(), "");
}

TEST_F(AdminPeople, ColleaguesDoNotSeeAddressesAndRights) {
    auto all = call<v1::ListAgentsResponse>(bob_, "ListAgents", v1::ListAgentsRequest());
    ASSERT_TRUE(all);
    for (const auto& colleague : all->agents()) {
        EXPECT_EQ(colleague.email().empty(), colleague.id() != "bob") << colleague.id();
        EXPECT_EQ(colleague.grants().empty(), colleague.id() != "bob") << colleague.id();
    }
}

TEST_F(AdminPeople, ARepeatedRequestIsAnsweredAsTheFirst) {
    auto request = agent("claire");
    request.set_request_id("once");
    EXPECT_EQ(put(request)->agent().version(), 1);
    EXPECT_EQ(put(request)->agent().version(), 1);
    EXPECT_EQ(version_of("claire"), 1);
}

TEST_F(AdminPeople, SupervisorsDoNotPutAgents) {
    EXPECT_EQ(put(agent("claire"), sue_).error().code, Code::permission_denied);
    EXPECT_EQ(put(agent("claire"), bob_).error().code, Code::permission_denied);
}

TEST_F(AdminPeople, WhatIsWrongIsNamed) {
    auto bad_id = agent("two words");
    EXPECT_EQ(put(bad_id).error().field, "agent.id");
    auto bad_team = agent("claire");
    bad_team.mutable_agent()->add_teams("nowhere");
    EXPECT_EQ(put(bad_team).error().field, "agent.teams");
    auto same_address = agent("claire");
    same_address.mutable_agent()->set_email("BOB@brand.example");
    EXPECT_EQ(put(same_address).error().field, "agent.email");
    EXPECT_EQ(put(agent("claire", v1::ROLE_BOT)).error().field, "agent.grants.role");
    auto bot = agent("robo", v1::ROLE_BOT);
    bot.mutable_agent()->set_bot(true);
    EXPECT_TRUE(put(bot));
    auto no_persona = agent("claire");
    no_persona.mutable_agent()->set_persona("nobody");
    EXPECT_EQ(put(no_persona).error().field, "agent.persona");
}

TEST_F(AdminPeople, NobodyGivesOrSteersMoreThanHeMay) {
    put_agent("agency", v1::ROLE_ADMIN, {}, {"form"});
    const auto agency = token_of("agency");
    EXPECT_EQ(put(agent("claire", v1::ROLE_AGENT), agency).error().reason, "grants_exceeded");
    auto narrow = agent("claire", v1::ROLE_AGENT);
    narrow.mutable_agent()->mutable_grants(0)->add_channels("form");
    EXPECT_TRUE(put(narrow, agency));
    // Not the whole administrator's agent, nor a link by which to become him.
    auto weaker = agent("ada", v1::ROLE_UNSPECIFIED, version_of("ada"));
    EXPECT_EQ(put(weaker, agency).error().reason, "grants_exceeded");
    v1::CreateSignInLinkRequest link;
    link.set_agent("ada");
    EXPECT_EQ(call<v1::CreateSignInLinkResponse>(agency, "CreateSignInLink", link).error().reason,
              "grants_exceeded");
}

TEST_F(AdminPeople, TheLastAdministratorStays) {
    auto demoted = agent("ada", v1::ROLE_AGENT, version_of("ada"));
    EXPECT_EQ(put(demoted).error().reason, "last_admin");
    auto disabled = agent("ada", v1::ROLE_ADMIN, version_of("ada"));
    disabled.mutable_agent()->set_disabled(true);
    EXPECT_EQ(put(disabled).error().reason, "last_admin");
    ASSERT_TRUE(put(agent("eve", v1::ROLE_ADMIN)));
    EXPECT_TRUE(put(disabled));
    // At once, not when caches have forgotten him.
    EXPECT_EQ(put(agent("claire")).error().code, Code::unauthenticated);
}

TEST_F(AdminPeople, APasswordSurvivesAChangeOfItsAgent) {
    put_agent("dora", v1::ROLE_AGENT, "a long password");
    ASSERT_TRUE(put(agent("dora", v1::ROLE_AGENT, version_of("dora"))));
    EXPECT_FALSE(session_of("dora", "a long password").empty());
}

TEST_F(AdminPeople, LinksAreForPeopleOnly) {
    v1::CreateSignInLinkRequest request;
    request.set_agent("bob");
    auto link = call<v1::CreateSignInLinkResponse>(ada_, "CreateSignInLink", request);
    ASSERT_TRUE(link);
    EXPECT_TRUE(link->url().starts_with("https://care.example/sign-in#gl_")) << link->url();
    EXPECT_EQ(link->expires_at().seconds(), (clock_.now() + settings_.gateway.sign_in_link.count()) / 1000);
    EXPECT_EQ(call<v1::CreateSignInLinkResponse>(sue_, "CreateSignInLink", request).error().code,
              Code::permission_denied);
    request.set_agent("nobody");
    EXPECT_EQ(call<v1::CreateSignInLinkResponse>(ada_, "CreateSignInLink", request).error().code,
              Code::not_found);
}

TEST_F(AdminPeople, TeamsArePutAndListed) {
    v1::PutTeamRequest request;
    request.mutable_team()->set_id("press");
    request.mutable_team()->set_name("Press");
    EXPECT_EQ(call<v1::PutTeamResponse>(sue_, "PutTeam", request).error().code, Code::permission_denied);
    EXPECT_EQ(call<v1::PutTeamResponse>(ada_, "PutTeam", request)->team().version(), 1);
    auto teams = call<v1::ListTeamsResponse>(bob_, "ListTeams", v1::ListTeamsRequest());
    ASSERT_TRUE(teams);
    ASSERT_EQ(teams->teams_size(), 2);
    EXPECT_EQ(teams->teams(1).name(), "Press");
}

TEST_F(AdminPeople, AWorkspaceIsMadeWithItsAdministrator) {
    put_agent("ada", v1::ROLE_ADMIN, "a long password");
    v1::PutWorkspaceRequest request;
    request.mutable_workspace()->set_id("other");
    request.mutable_workspace()->set_name("Other brand");
    EXPECT_EQ(call<v1::PutWorkspaceResponse>(sue_, "PutWorkspace", request).error().code,
              Code::permission_denied);
    ASSERT_TRUE(call<v1::PutWorkspaceResponse>(ada_, "PutWorkspace", request));
    EXPECT_EQ(call<v1::PutWorkspaceResponse>(ada_, "PutWorkspace", request).error().code,
              Code::already_exists);
    auto all = call<v1::ListWorkspacesResponse>(ada_, "ListWorkspaces", v1::ListWorkspacesRequest());
    ASSERT_TRUE(all);
    ASSERT_EQ(all->workspaces_size(), 2);
    EXPECT_EQ(all->workspaces(1).name(), "Other brand");
    EXPECT_EQ(
        call<v1::ListWorkspacesResponse>(bob_, "ListWorkspaces", v1::ListWorkspacesRequest()).error().code,
        Code::permission_denied);

    const auto there =
        post_form("/sign-in", {{"agent", "ada"}, {"password", "a long password"}, {"workspace", "other"}})
            .cookie(kSessionCookie);
    ASSERT_FALSE(there.empty());
    // There he sees that one, and may not make more.
    auto own = call<v1::ListWorkspacesResponse>(there, "ListWorkspaces", v1::ListWorkspacesRequest());
    ASSERT_EQ(own->workspaces_size(), 1);
    request.mutable_workspace()->set_id("third");
    EXPECT_EQ(call<v1::PutWorkspaceResponse>(there, "PutWorkspace", request).error().code,
              Code::permission_denied);
}

}  // namespace
}  // namespace guichet::gateway
