#include "services/escalation/scene.hpp"

#include <algorithm>

#include "common/config/rules.hpp"
#include "common/http/text.hpp"
#include "common/privacy/dial.hpp"
#include "common/store/records.hpp"

namespace guichet::escalation {
namespace {

const v1::Message* last_inbound(const std::vector<v1::Message>& messages) {
    for (auto at = messages.rbegin(); at != messages.rend(); ++at) {
        if (at->kind() == v1::MESSAGE_KIND_INBOUND) return &*at;
    }
    return nullptr;
}

TimeMs said_at(const v1::Message& message) {
    return store::to_ms(message.has_created_at() ? message.created_at() : message.stored_at());
}

const v1::Channel* find_channel(const std::vector<v1::Channel>& channels, const std::string& id) {
    const auto at = std::find_if(channels.begin(), channels.end(),
                                 [&](const auto& channel) { return channel.id() == id; });
    return at == channels.end() ? nullptr : &*at;
}

// Its mail addresses, and what its channels' setting `own_contacts` names.
void add_own(const v1::Channel& channel, std::vector<std::string>& own) {
    for (const auto* name : {"address", "aliases", "own_contacts"}) {
        const bool mail = std::string_view(name) != "own_contacts";
        const auto setting = channel.settings().find(name);
        if (setting == channel.settings().end()) continue;
        if (mail && channel.kind() != v1::CHANNEL_KIND_MAIL) continue;
        for (const auto one : http::split(setting->second, ',')) {
            const auto contact = http::trim(one);
            if (!contact.empty()) own.emplace_back(contact);
        }
    }
}

// Where the person has written from, or else what he said his address is.
void find_mail(Scene& scene, const std::vector<v1::Channel>& channels) {
    for (const auto& identity : scene.contact.identities()) {
        const auto* channel = find_channel(channels, identity.channel());
        if (channel == nullptr || channel->kind() != v1::CHANNEL_KIND_MAIL) continue;
        scene.facts.mail = identity.external_id();
        scene.facts.mail_proven = true;
        scene.mail = *channel;
        return;
    }
    for (const auto& message : scene.messages) {
        if (message.kind() != v1::MESSAGE_KIND_INBOUND) continue;
        if (!message.author().email().empty()) scene.facts.mail = message.author().email();
    }
    for (const auto& channel : channels) {
        if (channel.kind() == v1::CHANNEL_KIND_MAIL && !channel.paused() && !scene.mail) scene.mail = channel;
    }
}

bool names_phone(const std::string& field) {
    return field == "phone" || field == "tel" || field == "telephone" || field == "gsm" || field == "mobile";
}

// The last that he gave, here or elsewhere.
void find_phone(Scene& scene) {
    const auto take = [&scene](const std::string& text) {
        const auto number = privacy::dial_number(text);
        if (!number.empty()) scene.facts.phone = number;
    };
    for (const auto& identity : scene.contact.identities()) take(identity.phone());
    for (const auto& message : scene.messages) {
        if (message.kind() != v1::MESSAGE_KIND_INBOUND) continue;
        take(message.author().phone());
        for (const auto& field : message.fields()) {
            if (names_phone(field.name())) take(field.value());
        }
    }
}

}  // namespace

ChainSettings chain_settings(const config::EscalationSettings& settings) {
    ChainSettings chain;
    chain.private_reply = settings.wait_private_reply.count();
    chain.direct_message = settings.wait_direct.count();
    chain.mail = settings.wait_mail.count();
    chain.private_link = settings.wait_link.count();
    return chain;
}

asio::awaitable<Result<Scene>> Scenes::look(WorkspaceId workspace, ConversationId id, std::string scope) {
    auto conversation = co_await context_.reads.conversation(workspace, id, std::move(scope));
    if (!conversation) co_return conversation.error();
    Scene scene;
    scene.workspace = workspace;
    scene.conversation = std::move(*conversation);
    const auto last = scene.conversation.message_count();
    const auto first = std::max<std::int64_t>(1, last - kMessagesRead + 1);
    auto messages = co_await context_.reads.messages(workspace, id, first, last);
    if (!messages) co_return messages.error();
    scene.messages = std::move(*messages);
    if (const auto* comment = last_inbound(scene.messages)) scene.comment = *comment;
    auto contact = co_await add_contact(scene);
    if (!contact) co_return contact.error();
    auto channels = co_await add_channels(scene);
    if (!channels) co_return channels.error();
    co_return scene;
}

asio::awaitable<Result<void>> Scenes::add_contact(Scene& scene) {
    if (scene.conversation.contact().empty()) co_return Result<void>{};
    auto contact = co_await context_.reads.contact(scene.workspace, ContactId(scene.conversation.contact()));
    if (!contact) {
        co_return contact.error().code == Code::not_found ? Result<void>{} : Result<void>(contact.error());
    }
    scene.contact = std::move(*contact);
    co_return co_await add_private_side(scene);
}

// The newest private conversation that he has on the same account, when he has written there.
asio::awaitable<Result<void>> Scenes::add_private_side(Scene& scene) {
    std::vector<std::string> ids(scene.contact.conversations().begin(), scene.contact.conversations().end());
    if (ids.size() > kConversationsRead) ids.resize(kConversationsRead);
    auto found = co_await context_.reads.conversations(scene.workspace, std::move(ids), "*");
    if (!found) co_return found.error();
    for (const auto& other : *found) {
        if (other.channel() != scene.conversation.channel() || other.visibility() != v1::VISIBILITY_PRIVATE) {
            continue;
        }
        const auto last = other.message_count();
        const auto first = std::max<std::int64_t>(1, last - kMessagesRead + 1);
        auto messages =
            co_await context_.reads.messages(scene.workspace, ConversationId(other.id()), first, last);
        if (!messages) co_return messages.error();
        const auto* said = last_inbound(*messages);
        if (said == nullptr) continue;
        scene.person = said->author().external_id();
        scene.private_thread = other.thread();
        scene.wrote_privately_at = said_at(*said);
        break;
    }
    co_return Result<void>{};
}

asio::awaitable<Result<void>> Scenes::add_channels(Scene& scene) {
    auto channels = co_await context_.catalog.channels(scene.workspace);
    if (!channels) co_return channels.error();
    if (const auto* own = find_channel(*channels, scene.conversation.channel())) {
        scene.channel = *own;
        scene.connector = connectors_.find(own->kind());
    }
    for (const auto& channel : *channels) {
        add_own(channel, scene.own);
        if (channel.kind() != v1::CHANNEL_KIND_FORM || channel.paused()) continue;
        const auto shape = channel.settings().find("template");
        const bool best = shape != channel.settings().end() && shape->second == "contact";
        if (!scene.form || best) scene.form = channel;
    }
    find_mail(scene, *channels);
    find_phone(scene);
    co_return Result<void>{};
}

// Those of the account that he wrote to.
asio::awaitable<Result<std::vector<PrivateWay>>> Scenes::own_ways(const Scene& scene) {
    std::vector<PrivateWay> ways;
    if (scene.connector == nullptr) co_return ways;
    channels::RouteQuestion question{scene.comment.external_id(), 0, scene.person, scene.wrote_privately_at};
    if (!question.comment.empty()) question.commented_at = said_at(scene.comment);
    const auto asked = scene.connector->routes(scene.channel, question, context_.clock.now());
    for (const auto& open : asked) {
        if (open.way == channels::Way::answer) continue;
        const bool reply = open.way == channels::Way::private_reply;
        PrivateWay way;
        way.channel = scene.channel;
        way.connector = scene.connector;
        way.way = open.way;
        way.route.id = scene.channel.id() + (reply ? ":private_reply" : ":direct");
        way.route.kind = reply ? RouteKind::private_reply : RouteKind::direct_message;
        way.route.channel = scene.channel.id();
        way.route.closed = scene.channel.paused() ? "the channel is paused" : open.closed;
        if (open.expires_at > 0) way.route.expires_at = open.expires_at;
        way.route.single_use = open.single_use;
        way.max_length = open.max_length;
        way.recipient = scene.person;
        way.thread = scene.person.empty() ? scene.connector->private_thread("") : scene.private_thread;
        if (open.single_use) {
            way.single_use_key = scene.channel.id() + ":" + question.comment;
            auto used = co_await context_.reads.route_use(scene.workspace, way.single_use_key);
            if (!used) co_return used.error();
            if (used->starts_with("reserved")) way.route.use = Use::reserved;
            if (used->starts_with("spent")) way.route.use = Use::spent;
        }
        ways.push_back(std::move(way));
    }
    co_return ways;
}

std::vector<PrivateWay> Scenes::other_ways(const Scene& scene) const {
    std::vector<PrivateWay> ways;
    if (scene.mail) {
        PrivateWay mail;
        mail.channel = *scene.mail;
        mail.connector = connectors_.find(v1::CHANNEL_KIND_MAIL);
        mail.way = channels::Way::direct;
        mail.route.id = scene.mail->id() + ":mail";
        mail.route.kind = RouteKind::mail;
        mail.route.channel = scene.mail->id();
        mail.recipient = scene.facts.mail;
        if (scene.mail->paused()) mail.route.closed = "the channel is paused";
        if (mail.connector == nullptr) {
            mail.route.closed = "this release sends no mail";
        } else {
            mail.max_length = mail.connector->caps(*scene.mail).max_length;
        }
        ways.push_back(std::move(mail));
    }
    PrivateWay call;
    call.route.id = kCallBack;
    call.route.kind = RouteKind::call_back;
    call.channel = scene.channel;
    call.route.channel = scene.channel.id();
    ways.push_back(std::move(call));
    PrivateWay link;
    link.route.id = kNewPrivateLink;
    link.route.kind = RouteKind::private_link;
    if (scene.form) {
        link.channel = *scene.form;
        link.route.channel = scene.form->id();
    } else {
        link.route.closed = "a private page belongs to a form: connect a channel of that kind";
    }
    if (origin().empty())
        link.route.closed = "where customers reach this server is not known: set server.public_url";
    if (scene.connector == nullptr) {
        link.route.closed = "this release cannot answer on channel " + scene.conversation.channel();
    } else {
        link.max_length = scene.connector->caps(scene.channel).max_length;
    }
    ways.push_back(std::move(link));
    return ways;
}

asio::awaitable<Result<Ways>> Scenes::ways(const Scene& scene, std::vector<std::string> preferred,
                                           std::string scope) {
    Ways ways;
    if (!scene.is_public()) co_return ways;
    auto all = co_await own_ways(scene);
    if (!all) co_return all.error();
    for (auto& other : other_ways(scene)) all->push_back(std::move(other));
    std::vector<Route> candidates;
    for (auto& way : *all) {
        const bool seen =
            store::scope_allows(scope, scene.conversation.team(), way.channel.id(), /*is_public=*/false);
        if (!seen && way.route.closed.empty()) {
            way.route.closed = "you may not write in private on channel " + way.channel.id();
        }
        candidates.push_back(way.route);
    }
    const auto find = [&all](const Route& route) {
        return std::find_if(all->begin(), all->end(),
                            [&](const auto& way) { return way.route.id == route.id; });
    };
    const auto chain = chain_of(candidates, scene.facts, preferred,
                                chain_settings(context_.settings.escalation), context_.clock.now());
    for (const auto& route : chain.usable) {
        const auto way = find(route);
        const bool there = std::any_of(ways.usable.begin(), ways.usable.end(),
                                       [&](const auto& other) { return other.route.id == route.id; });
        // The engine always ends in a link, also where no page can be made or the link was preferred.
        if (!there && way->route.closed.empty()) ways.usable.push_back(*way);
    }
    for (const auto& [route, why] : chain.unusable) {
        auto way = *find(route);
        way.route.closed = why;
        ways.closed.push_back(std::move(way));
    }
    co_return ways;
}

std::string Scenes::origin() const {
    const auto& settings = context_.settings;
    if (!settings.server.public_url.empty()) return settings.server.public_url;
    const auto at = config::parse_address(settings.http.address);
    if (!at || at->port == 0 || at->host == "0.0.0.0" || at->host == "::") return {};
    return (settings.http.tls_cert.empty() ? "http://" : "https://") + settings.http.address;
}

}  // namespace guichet::escalation
