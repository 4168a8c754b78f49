#include "services/reply/sends.hpp"

#include <map>

#include "common/core/bytes.hpp"
#include "common/http/web_address.hpp"
#include "common/service/bind.hpp"
#include "services/reply/wording.hpp"

namespace guichet::reply {
namespace {

constexpr std::chrono::hours kLongestUndo{1};
constexpr int kMostAttachments = 10;
constexpr std::size_t kMostAddress = 2'000;
constexpr std::size_t kMostName = 200;
// Channels named in one call; in a workspace of more the conversation is read first.
constexpr std::size_t kMostTakers = 200;
// As the store's function refuses.
constexpr char kOtherChannel[] = "other_channel";

Status check_text(const std::string& text, std::size_t most) {
    if (text.find_first_not_of(" \t\r\n") == std::string::npos) return invalid("text", "the answer is empty");
    if (!valid_utf8(text)) return invalid("text", "the answer is not UTF-8");
    return service::check_text("text", text, most);
}

// A blob is named by its content only: whoever knows its name could have another customer's file sent to
// himself.
Status check_attachments(const google::protobuf::RepeatedPtrField<v1::Attachment>& attachments) {
    if (attachments.size() > kMostAttachments) {
        return invalid("attachments", "at most " + std::to_string(kMostAttachments));
    }
    for (const auto& attachment : attachments) {
        if (!attachment.blob().empty()) {
            return invalid("attachments.blob", "is set by Guichet only; give a url");
        }
        if (!http::is_https_address(attachment.url())) {
            return invalid("attachments.url", "is not an https address");
        }
        if (auto status = service::check_text("attachments.url", attachment.url(), kMostAddress);
            !status.ok())
            return status;
        if (auto status = service::check_text("attachments.name", attachment.name(), kMostName); !status.ok())
            return status;
    }
    return {};
}

Result<store::Milliseconds> undo_window(bool given, const google::protobuf::Duration& window,
                                        std::chrono::milliseconds otherwise) {
    if (!given) return otherwise;
    if (window.seconds() < 0 || window.nanos() < 0 || std::chrono::seconds(window.seconds()) > kLongestUndo) {
        return invalid("undo_window", "between 0 and one hour");
    }
    return std::chrono::seconds(window.seconds()) + std::chrono::milliseconds(window.nanos() / 1'000'000);
}

// The words take reading the conversation.
Status unread() {
    return make_status(Code::failed_precondition, "the conversation must be read first", kOtherChannel);
}

const char* after_word(v1::AfterSend after) {
    switch (after) {
        case v1::AFTER_SEND_WAIT:
            return "wait";
        case v1::AFTER_SEND_RESOLVE:
            return "resolve";
        default:
            return "keep";
    }
}

const char* settlement_word(v1::Settlement settlement) {
    switch (settlement) {
        case v1::SETTLEMENT_SENT:
            return "sent";
        case v1::SETTLEMENT_RESEND:
            return "resend";
        case v1::SETTLEMENT_CANCEL:
            return "cancel";
        default:
            return nullptr;
    }
}

}  // namespace

asio::awaitable<Result<Sends::Channel>> Sends::channel(WorkspaceId workspace, ChannelId id) {
    auto found = co_await context_.catalog.channel(std::move(workspace), id);
    if (!found) co_return found.error();
    if (!*found) co_return not_found("there is no channel " + id.str() + " any more: answer another way");
    Channel channel;
    channel.connector = connectors_.find((*found)->kind());
    channel.config = **found;
    if (channel.connector == nullptr) {
        co_return make_status(Code::unimplemented, "this release cannot answer on channel " + id.str(),
                              "no_connector");
    }
    co_return channel;
}

asio::awaitable<Result<Sends::Words>> Sends::compose(WorkspaceId workspace, std::string actor,
                                                     std::string text, std::string persona,
                                                     std::map<std::string, std::string> variables,
                                                     Channel channel) {
    auto made = co_await worded(context_.catalog, std::move(workspace), std::move(actor), std::move(text),
                                std::move(persona), std::move(variables));
    if (!made) co_return made.error();
    Words words{std::move(made->text), std::move(made->persona)};
    const auto most = channel.connector->caps(channel.config).max_length;
    const auto length = channel.connector->measure(words.text);
    if (length > most) {
        co_return invalid("text", "the answer is " + std::to_string(length) +
                                      " long, signature included; the channel "
                                      "takes " +
                                      std::to_string(most));
    }
    co_return words;
}

// Each measured once by its connector, though many channels are of one kind.
asio::awaitable<Result<std::vector<ChannelId>>> Sends::takers(WorkspaceId workspace, std::string text) {
    auto channels =
        co_await context_.catalog.readable_channels(std::move(workspace), access::Catalog::kFresh);
    if (!channels) co_return channels.error();
    std::vector<ChannelId> takers;
    if (channels->size() > kMostTakers) co_return takers;
    std::map<const channels::Connector*, std::size_t> lengths;
    for (const auto& channel : *channels) {
        const auto* connector = connectors_.find(channel->kind());
        if (connector == nullptr) continue;
        auto length = lengths.find(connector);
        if (length == lengths.end()) length = lengths.emplace(connector, connector->measure(text)).first;
        if (length->second <= connector->caps(*channel).max_length) takers.emplace_back(channel->id());
    }
    co_return takers;
}

asio::awaitable<Result<v1::Delivery>> Sends::send_unread(rpc::CallContext call, v1::SendRequest request,
                                                         std::chrono::milliseconds undo) {
    if (request.text().find("{{") != std::string::npos) co_return unread();
    std::map<std::string, std::string> none;
    auto words = co_await worded(context_.catalog, call.caller.workspace, call.caller.actor, request.text(),
                                 request.persona(), std::move(none));
    if (!words) co_return words.error();
    auto channels = co_await takers(call.caller.workspace, words->text);
    if (!channels) co_return channels.error();
    if (channels->empty()) co_return unread();
    Words plain{std::move(words->text), std::move(words->persona)};
    auto sending = sending_of(call, request, std::move(plain), undo);
    sending.channels = std::move(*channels);
    co_return co_await context_.store.send(service::by(call), std::move(sending));
}

asio::awaitable<Result<v1::Delivery>> Sends::send_read(rpc::CallContext call, v1::SendRequest request,
                                                       std::chrono::milliseconds undo) {
    auto conversation = co_await context_.reads.conversation(
        call.caller.workspace, ConversationId(request.conversation()), call.scope.encode());
    if (!conversation) co_return conversation.error();
    auto channel = co_await this->channel(call.caller.workspace, ChannelId(conversation->channel()));
    if (!channel) co_return channel.error();
    std::map<std::string, std::string> variables{{"contact.name", conversation->contact_name()},
                                                 {"reference", conversation->reference()}};
    auto words = co_await compose(call.caller.workspace, call.caller.actor, request.text(), request.persona(),
                                  std::move(variables), std::move(*channel));
    if (!words) co_return words.error();
    auto sending = sending_of(call, request, std::move(*words), undo);
    co_return co_await context_.store.send(service::by(call), std::move(sending));
}

store::Sending Sends::sending_of(const rpc::CallContext& call, const v1::SendRequest& request, Words words,
                                 std::chrono::milliseconds undo) {
    store::Sending sending;
    sending.conversation = ConversationId(request.conversation());
    sending.epoch = request.epoch();
    sending.inbound_seq = request.inbound_seq();
    sending.delivery = DeliveryId(make_ulid(context_.clock.now(), context_.random));
    v1::Message message;
    message.set_text(words.text);
    message.set_persona(words.persona);
    message.set_actor(call.caller.actor);
    message.set_delivery(sending.delivery.str());
    *message.mutable_attachments() = request.attachments();
    store::set_time(message.mutable_created_at(), context_.clock.now());
    sending.blob = store::encode_message(message);
    // What Undo gives back is what was written, not what was made of it.
    sending.text = request.text();
    sending.undo = undo;
    sending.after = after_word(request.after());
    sending.persona = std::move(words.persona);
    return sending;
}

asio::awaitable<Result<v1::Delivery>> Sends::delivery(WorkspaceId workspace, DeliveryId id) {
    return context_.reads.delivery(std::move(workspace), std::move(id));
}

asio::awaitable<Result<v1::SendResponse>> Sends::send(rpc::CallContext call, v1::SendRequest request) {
    const auto most = static_cast<std::size_t>(context_.settings.ingest.text_limit.count);
    if (auto status = check_text(request.text(), most); !status.ok()) co_return status;
    if (auto status = check_attachments(request.attachments()); !status.ok()) co_return status;
    auto window = undo_window(request.has_undo_window(), request.undo_window(), context_.settings.reply.undo);
    if (!window) co_return window.error();
    // While others write, each trip to Redis waits for the disk.
    auto sent = co_await send_unread(call, request, *window);
    if (!sent && sent.error().reason == kOtherChannel)
        sent = co_await send_read(std::move(call), std::move(request), *window);
    if (!sent) co_return sent.error();
    v1::SendResponse response;
    *response.mutable_delivery() = std::move(*sent);
    co_return response;
}

asio::awaitable<Result<v1::UndoResponse>> Sends::undo(rpc::CallContext call, v1::UndoRequest request) {
    const DeliveryId id(request.delivery());
    auto undone = co_await context_.store.undo(service::by(call), id,
                                               service::holds(call.caller, rpc::Role::supervisor));
    if (!undone) co_return undone.error();
    auto delivery = co_await this->delivery(call.caller.workspace, id);
    if (!delivery) co_return delivery.error();
    v1::UndoResponse response;
    *response.mutable_delivery() = std::move(*delivery);
    co_return response;
}

asio::awaitable<Result<v1::PublishResponse>> Sends::publish(rpc::CallContext call,
                                                            v1::PublishRequest request) {
    const auto most = static_cast<std::size_t>(context_.settings.ingest.text_limit.count);
    if (auto status = check_text(request.text(), most); !status.ok()) co_return status;
    auto window = undo_window(request.has_undo_window(), request.undo_window(), context_.settings.reply.undo);
    if (!window) co_return window.error();
    auto channel = co_await this->channel(call.caller.workspace, ChannelId(request.channel()));
    if (!channel) co_return channel.error();
    if (!channel->connector->caps(channel->config).can_publish) {
        co_return make_status(Code::failed_precondition, "this channel takes no posts of the brand's own",
                              "cannot_publish");
    }
    const auto team = channel->config.team();
    std::map<std::string, std::string> none;
    auto words = co_await compose(call.caller.workspace, call.caller.actor, request.text(), request.persona(),
                                  std::move(none), std::move(*channel));
    if (!words) co_return words.error();

    store::Publishing post;
    post.conversation = ConversationId(make_ulid(context_.clock.now(), context_.random));
    post.channel = ChannelId(request.channel());
    post.team = TeamId(team);
    post.delivery = DeliveryId(make_ulid(context_.clock.now(), context_.random));
    v1::Message message;
    message.set_text(words->text);
    message.set_persona(words->persona);
    message.set_actor(call.caller.actor);
    message.set_delivery(post.delivery.str());
    store::set_time(message.mutable_created_at(), context_.clock.now());
    post.blob = store::encode_message(message);
    post.text = request.text();
    post.undo = *window;
    post.persona = words->persona;
    auto held = co_await context_.store.publish(service::by(call), std::move(post));
    if (!held) co_return held.error();
    auto delivery = co_await this->delivery(call.caller.workspace, *held);
    if (!delivery) co_return delivery.error();
    v1::PublishResponse response;
    *response.mutable_delivery() = std::move(*delivery);
    co_return response;
}

asio::awaitable<Result<v1::SettleResponse>> Sends::settle(rpc::CallContext call, v1::SettleRequest request) {
    const char* word = settlement_word(request.settlement());
    if (word == nullptr) co_return invalid("settlement", "say sent, resend or cancel");
    const DeliveryId id(request.delivery());
    auto settled = co_await context_.store.settle(service::by(call), id, word, request.external_id());
    if (!settled) co_return settled.error();
    auto delivery = co_await this->delivery(call.caller.workspace, id);
    if (!delivery) co_return delivery.error();
    v1::SettleResponse response;
    *response.mutable_delivery() = std::move(*delivery);
    co_return response;
}

}  // namespace guichet::reply
