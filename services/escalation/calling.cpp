#include "services/escalation/calling.hpp"

#include "common/core/bytes.hpp"
#include "common/privacy/dial.hpp"
#include "common/service/bind.hpp"
#include "common/store/chains.hpp"
#include "common/store/records.hpp"
#include "services/escalation/texts.hpp"

namespace guichet::escalation {
namespace {

constexpr std::size_t kMostWanted = 300;
constexpr std::size_t kMostNote = 4'000;
constexpr TimeMs kLongestAhead = TimeMs{90} * 24 * 3'600'000;

const char* word_of(v1::CallResult result, bool keep_open) {
    switch (result) {
        case v1::CALL_RESULT_REACHED:
            return keep_open ? "kept" : "reached";
        case v1::CALL_RESULT_NOT_REACHED:
            return "not_reached";
        case v1::CALL_RESULT_DECLINED:
            return "declined";
        default:
            return nullptr;
    }
}

std::string minutes_of(const google::protobuf::Timestamp& at) {
    return to_iso8601(store::to_ms(at));
}

}  // namespace

Status check_wish(const v1::CallBack& wish, const std::string& known, TimeMs now) {
    if (!wish.consent())
        return invalid("call_back.consent",
                       "the person must have agreed to be called: ask, then set consent");
    if (wish.number().empty() ? known.empty() : privacy::dial_number(wish.number()).empty())
        return invalid("call_back.number",
                       "this is no telephone number: 6 to 15 digits, with + and the country");
    if (!valid_utf8(wish.wanted())) return invalid("call_back.wanted", "the text is not UTF-8");
    if (auto status = service::check_text("call_back.wanted", wish.wanted(), kMostWanted); !status.ok())
        return status;
    const auto from = store::to_ms(wish.wanted_from()), until = store::to_ms(wish.wanted_until());
    if (wish.has_wanted_from() && from > now + kLongestAhead)
        return invalid("call_back.wanted_from", "at most 90 days ahead");
    if (wish.has_wanted_until() && (until <= now || (wish.has_wanted_from() && until < from)))
        return invalid("call_back.wanted_until", "it must lie ahead, and not before wanted_from");
    return {};
}

v1::CallBack agreed_wish(v1::CallBack wish, const std::string& known, const std::string& actor, TimeMs now) {
    const auto named = privacy::dial_number(wish.number());
    wish.set_number(named.empty() ? known : named);
    wish.set_consent_by(actor);
    store::set_time(wish.mutable_consent_at(), now);
    return wish;
}

v1::CallBack wish_now(v1::CallBack wish, TimeMs now) {
    const bool from = wish.has_wanted_from() && store::to_ms(wish.wanted_from()) <= now;
    const bool until = wish.has_wanted_until() && store::to_ms(wish.wanted_until()) <= now;
    if (from || until) wish.clear_wanted_from();
    if (until) wish.clear_wanted_until();
    return wish;
}

std::string note_text(const v1::CallBack& call) {
    std::string text = "Call back " + call.number();
    if (call.has_wanted_from()) text += ", from " + minutes_of(call.wanted_from());
    if (call.has_wanted_until()) text += ", until " + minutes_of(call.wanted_until());
    if (!call.wanted().empty()) text += "\nWanted: " + call.wanted();
    return text + "\nAgreed to be called: recorded by " + call.consent_by() + " at " +
           minutes_of(call.consent_at());
}

Status Calling::check_public(const Scene& scene, const Plan& plan, const std::string& signature) const {
    if (plan.public_text.empty()) return {};
    if (scene.connector == nullptr) {
        return make_status(Code::unimplemented,
                           "this release cannot answer on channel " + scene.conversation.channel(),
                           "no_connector");
    }
    if (auto status = check_variables("public_text", plan.public_text, false); !status.ok()) return status;
    if (auto status = check_words("public_text", plan.public_text, case_facts(scene)); !status.ok())
        return status;
    return check_length("public_text", *scene.connector, said(plan.public_text, "", signature),
                        scene.connector->caps(scene.channel).max_length);
}

asio::awaitable<Result<store::Offered>> Calling::offer(const Scene& scene, Plan plan, v1::CallBack wish) {
    const auto now = context_.clock.now();
    auto signature = co_await offering_.signature(plan.by.workspace, plan.by.actor);
    if (!signature) co_return signature.error();
    if (auto status = check_public(scene, plan, signature->text); !status.ok()) co_return status;

    store::CallTask task;
    task.conversation = ConversationId(scene.conversation.id());
    task.epoch = plan.epoch;
    task.escalation = EscalationId(make_ulid(now, context_.random));
    task.route = plan.way.route.id;
    task.channel = ChannelId(plan.way.channel.id());
    task.private_conversation = ConversationId(make_ulid(now, context_.random));
    if (!plan.public_text.empty()) {
        task.public_delivery = DeliveryId(make_ulid(now, context_.random));
        task.public_text = plan.public_text;
        task.public_blob = offering_.encode(said(plan.public_text, "", signature->text), signature->persona,
                                            plan.by.actor, task.public_delivery);
    }
    task.undo = context_.settings.reply.undo;
    for (const auto& id : plan.following) task.chain += (task.chain.empty() ? "" : ",") + id;
    task.reasons = plan.reasons;
    task.persona = signature->persona;
    task.call = wish.SerializeAsString();
    task.note = offering_.encode(note_text(wish), "", plan.by.actor, DeliveryId(""));
    task.wanted_from = store::to_ms(wish.wanted_from());
    task.identity = "claimed";
    auto by = plan.by;
    co_return co_await context_.store.call_back(std::move(by), std::move(task));
}

asio::awaitable<Result<void>> Calling::keep(store::By by, EscalationId escalation, const v1::CallBack& wish) {
    // A request id belongs to one call.
    by.request += "|call";
    store::Chains chains(context_.store);
    co_return co_await chains.agree_call(std::move(by), std::move(escalation), wish.SerializeAsString());
}

asio::awaitable<Result<v1::RecordCallResponse>> Calling::record(rpc::CallContext call,
                                                                v1::RecordCallRequest request) {
    const auto* result = word_of(request.result(), request.keep_open());
    if (result == nullptr)
        co_return invalid("result", "say how the call went: reached, not reached or declined");
    if (request.keep_open() && request.result() != v1::CALL_RESULT_REACHED)
        co_return invalid("keep_open", "only a call that reached somebody goes on");
    if (!valid_utf8(request.note())) co_return invalid("note", "the text is not UTF-8");
    if (auto status = service::check_text("note", request.note(), kMostNote); !status.ok()) co_return status;
    store::CallRecord record;
    record.conversation = ConversationId(request.conversation());
    record.epoch = request.epoch();
    record.result = result;
    if (!request.note().empty())
        record.note = offering_.encode(request.note(), "", call.caller.actor, DeliveryId(""));
    auto recorded = co_await context_.store.record_call(service::by(call), std::move(record));
    if (!recorded) co_return recorded.error();
    auto escalation = co_await context_.reads.escalation(call.caller.workspace, *recorded);
    if (!escalation) co_return escalation.error();
    auto conversation = co_await context_.reads.conversation(call.caller.workspace,
                                                             ConversationId(request.conversation()), "*");
    if (!conversation) co_return conversation.error();
    if (conversation->owner() != call.caller.actor) conversation->clear_epoch();
    v1::RecordCallResponse response;
    *response.mutable_escalation() = std::move(*escalation);
    *response.mutable_conversation() = std::move(*conversation);
    co_return response;
}

}  // namespace guichet::escalation
