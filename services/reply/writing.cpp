#include "services/reply/writing.hpp"

#include <algorithm>

#include "common/service/bind.hpp"
#include "services/reply/wording.hpp"

namespace guichet::reply {
namespace {

// The way on which a private answer goes, where the platform limits it in time.
std::optional<channels::PrivateRoute> timed_route(const channels::Connector& connector,
                                                  const v1::Channel& channel, TimeMs wrote_at, TimeMs now) {
    channels::RouteQuestion question;
    question.recipient = "somebody";
    question.wrote_privately_at = wrote_at;
    for (auto& route : connector.routes(channel, question, now)) {
        if (route.way == channels::Way::direct && route.expires_at > 0) return std::move(route);
    }
    return std::nullopt;
}

}  // namespace

asio::awaitable<Result<v1::MeasureTextResponse>> Writing::measure(rpc::CallContext call,
                                                                  v1::MeasureTextRequest request) {
    const auto limit = static_cast<std::size_t>(context_.settings.ingest.text_limit.count);
    if (auto bad = service::check_text("text", request.text(), limit); !bad.ok()) co_return bad;
    auto conversation = co_await context_.reads.conversation(
        call.caller.workspace, ConversationId(request.conversation()), call.scope.encode());
    if (!conversation) co_return conversation.error();
    auto channel =
        co_await context_.catalog.channel(call.caller.workspace, ChannelId(conversation->channel()));
    if (!channel) co_return channel.error();
    const auto* connector = *channel ? connectors_.find((*channel)->kind()) : nullptr;
    if (connector == nullptr)
        co_return not_found("nothing can be sent on channel " + conversation->channel());
    std::map<std::string, std::string> variables{{"contact.name", conversation->contact_name()},
                                                 {"reference", conversation->reference()}};
    auto words = co_await worded(context_.catalog, call.caller.workspace, call.caller.actor, request.text(),
                                 request.persona(), std::move(variables));
    if (!words) co_return words.error();
    auto most = connector->caps(**channel).max_length;
    v1::MeasureTextResponse response;
    response.set_length(static_cast<std::int64_t>(connector->measure(words->text)));
    auto wrote = co_await desk_.wrote_at(call.caller.workspace, ChannelId(conversation->channel()),
                                         ConversationId(conversation->id()));
    if (!wrote) co_return wrote.error();
    const auto route =
        *wrote > 0 ? timed_route(*connector, **channel, *wrote, context_.clock.now()) : std::nullopt;
    if (route) {
        store::set_time(response.mutable_window_until(), route->expires_at);
        if (route->max_length > 0) most = std::min(most, route->max_length);
    }
    response.set_most(static_cast<std::int64_t>(most));
    co_return response;
}

void Writing::register_rpcs(rpc::Dispatcher& dispatcher) {
    const std::string service = "guichet.v1.WritingService/";
    service::bind(dispatcher, service + "MeasureText", *this, &Writing::measure);
    service::bind(dispatcher, service + "ListPositions", positions_, &Positions::list);
    service::bind(dispatcher, service + "PutPosition", positions_, &Positions::put);
}

}  // namespace guichet::reply
