// Channels: connecting, testing, pausing.
#include <algorithm>

#include "common/access/channel_health.hpp"
#include "services/gateway/admin/admin.hpp"
#include "services/gateway/admin/checks.hpp"

namespace guichet::gateway {
namespace {

// What reads show instead of a secret; written back, it means "as it is".
constexpr char kSet[] = "set";
constexpr char kHealthy[] = "ok";
constexpr int kMaxSettings = 100;
constexpr std::size_t kMaxValue = 16 * 1024;

bool sees(const rpc::Scope& scope, const v1::Channel& channel) {
    return scope.allows(channel.id(), channel.team(), true) ||
           scope.allows(channel.id(), channel.team(), false);
}

void hide_secrets(v1::Channel& channel) {
    for (auto& [name, value] : *channel.mutable_secrets()) value = kSet;
}

std::string without_colons(std::string id) {
    std::replace(id.begin(), id.end(), ':', '-');
    return id;
}

// Secrets that the request does not name, or names as "set", stay; an empty one goes.
void keep_secrets(const v1::Channel& before, v1::Channel& channel) {
    for (const auto& [name, value] : before.secrets()) {
        auto [place, fresh] = channel.mutable_secrets()->insert({name, value});
        if (!fresh && place->second == kSet) place->second = value;
    }
}

void drop_empty(v1::Channel& channel) {
    auto& secrets = *channel.mutable_secrets();
    for (auto at = secrets.begin(); at != secrets.end();) {
        at = at->second.empty() ? secrets.erase(at) : std::next(at);
    }
}

Status check_values(const std::string& field, const google::protobuf::Map<std::string, std::string>& values) {
    if (values.size() > kMaxSettings) {
        return invalid(field, field + ": at most " + std::to_string(kMaxSettings) + " of them");
    }
    for (const auto& [name, value] : values) {
        if (auto bad = check_id(field, name); !bad.ok()) return bad;
        if (value.size() > kMaxValue) return invalid(field + "." + name, field + "." + name + " is too long");
    }
    return {};
}

}  // namespace

Admin::Answer<v1::ListChannelsResponse> Admin::list_channels(Call call, v1::ListChannelsRequest request) {
    auto channels = co_await context_.catalog.channels(call.caller.workspace);
    if (!channels) co_return channels.error();
    std::erase_if(*channels, [&call](const v1::Channel& channel) { return !sees(call.scope, channel); });
    auto page = page_of(std::move(*channels), request.page_size(), request.cursor(),
                        [](const v1::Channel& channel) { return channel.id(); });
    if (!page) co_return page.error();
    auto health = co_await access::ChannelHealth::of(context_.store, call.caller.workspace);
    if (!health) co_return health.error();
    const bool admin = service::holds(call.caller, rpc::Role::admin);
    v1::ListChannelsResponse response;
    for (auto& channel : page->items) {
        hide_secrets(channel);
        const auto wrong = health->find(channel.id());
        channel.set_health(wrong == health->end() ? kHealthy : wrong->second);
        if (!admin) {
            channel.clear_settings();
            channel.clear_secrets();
        }
        *response.add_channels() = std::move(channel);
    }
    response.set_next_cursor(page->next);
    co_return response;
}

Admin::Answer<v1::ConnectChannelResponse> Admin::connect_channel(Call call,
                                                                 v1::ConnectChannelRequest request) {
    auto& channel = *request.mutable_channel();
    if (auto bad = check_id("channel.id", channel.id()); !bad.ok()) co_return bad;
    if (auto bad = check_name("channel.name", channel.name()); !bad.ok()) co_return bad;
    if (auto bad = check_values("channel.settings", channel.settings()); !bad.ok()) co_return bad;
    if (auto bad = check_values("channel.secrets", channel.secrets()); !bad.ok()) co_return bad;
    auto bad_team = co_await check_team(call.caller.workspace, "channel.team", channel.team());
    if (!bad_team.ok()) co_return bad_team;
    auto* connector = connectors_.find(channel.kind());
    if (connector == nullptr)
        co_return invalid("channel.kind", "there is no connector for this kind of channel here");
    auto before = co_await channel_now(call.caller.workspace, channel.id());
    if (!before) co_return before.error();
    // Names of messages and threads, which strangers choose, stand behind the channel's and a colon. One that
    // was connected when it was still allowed stays.
    if (!*before && channel.id().find(':') != std::string::npos)
        co_return invalid("channel.id",
                          "channel.id must not hold a colon: say " + without_colons(channel.id()));
    if (!sees(call.scope, channel) || (*before && !sees(call.scope, **before))) {
        co_return denied("this channel, or this team, is outside of what you administer");
    }
    if (*before) {
        if ((*before)->kind() != channel.kind()) {
            co_return invalid("channel.kind", "a channel keeps its kind: connect another channel");
        }
        keep_secrets(**before, channel);
    }
    channel.clear_health();
    drop_empty(channel);
    if (auto bad = connector->check(channel); !bad.ok()) co_return bad;
    auto by = service::by(call);
    auto bytes = context_.catalog.encode(by.workspace, channel, context_.random);
    auto version = co_await put(by, access::kChannel, channel.id(), channel.version(), std::move(bytes));
    if (!version) co_return version.error();
    // What was wrong may be right now: who uses it finds out.
    auto forgotten = co_await access::ChannelHealth::forget(context_.store, by.workspace,
                                                            ChannelId(channel.id()), by.actor);
    if (!forgotten) co_return forgotten.error();
    channel.set_version(*version);
    channel.set_health(kHealthy);
    hide_secrets(channel);
    v1::ConnectChannelResponse response;
    *response.mutable_channel() = std::move(channel);
    co_return response;
}

Admin::Answer<v1::TestChannelResponse> Admin::test_channel(Call call, v1::TestChannelRequest request) {
    auto channel = co_await channel_now(call.caller.workspace, request.channel());
    if (!channel) co_return channel.error();
    if (!*channel || !sees(call.scope, **channel))
        co_return not_found("there is no channel " + request.channel());
    auto* connector = connectors_.find((*channel)->kind());
    if (connector == nullptr) {
        co_return make_status(Code::failed_precondition,
                              "there is no connector for this kind of channel here", "no_connector");
    }
    auto outcome = co_await connector->test(**channel);
    if (outcome.ok()) {
        auto forgotten = co_await access::ChannelHealth::forget(
            context_.store, call.caller.workspace, ChannelId(request.channel()), call.caller.actor);
        if (!forgotten) co_return forgotten.error();
    }
    v1::TestChannelResponse response;
    response.set_ok(outcome.ok());
    response.set_detail(outcome.ok() ? "ok" : outcome.message);
    co_return response;
}

Admin::Answer<v1::PauseChannelResponse> Admin::pause_channel(Call call, v1::PauseChannelRequest request) {
    auto found = co_await channel_now(call.caller.workspace, request.channel());
    if (!found) co_return found.error();
    if (!*found || !sees(call.scope, **found))
        co_return not_found("there is no channel " + request.channel());
    auto channel = **found;
    channel.set_paused(request.paused());
    auto by = service::by(call);
    auto bytes = context_.catalog.encode(by.workspace, channel, context_.random);
    auto version = co_await put(by, access::kChannel, channel.id(), channel.version(), std::move(bytes));
    if (!version) co_return version.error();
    channel.set_version(*version);
    hide_secrets(channel);
    v1::PauseChannelResponse response;
    *response.mutable_channel() = std::move(channel);
    co_return response;
}

}  // namespace guichet::gateway
