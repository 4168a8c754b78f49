#include "services/reply/moderating.hpp"

#include <algorithm>

#include "common/obs/log.hpp"
#include "common/runtime/timer.hpp"
#include "common/service/bind.hpp"
#include "services/reply/endings.hpp"

namespace guichet::reply {
namespace {

constexpr std::chrono::seconds kPausedChannel{30};
// The platform has answered: that must not be lost because Redis is away for a moment.
constexpr int kRecordTries = 30;

channels::Act act_at_channel(v1::ModerationAct act) {
    switch (act) {
        case v1::MODERATION_ACT_UNHIDE:
            return channels::Act::show;
        case v1::MODERATION_ACT_LIKE:
            return channels::Act::like;
        case v1::MODERATION_ACT_UNLIKE:
            return channels::Act::unlike;
        default:
            return channels::Act::hide;
    }
}

store::ActOutcome::Kind kind_of_act(Verdict::Kind kind) {
    if (kind == Verdict::Kind::sent) return store::ActOutcome::Kind::done;
    return kind == Verdict::Kind::failed ? store::ActOutcome::Kind::failed : store::ActOutcome::Kind::retry;
}

bool contains(const std::vector<v1::ModerationAct>& acts, v1::ModerationAct act) {
    return std::find(acts.begin(), acts.end(), act) != acts.end();
}

}  // namespace

std::vector<v1::ModerationAct> possible_acts(const channels::Caps& caps) {
    std::vector<v1::ModerationAct> acts;
    if (caps.can_hide) acts.insert(acts.end(), {v1::MODERATION_ACT_HIDE, v1::MODERATION_ACT_UNHIDE});
    if (caps.can_like) acts.insert(acts.end(), {v1::MODERATION_ACT_LIKE, v1::MODERATION_ACT_UNLIKE});
    return acts;
}

Moderating::Moderating(service::Context& context, const channels::Registry& connectors)
    : context_(context),
      connectors_(connectors),
      moderations_(context.store),
      policy_(policy_of(context.settings)) {}

asio::awaitable<Result<Moderating::Place>> Moderating::place(WorkspaceId workspace, std::string channel) {
    auto found = co_await context_.catalog.channel(std::move(workspace), ChannelId(std::move(channel)));
    if (!found) co_return found.error();
    Place place;
    if (*found) {
        place.channel = **found;
        place.connector = connectors_.find(place.channel.kind());
    }
    co_return place;
}

asio::awaitable<Result<std::string>> Moderating::external_id(WorkspaceId workspace,
                                                             ConversationId conversation, std::int64_t seq) {
    auto messages = co_await context_.reads.messages(std::move(workspace), conversation, seq, seq);
    if (!messages) co_return messages.error();
    if (messages->empty())
        co_return not_found("there is no message " + std::to_string(seq) + " in " + conversation.str());
    co_return messages->front().external_id();
}

asio::awaitable<Result<v1::ModerateResponse>> Moderating::moderate(rpc::CallContext call,
                                                                   v1::ModerateRequest request) {
    if (request.seq() <= 0) co_return invalid("seq", "which message: its number in the conversation, from 1");
    const auto* word = store::act_word(request.act());
    if (word == nullptr) co_return invalid("act", "say what to do: hide, unhide, like or unlike");
    const ConversationId id(request.conversation());
    auto conversation = co_await context_.reads.conversation(call.caller.workspace, id, call.scope.encode());
    if (!conversation) co_return conversation.error();
    auto at = co_await place(call.caller.workspace, conversation->channel());
    if (!at) co_return at.error();
    const auto possible = at->connector == nullptr ? std::vector<v1::ModerationAct>{}
                                                   : possible_acts(at->connector->caps(at->channel));
    if (!contains(possible, request.act())) {
        co_return make_status(Code::failed_precondition,
                              std::string("channel ") + conversation->channel() + " cannot " + word +
                                  " a message: do it at the platform",
                              "channel_cannot");
    }
    auto external = co_await external_id(call.caller.workspace, id, request.seq());
    if (!external) co_return external.error();
    auto asked =
        co_await moderations_.ask(service::by(call), id, request.seq(), request.act(), std::move(*external));
    if (!asked) co_return asked.error();
    v1::ModerateResponse response;
    *response.mutable_moderation() = std::move(*asked);
    co_return response;
}

asio::awaitable<Result<v1::ListModerationsResponse>> Moderating::list(rpc::CallContext call,
                                                                      v1::ListModerationsRequest request) {
    const ConversationId id(request.conversation());
    auto conversation = co_await context_.reads.conversation(call.caller.workspace, id, call.scope.encode());
    if (!conversation) co_return conversation.error();
    auto asked = co_await moderations_.list(call.caller.workspace, id);
    if (!asked) co_return asked.error();
    v1::ListModerationsResponse response;
    for (auto& one : *asked) *response.add_moderations() = std::move(one);
    if (conversation->visibility() != v1::VISIBILITY_PUBLIC) co_return response;
    auto at = co_await place(call.caller.workspace, conversation->channel());
    if (!at) co_return at.error();
    if (at->connector == nullptr) co_return response;
    for (const auto act : possible_acts(at->connector->caps(at->channel))) response.add_possible(act);
    co_return response;
}

asio::awaitable<Result<void>> Moderating::attempt(store::WorkItem item) {
    auto work = co_await moderations_.find(item.workspace, item.conversation, item.item);
    if (!work) co_return work.error();
    if (work->stale) co_return co_await context_.store.acknowledge(item.workspace, "reply", item.entry);
    co_return co_await perform(std::move(item), std::move(work->moderation));
}

asio::awaitable<Result<void>> Moderating::perform(store::WorkItem item, v1::Moderation asked) {
    store::ActOutcome became;
    became.workspace = item.workspace;
    became.conversation = item.conversation;
    became.entry = item.entry;
    became.item = item.item;
    auto conversation = co_await context_.reads.conversation(item.workspace, item.conversation, "*");
    if (!conversation) co_return conversation.error();
    auto at = co_await place(item.workspace, conversation->channel());
    if (!at) co_return at.error();
    auto external = co_await external_id(item.workspace, item.conversation, asked.seq());
    if (!external) co_return external.error();
    if (at->connector == nullptr) {
        became.kind = store::ActOutcome::Kind::failed;
        became.error = "the channel " + conversation->channel() + " is gone";
        co_return co_await record(std::move(became));
    }
    if (at->channel.paused()) {
        became.kind = store::ActOutcome::Kind::later;
        became.wait = kPausedChannel;
        became.error = "the channel is paused";
        co_return co_await record(std::move(became));
    }
    const auto act = act_at_channel(asked.act());
    const auto within = context_.settings.reply.send_deadline;
    auto outcome = co_await at->connector->act(at->channel, act, std::move(*external), within);
    const int number = asked.attempts() + 1;
    auto verdict =
        decide(policy_, ending_of(outcome.kind), number, true, outcome.after, outcome.error, context_.random);
    if (verdict.kind == Verdict::Kind::retry && number >= policy_.attempts)
        verdict.kind = Verdict::Kind::failed;
    became.kind = kind_of_act(verdict.kind);
    became.wait = verdict.wait;
    became.error = std::move(verdict.error);
    co_return co_await record(std::move(became));
}

asio::awaitable<Result<void>> Moderating::record(store::ActOutcome outcome) {
    for (int tries = 1;; ++tries) {
        auto recorded = co_await moderations_.record(outcome);
        if (recorded) {
            obs::log::info("moderation.attempted", {{"conversation", outcome.conversation},
                                                    {"what", outcome.item},
                                                    {"outcome", static_cast<int>(outcome.kind)},
                                                    {"recorded", *recorded}});
            co_return Result<void>{};
        }
        if (!recorded.error().retryable || tries >= kRecordTries) co_return recorded.error();
        co_await runtime::sleep(std::chrono::seconds(1));
    }
}

void Moderating::register_rpcs(rpc::Dispatcher& dispatcher) {
    const std::string service = "guichet.v1.ModerationService/";
    service::bind(dispatcher, service + "Moderate", *this, &Moderating::moderate);
    service::bind(dispatcher, service + "ListModerations", *this, &Moderating::list);
}

}  // namespace guichet::reply
