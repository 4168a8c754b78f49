#include "services/reply/lookup.hpp"

#include "common/store/records.hpp"

namespace guichet::reply {
namespace {

const std::string& at(const store::Fields& fields, const char* name) {
    static const std::string kNone;
    const auto found = fields.find(name);
    return found == fields.end() ? kNone : found->second;
}

}  // namespace

channels::Way way_of(const std::string& word) {
    if (word == "private_reply") return channels::Way::private_reply;
    if (word == "direct") return channels::Way::direct;
    return channels::Way::answer;
}

std::string answered_id(channels::Way way, const std::string& recipient, const std::string& last_message) {
    return way == channels::Way::private_reply ? recipient : last_message;
}

std::string person_of_way(channels::Way way, const std::string& recipient) {
    return way == channels::Way::private_reply ? std::string() : recipient;
}

asio::awaitable<Result<channels::SendIntent>> sent_intent(service::Context& context, WorkspaceId workspace,
                                                          v1::Delivery delivery,
                                                          v1::Conversation conversation) {
    auto fields = co_await context.reads.delivery_fields(workspace, DeliveryId(delivery.id()));
    if (!fields) co_return fields.error();
    auto messages = co_await context.reads.messages(workspace, ConversationId(conversation.id()),
                                                    delivery.seq(), delivery.seq());
    if (!messages) co_return messages.error();
    channels::SendIntent intent;
    intent.workspace = workspace;
    intent.delivery = DeliveryId(delivery.id());
    intent.conversation = ConversationId(conversation.id());
    intent.thread = conversation.thread();
    intent.is_public = conversation.visibility() == v1::VISIBILITY_PUBLIC;
    intent.way = way_of(at(*fields, "wy"));
    intent.recipient = person_of_way(intent.way, at(*fields, "to"));
    intent.reply_to = answered_id(intent.way, at(*fields, "to"), at(*fields, "rt"));
    intent.text = messages->empty() ? delivery.text() : messages->front().text();
    intent.attempt = delivery.attempts();
    intent.created_at = store::to_ms(delivery.created_at());
    intent.deadline = context.settings.reply.send_deadline;
    co_return intent;
}

asio::awaitable<Result<Looked>> look_up(service::Context& context, channels::Connector& connector,
                                        v1::Channel channel, channels::SendIntent intent) {
    Looked looked;
    if (!connector.caps(channel).can_reconcile) co_return looked;
    const auto workspace = intent.workspace;
    const auto delivery = intent.delivery.str();
    const ChannelId channel_id(channel.id());
    auto found = co_await connector.reconcile(std::move(channel), std::move(intent));
    if (found.kind == channels::Reconciled::Kind::unknown) co_return looked;
    looked.shown = Shown::absent;
    if (found.kind == channels::Reconciled::Kind::absent) co_return looked;
    if (found.candidates.empty()) found.candidates.push_back(found.external_id);
    for (const auto& candidate : found.candidates) {
        auto bound = co_await context.reads.delivery_of(workspace, channel_id, candidate);
        if (!bound) co_return bound.error();
        if (!bound->empty() && *bound != delivery) continue;
        looked.shown = Shown::present;
        looked.external_id = candidate;
        looked.recipient = std::move(found.recipient);
        break;
    }
    co_return looked;
}

}  // namespace guichet::reply
