#include "services/escalation/routes.hpp"

#include <algorithm>

#include "common/store/records.hpp"
#include "services/escalation/engine/public_words.hpp"

namespace guichet::escalation {

v1::Route to_proto(const PrivateWay& way) {
    v1::Route route;
    route.set_id(way.route.id);
    route.set_kind(store::route_kind_of(to_string(way.route.kind)));
    route.set_channel(way.route.channel);
    if (way.route.expires_at) store::set_time(route.mutable_expires_at(), *way.route.expires_at);
    route.set_single_use(way.route.single_use);
    route.set_closed(way.route.closed);
    route.set_max_length(static_cast<int>(way.max_length));
    return route;
}

asio::awaitable<Result<v1::ListRoutesResponse>> Routes::list(rpc::CallContext call,
                                                             v1::ListRoutesRequest request) {
    const auto scope = call.scope.encode();
    ConversationId id(request.conversation());
    if (!request.escalation().empty()) {
        if (!id.empty()) co_return invalid("escalation", "name the conversation or the case, not both");
        auto known =
            co_await context_.reads.escalation(call.caller.workspace, EscalationId(request.escalation()));
        if (!known) co_return known.error();
        id = ConversationId(known->public_conversation());
    }
    auto scene = co_await scenes_.look(call.caller.workspace, id, scope);
    if (!scene) co_return scene.error();
    // Whether he agrees is asked when it is offered.
    scene->facts.call_consent = true;
    std::vector<std::string> no_wish;
    auto ways = co_await scenes_.ways(*scene, std::move(no_wish), scope);
    if (!ways) co_return ways.error();
    v1::ListRoutesResponse response;
    for (const auto& way : ways->usable) *response.add_routes() = to_proto(way);
    for (const auto& way : ways->closed) *response.add_routes() = to_proto(way);
    if (!scene->conversation.escalation().empty()) {
        auto known = co_await context_.reads.escalation(call.caller.workspace,
                                                        EscalationId(scene->conversation.escalation()));
        if (!known && known.error().code != Code::not_found) co_return known.error();
        if (known) *response.mutable_escalation() = std::move(*known);
    }
    if (!scene->is_public()) co_return response;
    const auto first = std::find_if(ways->usable.begin(), ways->usable.end(),
                                    [](const PrivateWay& way) { return !way.is_call(); });
    const bool by_link = first != ways->usable.end() && first->is_link();
    response.set_call_back_number(scene->facts.phone);
    const auto& language = scene->conversation.triage().language();
    response.set_invitation(suggest_invitation(language, by_link, ""));
    response.set_closing(suggest_closing(language));
    co_return response;
}

}  // namespace guichet::escalation
