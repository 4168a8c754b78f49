#pragma once
// AdminService: workspaces, people, tokens, channels, texts, dead letters. One member coroutine for each RPC;
// they are defined by subject in the files beside this one.
#include "common/channels/connector.hpp"
#include "common/rpc/authenticator.hpp"
#include "common/rpc/dispatcher.hpp"
#include "common/service/bind.hpp"
#include "common/service/context.hpp"

namespace guichet::gateway {

namespace asio = boost::asio;

class Admin {
  public:
    // `authenticator`: told when a right is taken away; may be null.
    Admin(service::Context& context, const channels::Registry& connectors,
          rpc::CachingAuthenticator* authenticator)
        : context_(context), connectors_(connectors), authenticator_(authenticator) {}

    void register_rpcs(rpc::Dispatcher& dispatcher);

    template <class T>
    using Answer = asio::awaitable<Result<T>>;
    using Call = rpc::CallContext;

    Answer<v1::WhoAmIResponse> who_am_i(Call call, v1::WhoAmIRequest request);
    Answer<v1::ListWorkspacesResponse> list_workspaces(Call call, v1::ListWorkspacesRequest request);
    Answer<v1::PutWorkspaceResponse> put_workspace(Call call, v1::PutWorkspaceRequest request);
    Answer<v1::ListTeamsResponse> list_teams(Call call, v1::ListTeamsRequest request);
    Answer<v1::PutTeamResponse> put_team(Call call, v1::PutTeamRequest request);

    Answer<v1::ListAgentsResponse> list_agents(Call call, v1::ListAgentsRequest request);
    Answer<v1::PutAgentResponse> put_agent(Call call, v1::PutAgentRequest request);
    Answer<v1::CreateSignInLinkResponse> create_sign_in_link(Call call, v1::CreateSignInLinkRequest request);

    Answer<v1::ListTokensResponse> list_tokens(Call call, v1::ListTokensRequest request);
    Answer<v1::CreateTokenResponse> create_token(Call call, v1::CreateTokenRequest request);
    Answer<v1::RevokeTokenResponse> revoke_token(Call call, v1::RevokeTokenRequest request);

    Answer<v1::ListChannelsResponse> list_channels(Call call, v1::ListChannelsRequest request);
    Answer<v1::ConnectChannelResponse> connect_channel(Call call, v1::ConnectChannelRequest request);
    Answer<v1::TestChannelResponse> test_channel(Call call, v1::TestChannelRequest request);
    Answer<v1::PauseChannelResponse> pause_channel(Call call, v1::PauseChannelRequest request);

    Answer<v1::ListCannedRepliesResponse> list_canned_replies(Call call,
                                                              v1::ListCannedRepliesRequest request);
    Answer<v1::PutCannedReplyResponse> put_canned_reply(Call call, v1::PutCannedReplyRequest request);
    Answer<v1::ListPersonasResponse> list_personas(Call call, v1::ListPersonasRequest request);
    Answer<v1::PutPersonaResponse> put_persona(Call call, v1::PutPersonaRequest request);

    Answer<v1::ListDeadLettersResponse> list_dead_letters(Call call, v1::ListDeadLettersRequest request);
    Answer<v1::GetDeadLetterResponse> get_dead_letter(Call call, v1::GetDeadLetterRequest request);
    Answer<v1::ReplayDeadLetterResponse> replay_dead_letter(Call call, v1::ReplayDeadLetterRequest request);

  private:
    // Writes a document and forgets what was read before. Returns its new version.
    Answer<std::int64_t> put(store::By by, std::string kind, std::string id, std::int64_t version,
                             std::string bytes);
    // The document as it is now, past the cache.
    Answer<std::optional<records::v1::AgentRecord>> agent_now(WorkspaceId workspace, std::string id);
    Answer<access::ChannelPtr> channel_now(WorkspaceId workspace, std::string id);
    // INVALID_ARGUMENT when there is no such team; "" is fine.
    asio::awaitable<Status> check_team(WorkspaceId workspace, std::string field, std::string team);
    asio::awaitable<Status> check_agent(WorkspaceId workspace, v1::Agent agent);
    asio::awaitable<Status> keeps_an_admin(WorkspaceId workspace, v1::Agent agent);
    Answer<v1::Workspace> create_workspace(Call call, v1::Workspace workspace);
    void rights_changed();

    service::Context& context_;
    const channels::Registry& connectors_;
    rpc::CachingAuthenticator* authenticator_;
};

// Where people reach this installation: server.public_url, else the address that it listens on.
std::string base_url(const config::Settings& settings);

}  // namespace guichet::gateway
