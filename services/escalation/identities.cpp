#include "services/escalation/identities.hpp"

#include "common/core/bytes.hpp"
#include "common/service/bind.hpp"
#include "common/store/records.hpp"

namespace guichet::escalation {

asio::awaitable<Result<v1::VerifyIdentityResponse>> Identities::verify(rpc::CallContext call,
                                                                       v1::VerifyIdentityRequest request) {
    if (request.how().find_first_not_of(" \t\r\n") == std::string::npos) {
        co_return invalid("how", "say how you know who it is: colleagues rely on it");
    }
    if (!valid_utf8(request.how())) co_return invalid("how", "the text is not UTF-8");
    if (auto status = service::check_text("how", request.how(), kMostHow); !status.ok()) co_return status;
    v1::Message note;
    note.set_text("Identity verified: " + request.how());
    note.set_actor(call.caller.actor);
    store::set_time(note.mutable_created_at(), context_.clock.now());
    const ConversationId id(request.conversation());
    auto verified = co_await context_.store.verify_identity(service::by(call), id, request.epoch(),
                                                            store::encode_message(note));
    if (!verified) co_return verified.error();
    auto conversation = co_await context_.reads.conversation(call.caller.workspace, id, call.scope.encode());
    if (!conversation) co_return conversation.error();
    v1::VerifyIdentityResponse response;
    if (!conversation->escalation().empty()) {
        auto escalation = co_await context_.reads.escalation(call.caller.workspace,
                                                             EscalationId(conversation->escalation()));
        if (!escalation) co_return escalation.error();
        *response.mutable_escalation() = std::move(*escalation);
    }
    if (conversation->owner() != call.caller.actor) conversation->clear_epoch();
    *response.mutable_conversation() = std::move(*conversation);
    co_return response;
}

}  // namespace guichet::escalation
