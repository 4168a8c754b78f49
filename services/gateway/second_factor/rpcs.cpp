#include "services/gateway/second_factor/rpcs.hpp"

#include <array>

#include "common/access/second_factor.hpp"
#include "common/access/tickets.hpp"
#include "services/gateway/admin/checks.hpp"
#include "services/gateway/admin/grants.hpp"
#include "services/gateway/people.hpp"
#include "services/gateway/second_factor/qr.hpp"
#include "services/gateway/second_factor/totp.hpp"
#include "services/gateway/sign_in_form.hpp"

namespace guichet::gateway {
namespace {

v1::Role highest_role(const v1::Agent& agent) {
    auto highest = v1::ROLE_UNSPECIFIED;
    for (const auto& grant : agent.grants()) {
        if (grant.role() <= v1::ROLE_ADMIN && grant.role() > highest) highest = grant.role();
    }
    return highest;
}

v1::SecondFactor shown(const v1::Agent& agent, const records::v1::SecondFactorRecord& record,
                       v1::SecondFactorRule rule) {
    v1::SecondFactor factor;
    factor.set_agent(agent.id());
    factor.set_on(!record.secret().empty());
    if (factor.on()) store::set_time(factor.mutable_since(), record.since());
    factor.set_recovery_codes(record.recovery_size());
    factor.set_required(access::asks_second_factor(rule, agent));
    factor.set_role(highest_role(agent));
    return factor;
}

Person person_of(const rpc::CallContext& call) {
    return {call.caller.workspace, call.caller.actor};
}

Status wrong(const char* field, const char* what) {
    return invalid(field, std::string(what) + " is wrong");
}

}  // namespace

void SecondFactorRpcs::register_rpcs(rpc::Dispatcher& dispatcher) {
    const auto bind = [this, &dispatcher](const char* name, auto method) {
        service::bind(dispatcher, std::string("guichet.v1.SecondFactorService/") + name, *this, method);
    };
    bind("GetSecondFactor", &SecondFactorRpcs::get);
    bind("BeginSecondFactor", &SecondFactorRpcs::begin);
    bind("ConfirmSecondFactor", &SecondFactorRpcs::confirm);
    bind("DisableSecondFactor", &SecondFactorRpcs::disable);
    bind("RenewRecoveryCodes", &SecondFactorRpcs::renew_codes);
    bind("ListSecondFactors", &SecondFactorRpcs::list);
    bind("ResetSecondFactor", &SecondFactorRpcs::reset);
    bind("GetSecondFactorRule", &SecondFactorRpcs::get_rule);
    bind("PutSecondFactorRule", &SecondFactorRpcs::put_rule);
}

SecondFactorRpcs::Answer<records::v1::AgentRecord> SecondFactorRpcs::caller_in_person(const Call& call) {
    if (!call.caller.credential.starts_with("gs_")) {
        co_return make_status(Code::failed_precondition,
                              "people do this for themselves: sign in to the console with your password",
                              "needs_session");
    }
    auto record = co_await context_.catalog.agent(call.caller.workspace, AgentId(call.caller.actor));
    if (!record) co_return record.error();
    if (!*record) co_return not_found("this agent is gone");
    co_return std::move(**record);
}

asio::awaitable<Status> SecondFactorRpcs::check_password(const Call& call, std::string password,
                                                         const char* what) {
    auto record = co_await caller_in_person(call);
    if (!record) co_return record.error();
    const auto key = account_key(call.caller.workspace.str(), call.caller.actor);
    const auto wait = limits_.attempt(key, context_.clock.now());
    if (wait > 0) co_return too_many_attempts(wait);
    auto fits = co_await password_fits(context_.pool, record->password(), std::move(password));
    if (!fits) co_return fits.error();
    if (!*fits) co_return wrong("password", what);
    limits_.forgive(key);
    co_return Status{};
}

asio::awaitable<Status> SecondFactorRpcs::check_both(const Call& call, std::string password,
                                                     std::string code) {
    constexpr char kWhat[] = "the password or the code";
    auto refused = co_await check_password(call, std::move(password), kWhat);
    if (!refused.ok()) co_return refused;
    const auto key = account_key(call.caller.workspace.str(), call.caller.actor);
    const auto wait = limits_.attempt(key, context_.clock.now());
    if (wait > 0) co_return too_many_attempts(wait);
    auto used = co_await factors_.use(person_of(call), std::move(code));
    if (!used) co_return used.error().reason == "wrong_code" ? wrong("password", kWhat) : used.error();
    limits_.succeeded(key);
    co_return Status{};
}

asio::awaitable<Result<void>> SecondFactorRpcs::end_sessions(const Call& call, std::string agent) {
    const auto now = context_.clock.now();
    auto end = [now](records::v1::AgentRecord& record) { record.set_sessions_from(now); };
    const bool own = agent == call.caller.actor && call.caller.credential.starts_with("gs_");
    auto ended = co_await change_agent(context_, call.caller.workspace, std::move(agent), call.caller.actor,
                                       std::move(end));
    if (ended && own)
        ended = co_await access::renew_session(context_.store, context_.clock, call.caller.credential);
    if (authenticator_ != nullptr) authenticator_->invalidate_all();
    co_return ended;
}

SecondFactorRpcs::Answer<v1::GetSecondFactorResponse> SecondFactorRpcs::get(Call call,
                                                                            v1::GetSecondFactorRequest) {
    auto agent = co_await context_.catalog.agent(call.caller.workspace, AgentId(call.caller.actor));
    if (!agent) co_return agent.error();
    if (!*agent) co_return not_found("the second factor is for people: this credential belongs to nobody");
    auto record = co_await factors_.find(person_of(call));
    if (!record) co_return record.error();
    auto rule = co_await access::second_factor_rule(context_.store, call.caller.workspace);
    if (!rule) co_return rule.error();
    v1::GetSecondFactorResponse response;
    *response.mutable_second_factor() = shown((*agent)->agent(), *record, *rule);
    co_return response;
}

SecondFactorRpcs::Answer<v1::BeginSecondFactorResponse> SecondFactorRpcs::begin(
    Call call, v1::BeginSecondFactorRequest request) {
    auto refused = co_await check_password(call, std::move(*request.mutable_password()), "the password");
    if (!refused.ok()) co_return refused;
    auto secret = co_await factors_.begin(person_of(call));
    if (!secret) co_return secret.error();
    v1::BeginSecondFactorResponse response;
    response.set_secret(*secret);
    response.set_uri(otpauth_uri(call.caller.actor + "@" + call.caller.workspace.str(), *secret));
    auto qr = qr_code(response.uri());
    if (!qr) co_return qr.error();
    response.set_qr_path(std::move(qr->path));
    response.set_qr_side(qr->side);
    store::set_time(response.mutable_expires_at(),
                    context_.clock.now() + std::chrono::milliseconds(Factors::kPendingLife).count());
    co_return response;
}

SecondFactorRpcs::Answer<v1::ConfirmSecondFactorResponse> SecondFactorRpcs::confirm(
    Call call, v1::ConfirmSecondFactorRequest request) {
    auto record = co_await caller_in_person(call);
    if (!record) co_return record.error();
    const auto key = account_key(call.caller.workspace.str(), call.caller.actor);
    const auto wait = limits_.attempt(key, context_.clock.now());
    if (wait > 0) co_return too_many_attempts(wait);
    auto codes = co_await factors_.confirm(person_of(call), std::move(*request.mutable_code()));
    if (!codes) co_return codes.error();
    limits_.succeeded(key);
    auto ended = co_await end_sessions(call, call.caller.actor);
    if (!ended) co_return ended.error();
    v1::ConfirmSecondFactorResponse response;
    for (auto& code : *codes) response.add_recovery_codes(std::move(code));
    co_return response;
}

SecondFactorRpcs::Answer<v1::DisableSecondFactorResponse> SecondFactorRpcs::disable(
    Call call, v1::DisableSecondFactorRequest request) {
    auto refused =
        co_await check_both(call, std::move(*request.mutable_password()), std::move(*request.mutable_code()));
    if (!refused.ok()) co_return refused;
    auto removed = co_await factors_.remove(person_of(call));
    if (!removed) co_return removed.error();
    auto ended = co_await end_sessions(call, call.caller.actor);
    if (!ended) co_return ended.error();
    co_return v1::DisableSecondFactorResponse{};
}

SecondFactorRpcs::Answer<v1::RenewRecoveryCodesResponse> SecondFactorRpcs::renew_codes(
    Call call, v1::RenewRecoveryCodesRequest request) {
    auto refused =
        co_await check_both(call, std::move(*request.mutable_password()), std::move(*request.mutable_code()));
    if (!refused.ok()) co_return refused;
    auto codes = co_await factors_.renew_codes(person_of(call));
    if (!codes) co_return codes.error();
    v1::RenewRecoveryCodesResponse response;
    for (auto& code : *codes) response.add_recovery_codes(std::move(code));
    co_return response;
}

SecondFactorRpcs::Answer<v1::ListSecondFactorsResponse> SecondFactorRpcs::list(
    Call call, v1::ListSecondFactorsRequest request) {
    auto agents = co_await context_.catalog.agents(call.caller.workspace);
    if (!agents) co_return agents.error();
    std::erase_if(*agents, [](const records::v1::AgentRecord& record) {
        return record.agent().bot() || record.agent().disabled();
    });
    auto page = page_of(std::move(*agents), request.page_size(), request.cursor(),
                        [](const records::v1::AgentRecord& record) { return record.agent().id(); });
    if (!page) co_return page.error();
    auto factors = co_await factors_.all(call.caller.workspace);
    if (!factors) co_return factors.error();
    auto rule = co_await access::second_factor_rule(context_.store, call.caller.workspace);
    if (!rule) co_return rule.error();
    v1::ListSecondFactorsResponse response;
    for (const auto& record : page->items)
        *response.add_second_factors() = shown(record.agent(), (*factors)[record.agent().id()], *rule);
    response.set_next_cursor(page->next);
    co_return response;
}

SecondFactorRpcs::Answer<v1::ResetSecondFactorResponse> SecondFactorRpcs::reset(
    Call call, v1::ResetSecondFactorRequest request) {
    context_.catalog.forget();
    auto record = co_await context_.catalog.agent(call.caller.workspace, AgentId(request.agent()));
    if (!record) co_return record.error();
    if (!*record) co_return not_found("there is no agent " + request.agent());
    // With somebody's password this is the way to what he may do.
    if (!covers(call.caller.grants, (*record)->agent().grants())) co_return grants_exceeded();
    Person who{call.caller.workspace, request.agent()};
    auto removed = co_await factors_.remove(std::move(who));
    if (!removed) co_return removed.error();
    if ((*record)->agent().disabled()) co_return v1::ResetSecondFactorResponse{};
    auto ended = co_await end_sessions(call, request.agent());
    if (!ended) co_return ended.error();
    co_return v1::ResetSecondFactorResponse{};
}

SecondFactorRpcs::Answer<v1::GetSecondFactorRuleResponse> SecondFactorRpcs::get_rule(
    Call call, v1::GetSecondFactorRuleRequest) {
    auto rule = co_await access::second_factor_rule(context_.store, call.caller.workspace);
    if (!rule) co_return rule.error();
    v1::GetSecondFactorRuleResponse response;
    response.set_rule(*rule);
    co_return response;
}

SecondFactorRpcs::Answer<v1::PutSecondFactorRuleResponse> SecondFactorRpcs::put_rule(
    Call call, v1::PutSecondFactorRuleRequest request) {
    constexpr std::array kRules{v1::SECOND_FACTOR_RULE_NOBODY, v1::SECOND_FACTOR_RULE_SUPERVISORS,
                                v1::SECOND_FACTOR_RULE_EVERYBODY};
    if (std::find(kRules.begin(), kRules.end(), request.rule()) == kRules.end())
        co_return invalid("rule", "rule must be NOBODY, SUPERVISORS or EVERYBODY");
    if (!call.scope.everything()) co_return denied("this takes an administrator of the whole workspace");
    records::v1::SecondFactorRuleRecord record;
    record.set_rule(request.rule());
    auto by = service::by(call);
    auto put = co_await context_.store.put_document(by, access::kSecondFactorRule, access::kSecondFactorRule,
                                                    -1, record.SerializeAsString());
    if (!put) co_return put.error();
    if (authenticator_ != nullptr) authenticator_->invalidate_all();
    v1::PutSecondFactorRuleResponse response;
    response.set_rule(request.rule());
    co_return response;
}

}  // namespace guichet::gateway
