#include "services/escalation/chain_work.hpp"

#include <algorithm>

#include "common/http/text.hpp"
#include "common/obs/log.hpp"
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
    if ((*fields)["st"] != "expired") co_return std::nullopt;
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
    const auto chain = chain_in(fields["chain"]);
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
        auto offered = co_await offering_.offer(*scene, std::move(plan));
        if (offered) co_return co_await done(item, "offered", *id);
        if (!is_refusal(offered.error())) co_return offered.error();
        obs::log::warn("escalation.not_offered",
                       {{"escalation", item.item}, {"route", *id}, {"why", offered.error()}});
    }
    co_return co_await done(item, "nothing is left", "");
}

}  // namespace guichet::escalation
