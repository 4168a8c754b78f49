#include "services/escalation/chain_work.hpp"

#include <algorithm>

#include "common/http/text.hpp"
#include "common/obs/log.hpp"
#include "common/store/chains.hpp"
#include "services/escalation/engine/chain.hpp"
#include "services/escalation/texts.hpp"

namespace guichet::escalation {
namespace {

std::vector<std::string> chain_in(const std::string& text) {
    std::vector<std::string> ids;
    for (const auto id : http::split(text, ',')) {
        if (!id.empty()) ids.emplace_back(id);
    }
    return ids;
}

// The newest reason first; of earlier ends only the last is of interest.
std::string with_reason(const std::string& before, const std::string& words, const std::string& route) {
    v1::Triage known, reasons;
    known.ParseFromString(before);
    auto* reason = reasons.add_reasons();
    reason->set_kind("chain");
    reason->set_text(words);
    reason->set_rule(route);
    for (const auto& one : known.reasons()) {
        if (one.kind() != "chain") *reasons.add_reasons() = one;
    }
    return reasons.SerializeAsString();
}

// Trying again would end the same way.
bool is_refusal(const Status& status) {
    return status.code == Code::failed_precondition || status.code == Code::invalid_argument ||
           status.code == Code::not_found || status.code == Code::resource_exhausted ||
           status.code == Code::unimplemented;
}

}  // namespace

asio::awaitable<Result<std::optional<store::Fields>>> ChainWork::stopped(const store::WorkItem& item) {
    auto fields = co_await context_.reads.escalation_fields(item.workspace, EscalationId(item.item));
    if (!fields) {
        if (fields.error().code == Code::not_found) co_return std::nullopt;
        co_return fields.error();
    }
    const bool refused_call =
        (*fields)["st"] == "declined" && (*fields)["rk"] == to_string(RouteKind::call_back);
    if ((*fields)["st"] != "expired" && !refused_call) co_return std::nullopt;
    co_return std::move(*fields);
}

asio::awaitable<Result<void>> ChainWork::done(const store::WorkItem& item, const char* how,
                                              std::string route) {
    obs::log::info(
        "escalation.next",
        {{"conversation", item.conversation}, {"escalation", item.item}, {"how", how}, {"route", route}});
    co_return co_await context_.store.acknowledge(item.workspace, "escalation", item.entry);
}

asio::awaitable<Result<void>> ChainWork::next(store::WorkItem item) {
    auto fields = co_await stopped(item);
    if (!fields) co_return fields.error();
    if (!*fields) co_return co_await done(item, "went on meanwhile", "");
    co_return co_await go_on(item, std::move(**fields));
}

asio::awaitable<Result<void>> ChainWork::go_on(const store::WorkItem& item, store::Fields fields) {
    auto scene = co_await scenes_.look(item.workspace, ConversationId(fields["pc"]), "*");
    if (!scene) {
        if (scene.error().code != Code::not_found) co_return scene.error();
        co_return co_await done(item, "the conversation is gone", "");
    }
    // Who closed the public side wants no more said.
    if (scene->conversation.state() == v1::CONVERSATION_STATE_RESOLVED) {
        co_return co_await done(item, "the conversation is resolved", "");
    }
    // Who said no is not written to by himself: a person decides.
    if (fields["st"] == "declined") co_return co_await propose(item, std::move(*scene), std::move(fields));
    const auto chain = chain_in(fields["chain"]);
    v1::CallBack wish;
    wish.ParseFromString(fields["cw"]);
    if (wish.consent()) {
        scene->facts.call_consent = true;
        scene->facts.phone = wish.number();
    }
    auto ways = co_await scenes_.ways(*scene, chain, "*");
    if (!ways) co_return ways.error();
    for (auto id = chain.begin(); id != chain.end(); ++id) {
        const auto way = std::find_if(ways->usable.begin(), ways->usable.end(),
                                      [&](const auto& open) { return open.route.id == *id; });
        if (way == ways->usable.end()) continue;
        Plan plan;
        plan.by = {item.workspace, fields["by"], "next|" + item.entry + "|" + *id, "*"};
        plan.epoch = "*";
        plan.way = *way;
        plan.following.assign(id + 1, chain.end());
        plan.private_text = fields["pt"];
        plan.quiet = fields["said"] == "1" && !way->is_link();
        // The words of another kind of way do not fit.
        if (has_link(fields["pw"]) == way->is_link()) plan.public_text = fields["pw"];
        auto offered = co_await offer(*scene, std::move(plan), fields);
        if (offered) co_return co_await done(item, "offered", *id);
        if (!is_refusal(offered.error())) co_return offered.error();
        obs::log::warn("escalation.not_offered",
                       {{"escalation", item.item}, {"route", *id}, {"why", offered.error()}});
    }
    co_return co_await propose(item, std::move(*scene), std::move(fields));
}

asio::awaitable<Result<store::Offered>> ChainWork::offer(const Scene& scene, Plan plan,
                                                         const store::Fields& fields) {
    if (!plan.way.is_call()) co_return co_await offering_.offer(scene, std::move(plan));
    v1::CallBack wish;
    const auto kept = fields.find("cw");
    if (kept != fields.end()) wish.ParseFromString(kept->second);
    // The task says it all; in public there is nothing new.
    plan.public_text.clear();
    auto planned = wish_now(std::move(wish), context_.clock.now());
    co_return co_await calling_.offer(scene, std::move(plan), std::move(planned));
}

asio::awaitable<Result<void>> ChainWork::propose(const store::WorkItem& item, Scene scene,
                                                 store::Fields fields) {
    // Whether he agrees to a call is asked by who takes up the proposal.
    scene.facts.call_consent = true;
    const auto chain = chain_in(fields["chain"]);
    auto ways = co_await scenes_.ways(scene, chain, "*");
    if (!ways) co_return ways.error();
    const auto tried = chain_in(fields["td"]);
    const auto next = std::find_if(ways->usable.begin(), ways->usable.end(), [&](const PrivateWay& way) {
        return std::find(tried.begin(), tried.end(), way.route.id) == tried.end();
    });
    if (next == ways->usable.end()) co_return co_await done(item, "nothing is left", "");
    const auto why = why_next({fields["ri"], fields["st"] == "declined", fields["er"]}, next->route);
    store::Chains chains(context_.store);
    auto proposed = co_await chains.propose_next(item.workspace, EscalationId(item.item), item.entry,
                                                 with_reason(fields["rs"], why, next->route.id),
                                                 context_.settings.routing.reserve);
    if (!proposed) co_return proposed.error();
    obs::log::info("escalation.next", {{"conversation", item.conversation},
                                       {"escalation", item.item},
                                       {"how", *proposed ? "proposed" : "went on meanwhile"},
                                       {"route", next->route.id}});
    co_return Result<void>{};
}

}  // namespace guichet::escalation
