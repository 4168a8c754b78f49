#include "services/reply/delivery_worker.hpp"

#include "common/obs/log.hpp"
#include "common/runtime/timer.hpp"
#include "common/store/records.hpp"
#include "services/reply/endings.hpp"
#include "services/reply/lookup.hpp"

namespace guichet::reply {
namespace {

using namespace std::chrono_literals;

constexpr char kService[] = "reply";
// From the record of the attempt to its first byte.
constexpr auto kSendWithin = 5s;
// Beyond send-before and the request's deadline, before an attempt counts as silent.
constexpr auto kMargin = 5s;
constexpr auto kPausedFor = 30s;
// An attempt that failed is nothing to tell of; the third of one answer is.
constexpr int kTroubledAttempt = 3;

store::AttemptOutcome::Kind kind_of(Verdict::Kind kind) {
    switch (kind) {
        case Verdict::Kind::retry:
            return store::AttemptOutcome::Kind::retry;
        case Verdict::Kind::unconfirmed:
            return store::AttemptOutcome::Kind::unconfirmed;
        case Verdict::Kind::failed:
            return store::AttemptOutcome::Kind::failed;
        case Verdict::Kind::sent:
            break;
    }
    return store::AttemptOutcome::Kind::sent;
}

channels::SendIntent intent_of(const store::WorkItem& item, const store::Attempt& attempt) {
    channels::SendIntent intent;
    intent.workspace = item.workspace;
    intent.delivery = DeliveryId(item.item);
    intent.conversation = attempt.conversation;
    intent.thread = attempt.thread;
    intent.author = attempt.author;
    intent.is_public = attempt.is_public;
    intent.way = way_of(attempt.way);
    intent.recipient = person_of_way(intent.way, attempt.recipient);
    intent.reply_to = answered_id(intent.way, attempt.recipient, attempt.reply_to);
    intent.subject = attempt.subject;
    intent.customer_wrote_at = attempt.customer_wrote_at;
    intent.attempt = attempt.attempt;
    intent.created_at = attempt.created_at;
    return intent;
}

// The channel's consent to a second try of what two looks showed absent: yes, unless its setting says
// "never".
bool may_send_again(const v1::Channel& channel) {
    const auto setting = channel.settings().find("send_again");
    return setting == channel.settings().end() || setting->second != "never";
}

}  // namespace

DeliveryWorker::DeliveryWorker(service::Context& context, const channels::Registry& connectors)
    : context_(context),
      connectors_(connectors),
      policy_(policy_of(context.settings)),
      buckets_(context.clock),
      health_(context.store, context.clock, access::ChannelHealth::Way::out, kService) {}

asio::awaitable<Result<void>> DeliveryWorker::handle(streams::Entry entry) {
    auto item = store::decode_work(entry.id, entry.fields);
    if (item.what == "send") co_return co_await attempt(std::move(item));
    if (item.what == "look") co_return co_await look(std::move(item));
    co_return make_status(Code::invalid_argument, "reply does not know this work: " + item.what);
}

asio::awaitable<Result<void>> DeliveryWorker::attempt(store::WorkItem item) {
    store::Begin begin;
    begin.workspace = item.workspace;
    begin.delivery = DeliveryId(item.item);
    begin.entry = item.entry;
    begin.token = context_.random.token(12);
    begin.send_within = kSendWithin;
    begin.silence = kSendWithin + context_.settings.reply.send_deadline + kMargin;
    // By our own clock, taken before the record: never later than what Redis recorded.
    const auto not_after = context_.clock.now() + std::chrono::milliseconds(kSendWithin).count();
    auto held = co_await hold_back(item, begin);
    if (!held) co_return held.error();
    const auto token = begin.token;
    auto attempt = co_await this->begin(std::move(begin), not_after);
    if (!attempt) co_return attempt.error();
    if (!attempt->go) {
        obs::log::debug("delivery.skipped", {{"delivery", item.item}, {"why", attempt->skipped}});
        co_return Result<void>{};
    }
    const int number = attempt->attempt;
    const auto account = attempt->channel;
    const auto workspace = item.workspace;
    channels::Caps caps;
    auto channel = co_await context_.catalog.channel(item.workspace, attempt->channel);
    if (channel && *channel) caps = caps_of(**channel);
    auto outcome = co_await call(item, std::move(*attempt), not_after);
    auto verdict = decide(policy_for(caps), ending_of(outcome.kind), number, caps.idempotent, outcome.after,
                          outcome.error, context_.random);
    store::AttemptOutcome became;
    became.token = token;
    became.kind = kind_of(verdict.kind);
    became.external_id = std::move(outcome.external_id);
    became.recipient = std::move(outcome.recipient);
    became.error = std::move(verdict.error);
    became.wait = verdict.wait;
    const auto recorded = co_await record(std::move(item), std::move(became));
    co_await note_health(workspace, account, outcome.kind, number, std::move(outcome.error));
    co_return recorded;
}

asio::awaitable<void> DeliveryWorker::note_health(WorkspaceId workspace, ChannelId channel,
                                                  channels::Outcome::Kind ended, int number,
                                                  std::string error) {
    using Kind = channels::Outcome::Kind;
    std::string words;
    if (ended == Kind::reauth) words = access::sign_in_words(error);
    if (ended == Kind::retry && number >= kTroubledAttempt) words = access::trouble_words(error);
    if (!words.empty()) {
        co_await health_.broken(std::move(workspace), std::move(channel), std::move(words));
    } else if (ended == Kind::sent || ended == Kind::duplicate) {
        co_await health_.works(std::move(workspace), std::move(channel));
    }
}

channels::Caps DeliveryWorker::caps_of(const v1::Channel& channel) const {
    const auto* connector = connectors_.find(channel.kind());
    return connector == nullptr ? channels::Caps{} : connector->caps(channel);
}

RetryPolicy DeliveryWorker::policy_for(const channels::Caps& caps) const {
    auto policy = policy_;
    policy.look = look_after(policy_, caps.visibility_lag);
    return policy;
}

asio::awaitable<Result<access::ChannelPtr>> DeliveryWorker::channel_of(store::WorkItem item) {
    if (item.channel.str().empty()) {
        auto conversation = co_await context_.reads.conversation(item.workspace, item.conversation, "*");
        if (!conversation && conversation.error().code == Code::not_found) co_return access::ChannelPtr{};
        if (!conversation) co_return conversation.error();
        item.channel = ChannelId(conversation->channel());
    }
    co_return co_await context_.catalog.channel(item.workspace, item.channel);
}

// A paused channel and an account that has said enough for the moment: not now, and the agent sees why.
asio::awaitable<Result<void>> DeliveryWorker::hold_back(store::WorkItem item, store::Begin& begin) {
    auto channel = co_await channel_of(item);
    if (!channel) co_return channel.error();
    if (!*channel) co_return Result<void>{};
    const ChannelId id((*channel)->id());
    // Who falls silent is looked up when this is over: not before the platform can show what it took.
    begin.silence += caps_of(**channel).visibility_lag;
    if ((*channel)->paused()) {
        begin.defer = kPausedFor;
        co_return Result<void>{};
    }
    const auto pace = (*channel)->settings().find("pace");
    if (pace == (*channel)->settings().end()) co_return Result<void>{};
    const auto wait = buckets_.take(item.workspace, id, parse_pace(pace->second));
    if (wait.count() > 0) {
        begin.defer = wait;
        begin.defer_reason = "the channel's pace: " + pace->second + " a minute";
    }
    co_return Result<void>{};
}

// An answer that was lost on its way is asked for again by the same token, as long as the first byte may
// still leave.
asio::awaitable<Result<store::Attempt>> DeliveryWorker::begin(store::Begin begin, TimeMs not_after) {
    for (;;) {
        auto attempt = co_await context_.store.begin_attempt(begin);
        const bool again = !attempt && attempt.error().retryable && context_.clock.now() < not_after;
        if (!again) co_return attempt;
        co_await runtime::sleep(200ms);
    }
}

asio::awaitable<channels::Outcome> DeliveryWorker::call(store::WorkItem item, store::Attempt attempt,
                                                        TimeMs not_after) {
    channels::Outcome outcome;
    outcome.kind = channels::Outcome::Kind::permanent;
    auto message = store::decode_message(attempt.message, attempt.seq);
    if (!message) {
        outcome.error = message.error().message;
        co_return outcome;
    }
    auto channel = co_await context_.catalog.channel(item.workspace, attempt.channel);
    if (!channel) {
        outcome.kind = channels::Outcome::Kind::retry;
        outcome.error = channel.error().message;
        co_return outcome;
    }
    auto* connector = *channel ? connectors_.find((*channel)->kind()) : nullptr;
    if (connector == nullptr) {
        outcome.error = "the channel " + attempt.channel.str() + " is gone";
        co_return outcome;
    }
    auto intent = intent_of(item, attempt);
    intent.text = message->text();
    intent.persona = message->persona();
    intent.attachments.assign(message->attachments().begin(), message->attachments().end());
    intent.not_after = not_after;
    intent.deadline = context_.settings.reply.send_deadline;
    co_return co_await connector->send(**channel, std::move(intent));
}

asio::awaitable<Result<void>> DeliveryWorker::record(store::WorkItem item, store::AttemptOutcome outcome) {
    outcome.workspace = item.workspace;
    outcome.delivery = DeliveryId(item.item);
    outcome.entry = item.entry;
    outcome.reserve = context_.settings.routing.reserve;
    // The platform has answered: that must not be lost because Redis is away for a moment. What cannot be
    // recorded before the silence is over becomes unconfirmed.
    for (int tries = 0;; ++tries) {
        auto recorded = co_await context_.store.record_outcome(outcome);
        if (recorded) {
            obs::log::info("delivery.attempted", {{"conversation", item.conversation},
                                                  {"delivery", item.item},
                                                  {"outcome", static_cast<int>(outcome.kind)},
                                                  {"recorded", *recorded}});
            co_return Result<void>{};
        }
        if (!recorded.error().retryable || tries >= 30) co_return recorded.error();
        co_await runtime::sleep(std::chrono::seconds(1));
    }
}

asio::awaitable<Result<void>> DeliveryWorker::look(store::WorkItem item) {
    auto delivery = co_await context_.reads.delivery(item.workspace, DeliveryId(item.item));
    if (!delivery && delivery.error().code != Code::not_found) co_return delivery.error();
    if (!delivery || delivery->state() != v1::DELIVERY_STATE_UNCONFIRMED) {
        co_return co_await context_.store.acknowledge(item.workspace, kService, item.entry);
    }
    auto conversation = co_await context_.reads.conversation(item.workspace, item.conversation, "*");
    if (!conversation) co_return conversation.error();
    auto channel = co_await context_.catalog.channel(item.workspace, ChannelId(conversation->channel()));
    if (!channel) co_return channel.error();
    auto* connector = *channel ? connectors_.find((*channel)->kind()) : nullptr;
    if (connector == nullptr)
        co_return co_await context_.store.acknowledge(item.workspace, kService, item.entry);

    store::AttemptOutcome became;
    became.token = "*";
    const auto caps = connector->caps(**channel);
    const auto policy = policy_for(caps);
    if (caps.idempotent) {
        auto verdict =
            decide(policy, Ending::retry, delivery->attempts(), true, {}, delivery->error(), context_.random);
        became.kind = kind_of(verdict.kind);
        became.error = std::move(verdict.error);
        became.wait = verdict.wait;
        co_return co_await record(std::move(item), std::move(became));
    }
    auto intent = co_await sent_intent(context_, item.workspace, *delivery, *conversation);
    if (!intent) co_return intent.error();
    auto looked = co_await look_up(context_, *connector, **channel, std::move(*intent));
    if (!looked) co_return looked.error();
    auto fields = co_await context_.reads.delivery_fields(item.workspace, DeliveryId(item.item));
    if (!fields) co_return fields.error();
    const auto verdict =
        judge_look(policy, looked->shown, std::atoi((*fields)["lk"].c_str()), may_send_again(**channel));
    became.external_id = looked->external_id;
    became.recipient = looked->recipient;
    became.wait = verdict.wait;
    became.error = delivery->error();
    switch (verdict.kind) {
        case LookVerdict::Kind::sent:
            break;
        case LookVerdict::Kind::resend:
            became.kind = store::AttemptOutcome::Kind::retry;
            became.error = "the platform does not have it: sent again";
            break;
        case LookVerdict::Kind::human:
            became.kind = store::AttemptOutcome::Kind::absent;
            became.error =
                "the platform does not show it: settle it, the channel does not send again by itself";
            break;
        case LookVerdict::Kind::again:
            became.kind = looked->shown == Shown::absent ? store::AttemptOutcome::Kind::absent
                                                         : store::AttemptOutcome::Kind::unconfirmed;
            break;
    }
    co_return co_await record(std::move(item), std::move(became));
}

}  // namespace guichet::reply
