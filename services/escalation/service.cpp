#include "services/escalation/service.hpp"

#include "common/service/bind.hpp"

namespace guichet::escalation {
namespace {

Status not_yet() {
    return make_status(Code::unimplemented,
                       "this release does not move conversations to a private channel by itself: answer the "
                       "customer, or hand the conversation to a colleague",
                       "no_routes");
}

}  // namespace

void Service::register_rpcs(rpc::Dispatcher& dispatcher) {
    const std::string service = "guichet.v1.EscalationService/";
    service::bind(dispatcher, service + "ListRoutes", *this, &Service::list_routes);
    service::bind(dispatcher, service + "Escalate", *this, &Service::escalate);
    service::bind(dispatcher, service + "Decline", *this, &Service::decline);
    service::bind(dispatcher, service + "CloseInPublic", *this, &Service::close_in_public);
}

asio::awaitable<Result<v1::ListRoutesResponse>> Service::list_routes(rpc::CallContext call,
                                                                     v1::ListRoutesRequest request) {
    auto conversation = co_await context_.reads.conversation(
        call.caller.workspace, ConversationId(request.conversation()), call.scope.encode());
    if (!conversation) co_return conversation.error();
    co_return v1::ListRoutesResponse{};
}

asio::awaitable<Result<v1::EscalateResponse>> Service::escalate(rpc::CallContext call,
                                                                v1::EscalateRequest request) {
    auto conversation = co_await context_.reads.conversation(
        call.caller.workspace, ConversationId(request.conversation()), call.scope.encode());
    if (!conversation) co_return conversation.error();
    co_return not_yet();
}

asio::awaitable<Result<v1::DeclineResponse>> Service::decline(rpc::CallContext, v1::DeclineRequest) {
    co_return not_yet();
}

asio::awaitable<Result<v1::CloseInPublicResponse>> Service::close_in_public(rpc::CallContext,
                                                                            v1::CloseInPublicRequest) {
    co_return not_yet();
}

}  // namespace guichet::escalation
