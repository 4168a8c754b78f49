#include "common/access/second_factor.hpp"

#include <algorithm>

namespace guichet::access {

bool asks_second_factor(v1::SecondFactorRule rule, const v1::Agent& agent) {
    if (agent.bot()) return false;
    if (rule == v1::SECOND_FACTOR_RULE_EVERYBODY) return true;
    if (rule != v1::SECOND_FACTOR_RULE_SUPERVISORS) return false;
    return std::any_of(agent.grants().begin(), agent.grants().end(), [](const v1::Grant& grant) {
        return grant.role() == v1::ROLE_SUPERVISOR || grant.role() == v1::ROLE_ADMIN;
    });
}

asio::awaitable<Result<v1::SecondFactorRule>> second_factor_rule(store::Store& store, WorkspaceId workspace) {
    auto document = co_await store.document(std::move(workspace), kSecondFactorRule, kSecondFactorRule);
    if (!document) co_return document.error();
    if (!*document) co_return v1::SECOND_FACTOR_RULE_NOBODY;
    guichet::records::v1::SecondFactorRuleRecord record;
    if (!record.ParseFromString((*document)->bytes))
        co_return internal("the rule for second factors cannot be read: set it anew");
    co_return record.rule();
}

asio::awaitable<Result<bool>> lacks_second_factor(store::Store& store, WorkspaceId workspace,
                                                  v1::Agent agent) {
    auto rule = co_await second_factor_rule(store, workspace);
    if (!rule) co_return rule.error();
    if (!asks_second_factor(*rule, agent)) co_return false;
    auto document = co_await store.document(std::move(workspace), kSecondFactor, agent.id());
    if (!document) co_return document.error();
    guichet::records::v1::SecondFactorRecord record;
    co_return !*document || !record.ParseFromString((*document)->bytes) || record.secret().empty();
}

}  // namespace guichet::access
