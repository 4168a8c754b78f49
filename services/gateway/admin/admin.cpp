#include "services/gateway/admin/admin.hpp"

#include "services/gateway/admin/checks.hpp"

namespace guichet::gateway {

void Admin::register_rpcs(rpc::Dispatcher& dispatcher) {
    const auto bind = [this, &dispatcher](const char* name, auto method) {
        service::bind(dispatcher, std::string("guichet.v1.AdminService/") + name, *this, method);
    };
    bind("WhoAmI", &Admin::who_am_i);
    bind("ListWorkspaces", &Admin::list_workspaces);
    bind("PutWorkspace", &Admin::put_workspace);
    bind("ListTeams", &Admin::list_teams);
    bind("PutTeam", &Admin::put_team);
    bind("ListAgents", &Admin::list_agents);
    bind("PutAgent", &Admin::put_agent);
    bind("CreateSignInLink", &Admin::create_sign_in_link);
    bind("ListTokens", &Admin::list_tokens);
    bind("CreateToken", &Admin::create_token);
    bind("RevokeToken", &Admin::revoke_token);
    bind("ListChannels", &Admin::list_channels);
    bind("ConnectChannel", &Admin::connect_channel);
    bind("TestChannel", &Admin::test_channel);
    bind("PauseChannel", &Admin::pause_channel);
    bind("ListCannedReplies", &Admin::list_canned_replies);
    bind("PutCannedReply", &Admin::put_canned_reply);
    bind("ListPersonas", &Admin::list_personas);
    bind("PutPersona", &Admin::put_persona);
    bind("ListDeadLetters", &Admin::list_dead_letters);
    bind("GetDeadLetter", &Admin::get_dead_letter);
    bind("ReplayDeadLetter", &Admin::replay_dead_letter);
}

Admin::Answer<std::int64_t> Admin::put(store::By by, std::string kind, std::string id, std::int64_t version,
                                       std::string bytes) {
    auto written = co_await context_.store.put_document(std::move(by), std::move(kind), std::move(id),
                                                        version, std::move(bytes));
    context_.catalog.forget();
    co_return written;
}

Admin::Answer<std::optional<records::v1::AgentRecord>> Admin::agent_now(WorkspaceId workspace,
                                                                        std::string id) {
    context_.catalog.forget();
    return context_.catalog.agent(std::move(workspace), AgentId(std::move(id)));
}

Admin::Answer<access::ChannelPtr> Admin::channel_now(WorkspaceId workspace, std::string id) {
    context_.catalog.forget();
    return context_.catalog.channel(std::move(workspace), ChannelId(std::move(id)));
}

asio::awaitable<Status> Admin::check_team(WorkspaceId workspace, std::string field, std::string team) {
    if (team.empty()) co_return Status{};
    auto teams = co_await context_.catalog.teams(std::move(workspace));
    if (!teams) co_return teams.error();
    for (const auto& known : *teams) {
        if (known.id() == team) co_return Status{};
    }
    co_return invalid(field, "there is no team " + team + ": create it first");
}

void Admin::rights_changed() {
    if (authenticator_ != nullptr) authenticator_->invalidate_all();
}

std::string base_url(const config::Settings& settings) {
    if (!settings.server.public_url.empty()) {
        auto url = settings.server.public_url;
        while (url.ends_with('/')) url.pop_back();
        return url;
    }
    auto address = settings.http.address;
    for (const char* every : {"0.0.0.0:", "[::]:", ":"}) {
        if (!address.starts_with(every)) continue;
        address = "127.0.0.1:" + address.substr(std::string(every).size());
        break;
    }
    return (settings.http.tls_cert.empty() ? "http://" : "https://") + address;
}

}  // namespace guichet::gateway
