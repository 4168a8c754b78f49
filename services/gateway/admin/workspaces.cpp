// WhoAmI, workspaces, teams.
#include "services/gateway/admin/admin.hpp"
#include "services/gateway/admin/checks.hpp"

namespace guichet::gateway {
namespace {

// Administrators of this one see and make the others.
constexpr char kFirstWorkspace[] = "main";

Status check_workspace(const v1::Workspace& workspace) {
    if (auto bad = check_id("workspace.id", workspace.id()); !bad.ok()) return bad;
    if (workspace.id().find(':') != std::string::npos || workspace.id() == access::kSystemWorkspace) {
        return invalid("workspace.id", "this cannot be the id of a workspace: " + workspace.id());
    }
    if (auto bad = check_name("workspace.name", workspace.name()); !bad.ok()) return bad;
    return check_language("workspace.default_language", workspace.default_language());
}

}  // namespace

Admin::Answer<v1::WhoAmIResponse> Admin::who_am_i(Call call, v1::WhoAmIRequest) {
    v1::WhoAmIResponse response;
    response.set_workspace(call.caller.workspace.str());
    auto record = co_await context_.catalog.agent(call.caller.workspace, AgentId(call.caller.actor));
    if (!record) co_return record.error();
    if (*record) *response.mutable_agent() = (*record)->agent();
    response.mutable_agent()->set_id(call.caller.actor);
    for (const auto& grant : call.caller.grants) rpc::to_proto(grant, *response.add_grants());
    co_return response;
}

Admin::Answer<v1::ListWorkspacesResponse> Admin::list_workspaces(Call call,
                                                                 v1::ListWorkspacesRequest request) {
    std::vector<WorkspaceId> ids{call.caller.workspace};
    if (call.caller.workspace.str() == kFirstWorkspace && call.scope.everything()) {
        auto all = co_await context_.store.workspaces();
        if (!all) co_return all.error();
        ids = std::move(*all);
    }
    auto page = page_of(std::move(ids), request.page_size(), request.cursor(),
                        [](const WorkspaceId& id) { return id.str(); });
    if (!page) co_return page.error();
    v1::ListWorkspacesResponse response;
    for (const auto& id : page->items) {
        auto document = co_await context_.store.document(id, access::kWorkspace, id.str());
        if (!document) co_return document.error();
        auto* workspace = response.add_workspaces();
        if (*document && workspace->ParseFromString((*document)->bytes))
            workspace->set_version((*document)->version);
        workspace->set_id(id.str());
    }
    response.set_next_cursor(page->next);
    co_return response;
}

Admin::Answer<v1::PutWorkspaceResponse> Admin::put_workspace(Call call, v1::PutWorkspaceRequest request) {
    auto& workspace = *request.mutable_workspace();
    if (auto bad = check_workspace(workspace); !bad.ok()) co_return bad;
    if (!call.scope.everything()) co_return denied("this takes an administrator of the whole workspace");
    const bool own = workspace.id() == call.caller.workspace.str();
    if (!own && call.caller.workspace.str() != kFirstWorkspace) {
        co_return denied("only administrators of the workspace main may make or change others");
    }
    v1::PutWorkspaceResponse response;
    if (workspace.version() == 0 && !own) {
        auto created = co_await create_workspace(std::move(call), std::move(workspace));
        if (!created) co_return created.error();
        *response.mutable_workspace() = std::move(*created);
        co_return response;
    }
    auto by = service::by(call);
    by.workspace = WorkspaceId(workspace.id());
    auto version = co_await put(by, access::kWorkspace, workspace.id(), workspace.version(),
                                workspace.SerializeAsString());
    if (!version) co_return version.error();
    workspace.set_version(*version);
    *response.mutable_workspace() = std::move(workspace);
    co_return response;
}

// Whoever makes a workspace is its first administrator, with the same name and password: otherwise nobody
// could sign in there.
Admin::Answer<v1::Workspace> Admin::create_workspace(Call call, v1::Workspace workspace) {
    const WorkspaceId id(workspace.id());
    auto creator = co_await agent_now(call.caller.workspace, call.caller.actor);
    if (!creator) co_return creator.error();
    if (!*creator) co_return denied("a workspace is made by a person, who becomes its administrator");
    auto created = co_await context_.store.create_workspace(id);
    if (!created) co_return created.error();

    auto by = service::by(call);
    by.workspace = id;
    auto version = co_await put(by, access::kWorkspace, workspace.id(), 0, workspace.SerializeAsString());
    if (!version) co_return version.error();
    // After the workspace's own document: a repetition of this request comes by here again and fills in what
    // is missing, somebody else's creation was refused above.
    by.request.clear();
    records::v1::AgentRecord admin;
    admin.set_password((*creator)->password());
    admin.mutable_agent()->set_id((*creator)->agent().id());
    admin.mutable_agent()->set_name((*creator)->agent().name());
    admin.mutable_agent()->set_email((*creator)->agent().email());
    admin.mutable_agent()->add_grants()->set_role(v1::ROLE_ADMIN);
    auto made = co_await put(by, access::kAgent, admin.agent().id(), 0, admin.SerializeAsString());
    if (!made && made.error().code != Code::already_exists) co_return made.error();
    workspace.set_version(*version);
    co_return workspace;
}

Admin::Answer<v1::ListTeamsResponse> Admin::list_teams(Call call, v1::ListTeamsRequest request) {
    auto teams = co_await context_.catalog.teams(call.caller.workspace);
    if (!teams) co_return teams.error();
    auto page = page_of(std::move(*teams), request.page_size(), request.cursor(),
                        [](const v1::Team& team) { return team.id(); });
    if (!page) co_return page.error();
    v1::ListTeamsResponse response;
    for (auto& team : page->items) *response.add_teams() = std::move(team);
    response.set_next_cursor(page->next);
    co_return response;
}

Admin::Answer<v1::PutTeamResponse> Admin::put_team(Call call, v1::PutTeamRequest request) {
    auto& team = *request.mutable_team();
    if (auto bad = check_id("team.id", team.id()); !bad.ok()) co_return bad;
    if (auto bad = check_name("team.name", team.name()); !bad.ok()) co_return bad;
    if (!call.scope.everything()) co_return denied("this takes an administrator of the whole workspace");
    auto by = service::by(call);
    auto version = co_await put(by, access::kTeam, team.id(), team.version(), team.SerializeAsString());
    if (!version) co_return version.error();
    team.set_version(*version);
    v1::PutTeamResponse response;
    *response.mutable_team() = std::move(team);
    co_return response;
}

}  // namespace guichet::gateway
