#include "services/routing/judge.hpp"

#include <algorithm>

#include "common/store/records.hpp"

namespace guichet::routing {
namespace {

std::string field_of(const v1::Message& message, const std::string& name) {
    for (const auto& field : message.fields()) {
        if (field.name() == name) return field.value();
    }
    return {};
}

std::optional<FormHints> form_hints(const v1::Message& message, const v1::Channel& channel,
                                    const std::string& language) {
    if (channel.kind() != v1::CHANNEL_KIND_FORM) return std::nullopt;
    FormHints hints;
    const auto settings = channel.settings().find("kind");
    hints.complaint =
        settings != channel.settings().end() ? settings->second == "complaint" : channel.id() == "complaint";
    const auto customer = field_of(message, "customer");
    hints.is_customer = customer == "yes" || customer == "organisation";
    hints.names_manager = !field_of(message, "manager_name").empty();
    hints.language = language;
    return hints;
}

v1::Intent to_proto(Intent intent) {
    switch (intent) {
        case Intent::complaint:
            return v1::INTENT_COMPLAINT;
        case Intent::question:
            return v1::INTENT_QUESTION;
        case Intent::praise:
            return v1::INTENT_PRAISE;
        case Intent::spam:
            return v1::INTENT_SPAM;
        case Intent::other:
            break;
    }
    return v1::INTENT_OTHER;
}

v1::Sentiment to_proto(SentimentLabel label) {
    switch (label) {
        case SentimentLabel::negative:
            return v1::SENTIMENT_NEGATIVE;
        case SentimentLabel::positive:
            return v1::SENTIMENT_POSITIVE;
        case SentimentLabel::neutral:
            break;
    }
    return v1::SENTIMENT_NEUTRAL;
}

std::optional<SentimentLabel> from_proto(v1::Sentiment sentiment) {
    switch (sentiment) {
        case v1::SENTIMENT_NEGATIVE:
            return SentimentLabel::negative;
        case v1::SENTIMENT_NEUTRAL:
            return SentimentLabel::neutral;
        case v1::SENTIMENT_POSITIVE:
            return SentimentLabel::positive;
        default:
            return std::nullopt;
    }
}

// PRIORITY_LOW is 1; the engine's low is 0.
v1::Priority to_proto(Priority priority) {
    return static_cast<v1::Priority>(static_cast<int>(priority) + 1);
}

Priority from_proto(v1::Priority priority) {
    return static_cast<Priority>(std::clamp(static_cast<int>(priority) - 1, 0, 3));
}

Visibility visibility_of(const v1::Conversation& conversation) {
    return conversation.visibility() == v1::VISIBILITY_PUBLIC ? Visibility::public_channel
                                                              : Visibility::private_channel;
}

}  // namespace

TriageInput triage_input(const v1::Conversation& conversation, const v1::Message& message,
                         const v1::Channel& channel, const Desk& desk, TimeMs now) {
    TriageInput input;
    input.text = message.text();
    input.subject = message.subject();
    input.visibility = visibility_of(conversation);
    const bool first = conversation.triage().intent() == v1::INTENT_UNSPECIFIED;
    // Before the first triage the conversation's language is what the channel knew of it.
    const auto& language = conversation.triage().language();
    input.form = form_hints(message, channel, language);
    if (!first || !input.form) input.thread_language = language;
    input.default_language = desk.default_language;
    if (!first) input.previous_sentiment = from_proto(conversation.triage().sentiment());
    if (message.has_created_at())
        input.age_ms = std::max<TimeMs>(0, now - store::to_ms(message.created_at()));
    return input;
}

v1::Triage to_proto(const Triage& triage) {
    v1::Triage out;
    out.set_language(triage.language.code);
    out.set_sentiment(to_proto(triage.sentiment.label));
    out.set_sentiment_score(triage.sentiment.score);
    out.set_intent(to_proto(triage.intent.intent));
    out.set_priority(to_proto(triage.priority));
    for (const auto& reason : triage.reasons) {
        auto* to = out.add_reasons();
        to->set_kind(reason.kind);
        to->set_text(reason.text);
        to->set_weight(reason.weight);
        to->set_rule(reason.rule);
    }
    return out;
}

Judgement judge(const v1::Conversation& conversation, const v1::Message& message, const v1::Channel& channel,
                const Desk& desk, TimeMs now) {
    Judgement judgement;
    if (message.kind() == v1::MESSAGE_KIND_DELETION) {
        judgement.triage = conversation.triage();
    } else {
        judgement.triage = to_proto(triage(triage_input(conversation, message, channel, desk, now)));
    }
    const auto priority = from_proto(judgement.triage.priority());
    const auto visibility = visibility_of(conversation);
    const auto received = store::to_ms(message.stored_at());
    if (conversation.has_first_answer_due_at()) {
        judgement.first_answer_due = store::to_ms(conversation.first_answer_due_at());
        judgement.due = next_answer_deadline(desk.policy, desk.calendar, priority, visibility, received);
    } else {
        judgement.due =
            first_deadlines(desk.policy, desk.calendar, priority, visibility, received).first_answer;
        judgement.first_answer_due = judgement.due;
    }
    return judgement;
}

}  // namespace guichet::routing
