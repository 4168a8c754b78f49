#include "services/demo/show/desk.hpp"

#include "common/core/random.hpp"

namespace guichet::demo {
namespace {

constexpr int kCapacity = 1000;
constexpr int kPage = 200;
constexpr int kMessages = 100;

}  // namespace

Desk::Desk(const std::string& grpc_address, const std::string& token) {
    rpc::ChannelOptions options;
    options.address = grpc_address;
    client_ = std::make_unique<rpc::SyncClient>(options, token);
}

std::string Desk::request_id() {
    SystemRandom random;
    return "demo-" + random.token(12);
}

std::vector<v1::Conversation> Desk::conversations(const std::string& channel) {
    std::vector<v1::Conversation> found;
    v1::ListConversationsRequest request;
    request.mutable_filter()->add_channels(channel);
    request.set_page_size(kPage);
    do {
        auto page = must<v1::ListConversationsResponse>("InboxService/ListConversations", request);
        for (auto& one : *page.mutable_conversations()) found.push_back(std::move(one));
        request.set_cursor(page.next_cursor());
    } while (!request.cursor().empty());
    return found;
}

v1::GetConversationResponse Desk::look(const std::string& conversation) {
    v1::GetConversationRequest request;
    request.set_conversation(conversation);
    request.set_message_limit(kMessages);
    return must<v1::GetConversationResponse>("InboxService/GetConversation", request);
}

Result<v1::ClaimResponse> Desk::claim(const std::string& conversation) {
    v1::ClaimRequest request;
    request.set_request_id(request_id());
    request.set_conversation(conversation);
    return call<v1::ClaimResponse>("RoutingService/Claim", request);
}

v1::Delivery Desk::send(const std::string& conversation, const std::string& text, int undo_seconds) {
    const auto now = look(conversation).conversation();
    v1::SendRequest request;
    request.set_request_id(request_id());
    request.set_conversation(conversation);
    request.set_epoch(now.epoch());
    request.set_inbound_seq(now.inbound_seq());
    request.set_text(text);
    request.mutable_undo_window()->set_seconds(undo_seconds);
    request.set_after(v1::AFTER_SEND_KEEP);
    return must<v1::SendResponse>("ReplyService/Send", request).delivery();
}

v1::ListRoutesResponse Desk::routes(const std::string& conversation) {
    v1::ListRoutesRequest request;
    request.set_conversation(conversation);
    return must<v1::ListRoutesResponse>("EscalationService/ListRoutes", request);
}

std::string hire(Desk& admin, const std::string& id, const std::string& name, v1::Role role) {
    v1::PutAgentRequest put;
    put.set_request_id(Desk::request_id());
    auto* agent = put.mutable_agent();
    agent->set_id(id);
    agent->set_name(name);
    agent->set_capacity(kCapacity);
    agent->set_bot(role == v1::ROLE_BOT);
    agent->add_grants()->set_role(role);
    admin.must<v1::PutAgentResponse>("AdminService/PutAgent", put);
    v1::CreateTokenRequest create;
    create.set_request_id(Desk::request_id());
    create.set_name(name + " in the demonstration");
    create.set_agent(id);
    return admin.must<v1::CreateTokenResponse>("AdminService/CreateToken", create).secret();
}

}  // namespace guichet::demo
