#include "services/escalation/offers.hpp"

#include <algorithm>

#include "common/core/bytes.hpp"
#include "common/privacy/dial.hpp"
#include "common/service/bind.hpp"
#include "common/store/chains.hpp"
#include "common/store/records.hpp"
#include "services/escalation/texts.hpp"

namespace guichet::escalation {
namespace {

constexpr int kMostRoutes = 16;

Status own_epoch(const std::string& epoch) {
    return epoch == "*" ? invalid("epoch", "name the epoch that you own the conversation with") : Status{};
}

Status check_request(const v1::EscalateRequest& request, std::size_t most_text) {
    if (auto status = own_epoch(request.epoch()); !status.ok()) return status;
    if (request.routes_size() > kMostRoutes) return invalid("routes", "name at most 16 routes");
    for (const auto& [field, text, most] :
         {std::tuple<std::string, std::string, std::size_t>{"public_text", request.public_text(), most_text},
          {"private_text", request.private_text(), most_text},
          {"reason", request.reason(), kMostReason}}) {
        if (!valid_utf8(text)) return invalid(field, "the text is not UTF-8");
        if (auto status = service::check_text(field, text, most); !status.ok()) return status;
    }
    return {};
}

std::string reasons_of(const std::string& actor, const std::string& words) {
    v1::Triage reasons;
    auto* reason = reasons.add_reasons();
    reason->set_kind("agent");
    reason->set_text(words);
    reason->set_rule(actor);
    return reasons.SerializeAsString();
}

Status none_open(const Ways& ways, const std::vector<std::string>& named) {
    std::string why;
    for (const auto& id : named) {
        const auto closed = std::find_if(ways.closed.begin(), ways.closed.end(),
                                         [&](const auto& way) { return way.route.id == id; });
        why += (why.empty() ? "" : "; ") + id + ": " +
               (closed == ways.closed.end() ? "there is no such way here" : closed->route.closed);
    }
    for (const auto& way : ways.closed) {
        if (named.empty()) why += (why.empty() ? "" : "; ") + way.route.id + ": " + way.route.closed;
    }
    return make_status(Code::failed_precondition, "no private way is open: " + why, "route_closed");
}

// A call is nobody's yet; a private side is its offerer's, and a link in public has none.
bool is_call(const store::Offered& offered) {
    return !offered.private_conversation.empty() && offered.private_epoch.empty();
}

// The first of the named that is open, whatever else is; the chain's first where none is named.
std::vector<PrivateWay>::const_iterator choose(const Ways& ways, const std::vector<std::string>& named) {
    return std::find_if(ways.usable.begin(), ways.usable.end(), [&](const PrivateWay& way) {
        return (named.empty() && !way.is_call()) ||
               std::find(named.begin(), named.end(), way.route.id) != named.end();
    });
}

}  // namespace

asio::awaitable<Result<v1::EscalateResponse>> Offers::escalate(rpc::CallContext call,
                                                               v1::EscalateRequest request) {
    const auto most = static_cast<std::size_t>(context_.settings.ingest.text_limit.count);
    if (auto status = check_request(request, most); !status.ok()) co_return status;
    const auto scope = call.scope.encode();
    auto scene = co_await scenes_.look(call.caller.workspace, ConversationId(request.conversation()), scope);
    if (!scene) co_return scene.error();
    if (!scene->is_public()) {
        co_return make_status(Code::failed_precondition, "this conversation is private already",
                              "private_already");
    }
    const auto now = context_.clock.now();
    auto wish = agreed_wish(request.call_back(), scene->facts.phone, call.caller.actor, now);
    // Before the ways are looked at: the case may have moved on since, and other ways be open.
    store::Chains chains(context_.store);
    auto before = co_await chains.escalated(service::by(call));
    if (!before) co_return before.error();
    const bool may_call = request.has_call_back();
    if (*before) co_return co_await again(std::move(call), std::move(**before), may_call, std::move(wish));
    auto under_way = co_await this->under_way(*scene);
    if (!under_way) co_return under_way.error();
    if (*under_way) co_return co_await refused(std::move(call), std::move(request), std::move(wish));
    std::vector<std::string> named(request.routes().begin(), request.routes().end());
    if (request.has_call_back()) {
        if (named.empty()) named.emplace_back(kCallBack);
        if (auto status = check_wish(request.call_back(), scene->facts.phone, now); !status.ok())
            co_return status;
        scene->facts.call_consent = wish.consent();
        scene->facts.phone = wish.number();
    }
    auto ways = co_await scenes_.ways(*scene, named, scope);
    if (!ways) co_return ways.error();
    const auto chosen = choose(*ways, named);
    if (chosen == ways->usable.end()) co_return none_open(*ways, named);
    Plan plan;
    plan.by = service::by(call);
    plan.epoch = request.epoch();
    plan.way = *chosen;
    for (auto way = chosen + 1; way != ways->usable.end(); ++way) {
        if (!way->is_call() || request.has_call_back()) plan.following.push_back(way->route.id);
    }
    plan.public_text = request.public_text();
    plan.private_text = request.private_text();
    plan.reasons = reasons_of(call.caller.actor, request.reason());
    if (chosen->is_call()) {
        auto planned = co_await calling_.offer(*scene, std::move(plan), std::move(wish));
        if (!planned) co_return planned.error();
        co_return co_await shown(call.caller.workspace, planned->escalation);
    }
    auto offered = co_await offering_.offer(*scene, std::move(plan));
    if (!offered) co_return offered.error();
    if (request.has_call_back()) {
        auto kept = co_await calling_.keep(service::by(call), offered->escalation, wish);
        if (!kept) co_return kept.error();
    }
    co_return co_await shown(call.caller.workspace, offered->escalation);
}

asio::awaitable<Result<bool>> Offers::under_way(const Scene& scene) {
    if (scene.conversation.escalation().empty()) co_return false;
    auto known =
        co_await context_.reads.escalation(scene.workspace, EscalationId(scene.conversation.escalation()));
    if (!known) co_return known.error();
    co_return known->state() == v1::ESCALATION_STATE_OFFERED ||
        known->state() == v1::ESCALATION_STATE_ACCEPTED;
}

asio::awaitable<Result<v1::EscalateResponse>> Offers::refused(rpc::CallContext call,
                                                              v1::EscalateRequest request,
                                                              v1::CallBack wish) {
    store::Offer nothing;
    nothing.conversation = ConversationId(request.conversation());
    nothing.epoch = request.epoch();
    auto meanwhile = co_await context_.store.escalate(service::by(call), std::move(nothing));
    if (!meanwhile) co_return meanwhile.error();
    const bool may_call = request.has_call_back();
    co_return co_await again(std::move(call), std::move(*meanwhile), may_call, std::move(wish));
}

asio::awaitable<Result<v1::EscalateResponse>> Offers::again(rpc::CallContext call, store::Offered before,
                                                            bool may_call, v1::CallBack wish) {
    if (may_call && !is_call(before)) {
        auto kept = co_await calling_.keep(service::by(call), before.escalation, wish);
        if (!kept && kept.error().code != Code::failed_precondition) co_return kept.error();
    }
    co_return co_await shown(call.caller.workspace, before.escalation);
}

asio::awaitable<Result<v1::EscalateResponse>> Offers::shown(WorkspaceId workspace, EscalationId id) {
    auto escalation = co_await context_.reads.escalation(workspace, id);
    if (!escalation) co_return escalation.error();
    v1::EscalateResponse response;
    *response.mutable_escalation() = std::move(*escalation);
    co_return response;
}

asio::awaitable<Result<v1::DeclineResponse>> Offers::decline(rpc::CallContext call,
                                                             v1::DeclineRequest request) {
    if (!valid_utf8(request.reason())) co_return invalid("reason", "the text is not UTF-8");
    if (auto status = service::check_text("reason", request.reason(), kMostReason); !status.ok()) {
        co_return status;
    }
    const EscalationId id(request.escalation());
    auto declined = co_await context_.store.decline(service::by(call), id, request.reason());
    if (!declined) co_return declined.error();
    auto escalation = co_await context_.reads.escalation(call.caller.workspace, id);
    if (!escalation) co_return escalation.error();
    v1::DeclineResponse response;
    *response.mutable_escalation() = std::move(*escalation);
    co_return response;
}

asio::awaitable<Result<v1::CloseInPublicResponse>> Offers::close_in_public(rpc::CallContext call,
                                                                           v1::CloseInPublicRequest request) {
    const auto most = static_cast<std::size_t>(context_.settings.ingest.text_limit.count);
    if (auto status = own_epoch(request.epoch()); !status.ok()) co_return status;
    if (auto status = service::check_text("text", request.text(), most); !status.ok()) co_return status;
    const EscalationId id(request.escalation());
    auto known = co_await context_.reads.escalation(call.caller.workspace, id);
    if (!known) co_return known.error();
    auto scene = co_await scenes_.look(call.caller.workspace, ConversationId(known->public_conversation()),
                                       call.scope.encode());
    if (!scene) {
        co_return scene.error().code == Code::not_found
            ? not_found("there is no such escalation, or not for you: " + id.str())
            : scene.error();
    }
    if (scene->connector == nullptr) {
        co_return make_status(Code::unimplemented,
                              "this release cannot answer on channel " + scene->conversation.channel(),
                              "no_connector");
    }
    auto text = request.text();
    if (text.empty()) text = suggest_closing(scene->conversation.triage().language());
    if (auto status = check_variables("text", text, false); !status.ok()) co_return status;
    if (auto status = check_words("text", text, case_facts(*scene)); !status.ok()) co_return status;
    auto signature = co_await offering_.signature(call.caller.workspace, call.caller.actor);
    if (!signature) co_return signature.error();
    const auto words = said(text, "", signature->text);
    auto status =
        check_length("text", *scene->connector, words, scene->connector->caps(scene->channel).max_length);
    if (!status.ok()) co_return status;
    store::ClosingWord word;
    word.escalation = id;
    word.epoch = request.epoch();
    word.delivery = DeliveryId(make_ulid(context_.clock.now(), context_.random));
    word.text = text;
    word.blob = offering_.encode(words, signature->persona, call.caller.actor, word.delivery);
    word.undo = context_.settings.reply.undo;
    word.persona = signature->persona;
    auto held = co_await context_.store.close_in_public(service::by(call), std::move(word));
    if (!held) co_return held.error();
    auto escalation = co_await context_.reads.escalation(call.caller.workspace, id);
    if (!escalation) co_return escalation.error();
    auto delivery = co_await context_.reads.delivery(call.caller.workspace, *held);
    if (!delivery) co_return delivery.error();
    v1::CloseInPublicResponse response;
    *response.mutable_escalation() = std::move(*escalation);
    *response.mutable_delivery() = std::move(*delivery);
    co_return response;
}

}  // namespace guichet::escalation
