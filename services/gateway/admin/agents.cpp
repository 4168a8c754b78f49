// Agents and bots, and the links by which people sign in for the first time.
#include "services/gateway/admin/admin.hpp"
#include "services/gateway/admin/checks.hpp"
#include "services/gateway/admin/grants.hpp"

namespace guichet::gateway {
namespace {

constexpr int kMaxCapacity = 1000;
constexpr int kMaxLists = 100;

Status check_shape(const v1::Agent& agent) {
    if (auto bad = check_id("agent.id", agent.id()); !bad.ok()) return bad;
    // Actors of other kinds are written so.
    if (agent.id().find(':') != std::string::npos || agent.id() == "system" || agent.id() == "me") {
        return invalid("agent.id", "this cannot be the id of an agent: " + agent.id());
    }
    if (auto bad = check_name("agent.name", agent.name()); !bad.ok()) return bad;
    if (auto bad = check_email("agent.email", agent.email()); !bad.ok()) return bad;
    if (auto bad = check_grants("agent.grants", agent.grants()); !bad.ok()) return bad;
    for (const auto& grant : agent.grants()) {
        if (grant.role() == v1::ROLE_CHANNEL) {
            return invalid("agent.grants.role", "the role CHANNEL is for tokens without an agent");
        }
        if (grant.role() == v1::ROLE_BOT && !agent.bot()) {
            return invalid("agent.grants.role",
                           "the role BOT is for bots: set agent.bot, or choose another role");
        }
    }
    if (agent.capacity() < 0 || agent.capacity() > kMaxCapacity) {
        return invalid("agent.capacity", "agent.capacity must be 0 to " + std::to_string(kMaxCapacity));
    }
    if (agent.languages_size() > kMaxLists || agent.teams_size() > kMaxLists) {
        return invalid("agent", "at most " + std::to_string(kMaxLists) + " languages and teams");
    }
    for (const auto& language : agent.languages()) {
        if (language.empty())
            return invalid("agent.languages", "agent.languages must be ISO 639-1 codes such as fr");
        if (auto bad = check_language("agent.languages", language); !bad.ok()) return bad;
    }
    return {};
}

std::string lower(std::string text) {
    for (auto& c : text) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
    return text;
}

}  // namespace

Admin::Answer<v1::ListAgentsResponse> Admin::list_agents(Call call, v1::ListAgentsRequest request) {
    auto agents = co_await context_.catalog.agents(call.caller.workspace);
    if (!agents) co_return agents.error();
    auto page = page_of(std::move(*agents), request.page_size(), request.cursor(),
                        [](const records::v1::AgentRecord& record) { return record.agent().id(); });
    if (!page) co_return page.error();
    const bool admin = service::holds(call.caller, rpc::Role::admin);
    v1::ListAgentsResponse response;
    for (auto& record : page->items) {
        auto& agent = *response.add_agents();
        agent = std::move(*record.mutable_agent());
        if (admin || agent.id() == call.caller.actor) continue;
        // Colleagues need to know who there is and what he serves, not his address or his rights.
        agent.clear_email();
        agent.clear_grants();
    }
    response.set_next_cursor(page->next);
    co_return response;
}

asio::awaitable<Status> Admin::check_agent(WorkspaceId workspace, v1::Agent agent) {
    for (const auto& team : agent.teams()) {
        auto bad = co_await check_team(workspace, "agent.teams", team);
        if (!bad.ok()) co_return bad;
    }
    if (!agent.persona().empty()) {
        auto persona = co_await context_.catalog.persona(workspace, agent.persona());
        if (!persona) co_return persona.error();
        if (!*persona) co_return invalid("agent.persona", "there is no persona " + agent.persona());
    }
    if (agent.email().empty()) co_return Status{};
    auto everybody = co_await context_.catalog.agents(workspace);
    if (!everybody) co_return everybody.error();
    for (const auto& record : *everybody) {
        if (record.agent().id() != agent.id() && lower(record.agent().email()) == lower(agent.email())) {
            co_return invalid("agent.email", "another agent has this address: " + record.agent().id());
        }
    }
    co_return Status{};
}

// `agent`: as it is to be.
asio::awaitable<Status> Admin::keeps_an_admin(WorkspaceId workspace, v1::Agent agent) {
    if (!agent.disabled() && !agent.bot() && is_full_admin(agent.grants())) co_return Status{};
    auto everybody = co_await context_.catalog.agents(std::move(workspace));
    if (!everybody) co_return everybody.error();
    bool was_one = false;
    for (const auto& record : *everybody) {
        const auto& other = record.agent();
        if (other.disabled() || other.bot() || !is_full_admin(other.grants())) continue;
        if (other.id() != agent.id()) co_return Status{};
        was_one = true;
    }
    if (!was_one) co_return Status{};
    co_return make_status(Code::failed_precondition,
                          "this is the last administrator: make somebody else one first", "last_admin");
}

Admin::Answer<v1::PutAgentResponse> Admin::put_agent(Call call, v1::PutAgentRequest request) {
    auto& agent = *request.mutable_agent();
    if (auto bad = check_shape(agent); !bad.ok()) co_return bad;
    if (!covers(call.caller.grants, agent.grants())) co_return grants_exceeded();
    auto before = co_await agent_now(call.caller.workspace, agent.id());
    if (!before) co_return before.error();
    if (*before && !covers(call.caller.grants, (*before)->agent().grants())) co_return grants_exceeded();
    auto bad = co_await check_agent(call.caller.workspace, agent);
    if (!bad.ok()) co_return bad;
    auto last = co_await keeps_an_admin(call.caller.workspace, agent);
    if (!last.ok()) co_return last;

    // Of the record, this changes what the contract shows; the password stays. Should it change right now,
    // the version does too.
    auto record = before->value_or(records::v1::AgentRecord{});
    *record.mutable_agent() = agent;
    auto by = service::by(call);
    auto version = co_await put(by, access::kAgent, agent.id(), agent.version(), record.SerializeAsString());
    if (!version) co_return version.error();
    rights_changed();
    agent.set_version(*version);
    v1::PutAgentResponse response;
    *response.mutable_agent() = std::move(agent);
    co_return response;
}

Admin::Answer<v1::CreateSignInLinkResponse> Admin::create_sign_in_link(Call call,
                                                                       v1::CreateSignInLinkRequest request) {
    auto record = co_await agent_now(call.caller.workspace, request.agent());
    if (!record) co_return record.error();
    if (!*record) co_return not_found("there is no agent " + request.agent());
    const auto& agent = (*record)->agent();
    if (agent.disabled() || agent.bot()) {
        co_return make_status(Code::failed_precondition,
                              "bots and disabled agents do not sign in: give a bot a token",
                              "cannot_sign_in");
    }
    // Whoever sets somebody's password may do what he may.
    if (!covers(call.caller.grants, agent.grants())) co_return grants_exceeded();
    records::v1::SignInLinkRecord link;
    link.set_workspace(call.caller.workspace.str());
    link.set_agent(agent.id());
    link.set_expires_at(context_.clock.now() + context_.settings.gateway.sign_in_link.count());
    auto secret = co_await context_.credentials.create_link(link);
    if (!secret) co_return secret.error();
    v1::CreateSignInLinkResponse response;
    // In the fragment: it reaches no server before a person sends the form, so no link preview spends it.
    response.set_url(base_url(context_.settings) + "/sign-in#" + *secret);
    store::set_time(response.mutable_expires_at(), link.expires_at());
    co_return response;
}

}  // namespace guichet::gateway
