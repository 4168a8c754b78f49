#include "services/routing/moves.hpp"

#include <set>

#include "common/rpc/status_map.hpp"
#include "common/service/bind.hpp"
#include "services/routing/limits.hpp"

namespace guichet::routing {
namespace {}  // namespace

asio::awaitable<Result<void>> Moves::check_target(WorkspaceId workspace, v1::Target target) {
    if (!target.agent().empty()) {
        auto agent = co_await context_.catalog.agent(workspace, AgentId(target.agent()));
        if (!agent) co_return agent.error();
        if (!*agent || (*agent)->agent().disabled()) {
            co_return not_found("there is no agent " + target.agent() + ", or he is disabled");
        }
    }
    if (!target.team().empty()) {
        auto teams = co_await context_.catalog.teams(workspace);
        if (!teams) co_return teams.error();
        for (const auto& team : *teams) {
            if (team.id() == target.team()) co_return Result<void>{};
        }
        co_return not_found("there is no team " + target.team());
    }
    co_return Result<void>{};
}

asio::awaitable<Result<store::Assignment>> Moves::assignment(WorkspaceId workspace, v1::Target target,
                                                             std::string reason, bool over_capacity) {
    if (auto status = service::check_text("reason", reason, kMostReason); !status.ok()) co_return status;
    auto known = co_await check_target(workspace, target);
    if (!known) co_return known.error();
    store::Assignment what;
    what.agent = AgentId(target.agent());
    what.team = TeamId(target.team());
    what.reason = std::move(reason);
    what.lease = context_.settings.routing.lease;
    what.capacity = 0;
    if (!target.agent().empty()) {
        auto record = co_await context_.catalog.agent(workspace, what.agent);
        if (!record) co_return record.error();
        what.bot = *record && (*record)->agent().bot();
    }
    if (!over_capacity && !target.agent().empty()) {
        auto profile = co_await claims_.profile(std::move(workspace), target.agent());
        if (!profile) co_return profile.error();
        what.capacity = profile->capacity;
    }
    co_return what;
}

asio::awaitable<Result<v1::AssignResponse>> Moves::assign(rpc::CallContext call, v1::AssignRequest request) {
    auto what = co_await assignment(call.caller.workspace, request.target(), request.reason(),
                                    request.over_capacity());
    if (!what) co_return what.error();
    what->conversation = ConversationId(request.conversation());
    what->version = request.version();
    auto assigned = co_await context_.store.assign(service::by(call), *what);
    if (!assigned) co_return assigned.error();
    auto now = co_await context_.reads.conversation(call.caller.workspace, what->conversation, "*");
    if (!now) co_return now.error();
    v1::AssignResponse response;
    *response.mutable_conversation() = std::move(*now);
    co_return response;
}

asio::awaitable<Result<v1::BulkAssignResponse>> Moves::bulk_assign(rpc::CallContext call,
                                                                   v1::BulkAssignRequest request) {
    if (request.conversations_size() == 0)
        co_return invalid("conversations", "name at least one conversation");
    if (request.conversations_size() > kMostBulk) {
        co_return invalid("conversations", "at most 500 in one call: send the rest in further calls");
    }
    auto what = co_await assignment(call.caller.workspace, request.target(), request.reason(),
                                    request.over_capacity());
    if (!what) co_return what.error();
    v1::BulkAssignResponse response;
    std::set<std::string> seen;
    for (const auto& id : request.conversations()) {
        if (!seen.insert(id).second) continue;
        // Each is idempotent by itself: a repeated call finishes what the first one began.
        auto by = service::by(call);
        by.request += ":" + id;
        what->conversation = ConversationId(id);
        auto assigned = co_await context_.store.assign(by, *what);
        auto* result = response.add_results();
        result->set_conversation(id);
        if (assigned) {
            result->set_version(assigned->version);
        } else {
            result->set_code(static_cast<int>(assigned.error().code));
            result->set_message(assigned.error().message);
            *result->mutable_detail() = rpc::to_detail(assigned.error());
        }
        if (call.cancelled()) co_return deadline("the call was given up; repeat it with the same request_id");
    }
    co_return response;
}

asio::awaitable<Result<v1::Conversation>> Moves::give(rpc::CallContext call, store::Giving giving) {
    if (auto status = service::check_text("reason", giving.reason, kMostReason); !status.ok())
        co_return status;
    giving.reserve = context_.settings.routing.reserve;
    const auto id = giving.conversation;
    auto given = co_await context_.store.give(service::by(call), std::move(giving));
    if (!given) co_return given.error();
    co_return co_await context_.reads.conversation(call.caller.workspace, id, "*");
}

asio::awaitable<Result<v1::ReleaseResponse>> Moves::release(rpc::CallContext call,
                                                            v1::ReleaseRequest request) {
    store::Giving giving;
    giving.conversation = ConversationId(request.conversation());
    giving.epoch = request.epoch();
    giving.reason = request.reason();
    auto now = co_await give(std::move(call), std::move(giving));
    if (!now) co_return now.error();
    v1::ReleaseResponse response;
    *response.mutable_conversation() = std::move(*now);
    co_return response;
}

asio::awaitable<Result<v1::HandoffResponse>> Moves::handoff(rpc::CallContext call,
                                                            v1::HandoffRequest request) {
    if (request.reason().empty()) co_return invalid("reason", "say why you hand it off");
    if (auto status = service::check_text("summary", request.summary(), kMostSummary); !status.ok())
        co_return status;
    auto known = co_await check_target(call.caller.workspace, request.target());
    if (!known) co_return known.error();
    store::Giving giving;
    giving.kind = store::Giving::Kind::handoff;
    giving.conversation = ConversationId(request.conversation());
    giving.epoch = request.epoch();
    giving.reason = request.reason();
    giving.agent = AgentId(request.target().agent());
    giving.team = TeamId(request.target().team());
    v1::Message note;
    note.set_actor(call.caller.actor);
    note.set_text(request.summary().empty() ? request.reason()
                                            : request.reason() + "\n\n" + request.summary());
    giving.note = store::encode_message(note);
    auto now = co_await give(std::move(call), std::move(giving));
    if (!now) co_return now.error();
    v1::HandoffResponse response;
    *response.mutable_conversation() = std::move(*now);
    co_return response;
}

asio::awaitable<Result<v1::TransferResponse>> Moves::transfer(rpc::CallContext call,
                                                              v1::TransferRequest request) {
    if (request.target().agent().empty() && request.target().team().empty()) {
        co_return invalid("target", "name the agent or the team that it goes to");
    }
    auto known = co_await check_target(call.caller.workspace, request.target());
    if (!known) co_return known.error();
    store::Giving giving;
    giving.kind = store::Giving::Kind::transfer;
    giving.conversation = ConversationId(request.conversation());
    giving.epoch = request.epoch();
    giving.reason = request.reason();
    giving.agent = AgentId(request.target().agent());
    giving.team = TeamId(request.target().team());
    auto now = co_await give(std::move(call), std::move(giving));
    if (!now) co_return now.error();
    v1::TransferResponse response;
    *response.mutable_conversation() = std::move(*now);
    co_return response;
}

}  // namespace guichet::routing
