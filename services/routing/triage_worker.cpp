#include "services/routing/triage_worker.hpp"

#include <array>
#include <cstdio>

#include "common/core/fold.hpp"
#include "common/obs/log.hpp"

namespace guichet::routing {
namespace {

constexpr char kService[] = "routing";

bool needs_answer(v1::Intent intent) {
    return intent == v1::INTENT_COMPLAINT || intent == v1::INTENT_QUESTION;
}

// Said by customers to customers, and nothing that the brand is asked for.
bool is_aside(const v1::Conversation& conversation, const v1::Message& message, const v1::Triage& triage) {
    return conversation.among_customers() && message.kind() == v1::MESSAGE_KIND_INBOUND &&
           !needs_answer(triage.intent());
}

// "score|intent|fingerprint" of negative words in public: what persistence is judged by. An edit of them is
// no second post.
std::string negative_post(const v1::Conversation& conversation, const v1::Message& message,
                          const v1::Triage& triage) {
    const bool complaint = triage.intent() == v1::INTENT_COMPLAINT;
    if (conversation.visibility() != v1::VISIBILITY_PUBLIC || message.kind() != v1::MESSAGE_KIND_INBOUND ||
        (triage.sentiment() != v1::SENTIMENT_NEGATIVE && !complaint)) {
        return {};
    }
    std::array<char, 32> score{};
    std::snprintf(score.data(), score.size(), "%.3f", triage.sentiment_score());
    return std::string(score.data()) + (complaint ? "|complaint|" : "|other|") +
           text_fingerprint(message.text());
}

struct Judged {
    store::TriageDecision decision;
    v1::Intent intent = v1::INTENT_OTHER;
};

// What the message makes of its conversation. On a thread of its own: at 1 000 messages/s the reading took a
// tenth of the io thread.
Judged judged(const v1::Conversation& conversation, const v1::Message& message, const v1::Channel& channel,
              const Desk& desk, TimeMs now) {
    const auto judgement = judge(conversation, message, channel, desk, now);
    Judged out;
    out.intent = judgement.triage.intent();
    out.decision.seq = message.seq();
    out.decision.language = judgement.triage.language();
    out.decision.blob = judgement.triage.SerializeAsString();
    out.decision.due = judgement.due;
    out.decision.first_answer_due = judgement.first_answer_due;
    out.decision.aside = is_aside(conversation, message, judgement.triage);
    out.decision.negative = negative_post(conversation, message, judgement.triage);
    return out;
}

}  // namespace

asio::awaitable<Result<void>> TriageWorker::handle(streams::Entry entry) {
    auto item = store::decode_work(entry.id, entry.fields);
    const auto seq = std::atoll(item.item.c_str());
    if (item.what != "triage" || seq <= 0) {
        co_return make_status(Code::invalid_argument, "routing does not know this work: " + item.what);
    }
    auto said = co_await context_.reads.said(item.workspace, item.conversation, seq);
    if (!said) {
        if (said.error().code != Code::not_found) co_return said.error();
        // Erased meanwhile: there is nothing to triage any more.
        co_return co_await context_.store.acknowledge(item.workspace, kService, item.entry);
    }
    co_return co_await triage(std::move(item), std::move(said->first), std::move(said->second));
}

asio::awaitable<Result<void>> TriageWorker::triage(store::WorkItem item, v1::Conversation conversation,
                                                   v1::Message message) {
    auto channel = co_await context_.catalog.channel(item.workspace, ChannelId(conversation.channel()));
    if (!channel) co_return channel.error();
    auto job = [conversation = std::move(conversation), message = std::move(message),
                channel = std::move(*channel), &desk = desk_,
                now = context_.clock.now()]() -> Result<Judged> {
        return judged(conversation, message, channel ? *channel : v1::Channel{}, desk, now);
    };
    auto found = co_await judges_.run(std::move(job));
    if (!found) co_return found.error();
    auto& decision = found->decision;
    decision.workspace = item.workspace;
    decision.conversation = item.conversation;
    decision.entry = item.entry;
    decision.reserve = context_.settings.routing.reserve;
    const auto seq = decision.seq;
    const auto language = decision.language;
    auto stored = co_await context_.store.triage(std::move(decision));
    if (!stored) co_return stored.error();
    arrivals_.notify_all();
    obs::log::debug("conversation.triaged", {{"conversation", item.conversation},
                                             {"seq", seq},
                                             {"language", language},
                                             {"intent", v1::Intent_Name(found->intent)}});
    co_return Result<void>{};
}

}  // namespace guichet::routing
