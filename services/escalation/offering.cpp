#include "services/escalation/offering.hpp"

#include "common/obs/log.hpp"
#include "common/store/records.hpp"
#include "services/escalation/texts.hpp"

namespace guichet::escalation {
namespace {

// As long as a secret is, so that lengths are known before there is one.
constexpr std::size_t kSecretSize = 46;

Status check_both(const Scene& scene, const Plan& plan, const std::string& link,
                  const std::string& signature) {
    const bool by_link = plan.way.is_link();
    if (!plan.public_text.empty()) {
        if (auto status = check_variables("public_text", plan.public_text, by_link); !status.ok())
            return status;
        if (auto status = check_words("public_text", plan.public_text, case_facts(scene)); !status.ok()) {
            return status;
        }
        auto status = check_length("public_text", *scene.connector, said(plan.public_text, link, signature),
                                   scene.connector->caps(scene.channel).max_length);
        if (!status.ok()) return status;
    }
    if (by_link) return {};
    if (auto status = check_variables("private_text", plan.private_text, false); !status.ok()) return status;
    return check_length("private_text", *plan.way.connector, said(plan.private_text, "", signature),
                        plan.way.max_length);
}

// What is not written is said in the usual words.
void complete(const Scene& scene, Plan& plan) {
    const auto& language = scene.conversation.triage().language();
    if (plan.public_text.empty() && !plan.quiet) {
        plan.public_text = suggest_invitation(language, plan.way.is_link(), "");
    }
    if (plan.quiet) plan.public_text.clear();
    if (plan.way.is_link()) {
        plan.private_text.clear();
    } else if (plan.private_text.empty()) {
        plan.private_text = suggest_private(language);
    }
}

const char* word_of(channels::Way way) {
    return way == channels::Way::private_reply ? "private_reply" : "direct";
}

}  // namespace

Status check_length(const std::string& field, const channels::Connector& connector, const std::string& text,
                    std::size_t most) {
    const auto length = connector.measure(text);
    if (most == 0 || length <= most) return {};
    return invalid(field, "it is " + std::to_string(length) +
                              " long, link and signature included; the channel takes " +
                              std::to_string(most));
}

asio::awaitable<Result<Offering::Signature>> Offering::signature(WorkspaceId workspace, std::string actor) {
    auto agent = co_await context_.catalog.agent(workspace, AgentId(actor));
    if (!agent) co_return agent.error();
    if (!*agent || (*agent)->agent().persona().empty()) co_return Signature{};
    auto persona = co_await context_.catalog.persona(workspace, (*agent)->agent().persona());
    if (!persona) co_return persona.error();
    if (!*persona || (*persona)->deleted()) co_return Signature{};
    co_return Signature{(*persona)->name(), (*persona)->signature()};
}

asio::awaitable<Result<store::Offered>> Offering::offer(const Scene& scene, Plan plan) {
    if (scene.connector == nullptr) {
        co_return make_status(Code::unimplemented,
                              "this release cannot answer on channel " + scene.conversation.channel(),
                              "no_connector");
    }
    complete(scene, plan);
    auto signature = co_await this->signature(plan.by.workspace, plan.by.actor);
    if (!signature) co_return signature.error();
    auto link = scenes_.origin() + "/p/" + std::string(kSecretSize, 'x');
    if (auto status = check_both(scene, plan, link, signature->text); !status.ok()) co_return status;

    store::Offer offer;
    offer.escalation = EscalationId(make_ulid(context_.clock.now(), context_.random));
    std::string secret;
    if (plan.way.is_link()) {
        auto under_way = co_await case_of(scene, offer.escalation);
        if (!under_way) co_return under_way.error();
        offer.escalation = std::move(*under_way);
        auto page = co_await open_page(scene, offer.escalation, ChannelId(plan.way.channel.id()));
        if (!page) co_return page.error();
        secret = std::move(*page);
        link = scenes_.origin() + "/p/" + secret;
    }
    address(scene, plan, offer);
    word(plan, *signature, link, offer);
    const auto mine = offer.public_delivery;
    auto offered = co_await context_.store.escalate(plan.by, std::move(offer));
    // A page of what was not made leads nowhere: the request was answered before, or refused.
    const bool unused = offered ? offered->delivery != mine : !offered.error().retryable;
    if (!secret.empty() && unused) co_await close_page(std::move(secret));
    co_return offered;
}

// Where it goes, for how long, and what follows.
void Offering::address(const Scene& scene, const Plan& plan, store::Offer& offer) {
    const auto now = context_.clock.now();
    const auto& route = plan.way.route;
    offer.conversation = ConversationId(scene.conversation.id());
    offer.epoch = plan.epoch;
    offer.route = route.id;
    offer.kind = to_string(route.kind);
    offer.channel = ChannelId(plan.way.channel.id());
    offer.single_use_key = plan.way.single_use_key;
    offer.recipient = plan.way.recipient;
    offer.thread = plan.way.thread;
    offer.identity = "account_proven";
    if (!plan.way.is_link()) offer.private_conversation = ConversationId(make_ulid(now, context_.random));
    // What is not the person's own thread is named after the conversation.
    if (route.kind == RouteKind::mail) offer.thread = "conv:" + offer.private_conversation.str();
    if (plan.way.is_link()) {
        offer.recipient.clear();
        offer.thread.clear();
        offer.identity = "claimed";
    }
    offer.expires_at = offer_expires(route, now, chain_settings(context_.settings.escalation));
    for (const auto& id : plan.following) offer.chain += (offer.chain.empty() ? "" : ",") + id;
    offer.reasons = plan.reasons;
    offer.lease = context_.settings.routing.lease;
}

void Offering::word(const Plan& plan, const Signature& signature, const std::string& link,
                    store::Offer& offer) {
    const auto now = context_.clock.now();
    offer.undo = context_.settings.reply.undo;
    offer.persona = signature.persona;
    if (!plan.way.is_link()) {
        offer.way = word_of(plan.way.way);
        offer.private_delivery = DeliveryId(make_ulid(now, context_.random));
        offer.private_text = plan.private_text;
        offer.private_blob = encode(said(plan.private_text, "", signature.text), signature.persona,
                                    plan.by.actor, offer.private_delivery);
    }
    if (plan.public_text.empty()) return;
    offer.public_delivery = DeliveryId(make_ulid(now, context_.random));
    offer.public_text = plan.public_text;
    offer.public_blob = encode(said(plan.public_text, link, signature.text), signature.persona, plan.by.actor,
                               offer.public_delivery);
}

std::string Offering::encode(const std::string& text, const std::string& persona, const std::string& actor,
                             const DeliveryId& delivery) const {
    v1::Message message;
    message.set_text(text);
    message.set_persona(persona);
    message.set_actor(actor);
    message.set_delivery(delivery.str());
    store::set_time(message.mutable_created_at(), context_.clock.now());
    return store::encode_message(message);
}

asio::awaitable<Result<EscalationId>> Offering::case_of(const Scene& scene, EscalationId fresh) {
    const EscalationId known(scene.conversation.escalation());
    if (known.empty()) co_return fresh;
    auto escalation = co_await context_.reads.escalation(scene.workspace, known);
    if (!escalation) co_return escalation.error();
    const auto state = escalation->state();
    const bool over =
        state == v1::ESCALATION_STATE_RESOLVED || state == v1::ESCALATION_STATE_CLOSED_IN_PUBLIC;
    co_return over ? fresh : known;
}

asio::awaitable<Result<std::string>> Offering::open_page(const Scene& scene, EscalationId escalation,
                                                         ChannelId form) {
    access::records::PrivatePageRecord record;
    record.set_workspace(scene.workspace.str());
    record.set_escalation(escalation.str());
    record.set_channel(form.str());
    record.set_language(scene.conversation.triage().language());
    record.set_expires_at(context_.clock.now() + context_.settings.forms.page_lifetime.count());
    co_return co_await context_.credentials.create_private_page(std::move(record));
}

asio::awaitable<void> Offering::close_page(std::string secret) {
    auto closed = co_await context_.credentials.revoke_private_page(std::move(secret));
    if (!closed) obs::log::warn("escalation.page_not_closed", {{"why", closed.error()}});
}

}  // namespace guichet::escalation
