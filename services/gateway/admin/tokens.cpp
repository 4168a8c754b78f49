// API tokens.
#include "services/gateway/admin/admin.hpp"
#include "services/gateway/admin/checks.hpp"
#include "services/gateway/admin/grants.hpp"

namespace guichet::gateway {
namespace {

Status exceeds(const char* whom) {
    return make_status(Code::permission_denied, std::string("a token never has more rights than ") + whom,
                       "grants_exceeded");
}

}  // namespace

Admin::Answer<v1::ListTokensResponse> Admin::list_tokens(Call call, v1::ListTokensRequest request) {
    auto stored = co_await context_.credentials.tokens(call.caller.workspace);
    if (!stored) co_return stored.error();
    std::vector<v1::Token> tokens;
    for (auto& [fingerprint, record] : *stored) tokens.push_back(std::move(*record.mutable_token()));
    auto page = page_of(std::move(tokens), request.page_size(), request.cursor(),
                        [](const v1::Token& token) { return token.id(); });
    if (!page) co_return page.error();
    v1::ListTokensResponse response;
    for (auto& token : page->items) *response.add_tokens() = std::move(token);
    response.set_next_cursor(page->next);
    co_return response;
}

Admin::Answer<v1::CreateTokenResponse> Admin::create_token(Call call, v1::CreateTokenRequest request) {
    if (auto bad = check_name("name", request.name()); !bad.ok()) co_return bad;
    if (auto bad = check_grants("grants", request.grants()); !bad.ok()) co_return bad;
    if (!covers(call.caller.grants, request.grants())) co_return exceeds("its creator");
    if (request.has_expires_at() && store::to_ms(request.expires_at()) <= context_.clock.now()) {
        co_return invalid("expires_at", "expires_at is over already");
    }
    if (request.agent().empty()) {
        if (request.grants().empty()) co_return invalid("grants", "a token without an agent needs grants");
    } else {
        auto agent = co_await agent_now(call.caller.workspace, request.agent());
        if (!agent) co_return agent.error();
        if (!*agent || (*agent)->agent().disabled()) {
            co_return invalid("agent", "there is no such agent, or he is disabled: " + request.agent());
        }
        const auto& theirs = (*agent)->agent().grants();
        if (request.grants().empty() && !covers(call.caller.grants, theirs)) co_return exceeds("its creator");
        if (!covers(to_specs(theirs), request.grants())) co_return exceeds("its agent");
    }

    // The same request again finds its token by this id; the secret cannot be shown a second time.
    const auto id = id_from_request(call, "t");
    auto stored = co_await context_.credentials.tokens(call.caller.workspace);
    if (!stored) co_return stored.error();
    for (const auto& [fingerprint, known] : *stored) {
        if (known.token().id() != id) continue;
        co_return make_status(
            Code::already_exists,
            "this request made the token " + id +
                " before, and its secret was shown then: if it is lost, revoke it and make another",
            "shown_once");
    }
    records::v1::TokenRecord record;
    record.set_workspace(call.caller.workspace.str());
    auto& token = *record.mutable_token();
    token.set_id(id);
    token.set_name(request.name());
    token.set_agent(request.agent());
    *token.mutable_grants() = request.grants();
    if (request.has_expires_at()) *token.mutable_expires_at() = request.expires_at();
    auto secret = co_await context_.credentials.create_token(call.caller.actor, record);
    if (!secret) co_return secret.error();
    v1::CreateTokenResponse response;
    *response.mutable_token() = record.token();
    response.set_secret(std::move(*secret));
    co_return response;
}

Admin::Answer<v1::RevokeTokenResponse> Admin::revoke_token(Call call, v1::RevokeTokenRequest request) {
    if (auto bad = check_id("token", request.token()); !bad.ok()) co_return bad;
    auto revoked =
        co_await context_.credentials.revoke_token(call.caller.workspace, call.caller.actor, request.token());
    if (!revoked) co_return revoked.error();
    rights_changed();
    v1::RevokeTokenResponse response;
    *response.mutable_token() = revoked->token();
    co_return response;
}

}  // namespace guichet::gateway
