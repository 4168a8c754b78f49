#include "common/service/shared.hpp"

#include <algorithm>

#include "common/core/bytes.hpp"

namespace guichet::service {
namespace {

constexpr std::size_t kIdDigits = 20;

bool covers(const rpc::GrantSpec& grant, const std::string& team) {
    return grant.teams.empty() ||
           std::find(grant.teams.begin(), grant.teams.end(), team) != grant.teams.end();
}

}  // namespace

bool reads_shared(const std::string& team, const std::vector<rpc::GrantSpec>& grants) {
    return team.empty() || std::any_of(grants.begin(), grants.end(),
                                       [&team](const rpc::GrantSpec& grant) { return covers(grant, team); });
}

bool writes_shared(const std::string& team, const std::vector<rpc::GrantSpec>& grants) {
    return std::any_of(grants.begin(), grants.end(), [&team](const rpc::GrantSpec& grant) {
        const bool steers = grant.role == rpc::Role::supervisor || grant.role == rpc::Role::admin;
        return steers && (team.empty() ? grant.teams.empty() : covers(grant, team));
    });
}

std::string id_of_request(const rpc::CallContext& call, const std::string& letter) {
    const auto from = call.caller.workspace.str() + "|" + call.caller.actor + "|" + call.request_id;
    return letter + hex(sha256(from)).substr(0, kIdDigits);
}

Status may_write_shared(const rpc::CallContext& call, const std::string& team, const std::string& what) {
    if (writes_shared(team, call.caller.grants)) return {};
    return make_status(Code::permission_denied,
                       "this " + what + " is of a team, or of the workspace, that your grants do not cover",
                       "denied");
}

asio::awaitable<Status> team_exists(access::Catalog& catalog, WorkspaceId workspace, std::string team,
                                    std::string field) {
    if (team.empty()) co_return Status{};
    auto teams = co_await catalog.teams(std::move(workspace));
    if (!teams) co_return teams.error();
    const bool there =
        std::any_of(teams->begin(), teams->end(), [&team](const v1::Team& one) { return one.id() == team; });
    co_return there ? Status{} : invalid(field, "there is no team " + team);
}

}  // namespace guichet::service
