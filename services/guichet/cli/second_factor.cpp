#include <map>
#include <memory>

#include "common/store/records.hpp"
#include "guichet/v1/second_factor.pb.h"
#include "services/guichet/cli/command.hpp"
#include "services/guichet/cli/desk.hpp"

namespace guichet::cli {
namespace {

const std::map<std::string, v1::SecondFactorRule>& rules() {
    static const std::map<std::string, v1::SecondFactorRule> kRules{
        {"nobody", v1::SECOND_FACTOR_RULE_NOBODY},
        {"supervisors", v1::SECOND_FACTOR_RULE_SUPERVISORS},
        {"everybody", v1::SECOND_FACTOR_RULE_EVERYBODY}};
    return kRules;
}

std::string rule_text(v1::SecondFactorRule rule) {
    if (rule == v1::SECOND_FACTOR_RULE_SUPERVISORS) return "Asked of supervisors and administrators.\n";
    if (rule == v1::SECOND_FACTOR_RULE_EVERYBODY) return "Asked of everybody who signs in.\n";
    return "Asked of nobody.\n";
}

std::string factor_text(const v1::SecondFactor& factor) {
    std::string text = safe(factor.agent(), 128) + "  ";
    if (factor.on()) {
        text += "on since " + to_iso8601(store::to_ms(factor.since())) + ", " +
                std::to_string(factor.recovery_codes()) + " recovery codes left";
    } else {
        text += factor.required() ? "none, though the rule asks for one" : "none";
    }
    return text + "\n";
}

void add_list(CLI::App& group, Common& common) {
    auto cursor = std::make_shared<std::string>();
    auto* command = add(group, common, "list", "who has one");
    command->add_option("--cursor", *cursor, "where the page before ended");
    command->callback([&common, cursor] {
        with_server(common, [&](rpc::SyncClient& client) {
            v1::ListSecondFactorsRequest request;
            request.set_page_size(200);
            request.set_cursor(*cursor);
            return call<v1::ListSecondFactorsResponse>(
                client, common, "SecondFactorService/ListSecondFactors", request,
                [](const v1::ListSecondFactorsResponse& r) {
                    std::string text;
                    for (const auto& factor : r.second_factors()) text += factor_text(factor);
                    if (!r.next_cursor().empty()) text += "more: --cursor " + r.next_cursor() + "\n";
                    return text.empty() ? "Nobody signs in here.\n" : text;
                });
        });
    });
}

void add_reset(CLI::App& group, Common& common) {
    auto agent = std::make_shared<std::string>();
    auto* command =
        add(group, common, "reset", "take an agent's away, who lost his device; his sessions end");
    command->add_option("agent", *agent)->required();
    command->callback([&common, agent] {
        with_server(common, [&](rpc::SyncClient& client) {
            v1::ResetSecondFactorRequest request;
            request.set_request_id(Connection::request_id());
            request.set_agent(*agent);
            return call<v1::ResetSecondFactorResponse>(
                client, common, "SecondFactorService/ResetSecondFactor", request,
                [&agent](const v1::ResetSecondFactorResponse&) {
                    return safe(*agent, 128) + " signs in with the password alone, or sets up a new one.\n";
                });
        });
    });
}

void add_rule(CLI::App& group, Common& common) {
    auto rule = std::make_shared<std::string>();
    auto* command = add(group, common, "rule", "of whom one is asked; with a word: from now on");
    command->add_option("rule", *rule, "nobody, supervisors (and administrators), everybody")
        ->check(CLI::IsMember(rules()));
    command->callback([&common, rule] {
        with_server(common, [&](rpc::SyncClient& client) {
            if (rule->empty()) {
                return call<v1::GetSecondFactorRuleResponse>(
                    client, common, "SecondFactorService/GetSecondFactorRule",
                    v1::GetSecondFactorRuleRequest(),
                    [](const v1::GetSecondFactorRuleResponse& r) { return rule_text(r.rule()); });
            }
            v1::PutSecondFactorRuleRequest request;
            request.set_request_id(Connection::request_id());
            request.set_rule(rules().at(*rule));
            return call<v1::PutSecondFactorRuleResponse>(
                client, common, "SecondFactorService/PutSecondFactorRule", request,
                [](const v1::PutSecondFactorRuleResponse& r) { return rule_text(r.rule()); });
        });
    });
}

}  // namespace

void add_second_factor(CLI::App& app, Common& common) {
    auto* group = app.add_subcommand("second-factor", "of people who sign in: list, reset, rule");
    group->require_subcommand(1);
    add_list(*group, common);
    add_reset(*group, common);
    add_rule(*group, common);
}

}  // namespace guichet::cli
