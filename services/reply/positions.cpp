#include "services/reply/positions.hpp"

#include <algorithm>

#include "common/core/bytes.hpp"
#include "common/service/bind.hpp"

namespace guichet::reply {
namespace {

constexpr char kPositionKind[] = "position";
constexpr int kMostPositions = 500;
constexpr std::size_t kPositionTitle = 200;
constexpr std::size_t kPositionText = 10'000;

bool has_team(const rpc::GrantSpec& grant, const std::string& team) {
    return grant.teams.empty() ||
           std::find(grant.teams.begin(), grant.teams.end(), team) != grant.teams.end();
}

bool reads_position(const v1::Position& position, const std::vector<rpc::GrantSpec>& grants) {
    return position.team().empty() ||
           std::any_of(grants.begin(), grants.end(),
                       [&position](const rpc::GrantSpec& grant) { return has_team(grant, position.team()); });
}

// Who steers a team writes what is the team's; what is everybody's takes a grant on every team.
bool writes_position(const v1::Position& position, const std::vector<rpc::GrantSpec>& grants) {
    return std::any_of(grants.begin(), grants.end(), [&position](const rpc::GrantSpec& grant) {
        const bool steers = grant.role == rpc::Role::supervisor || grant.role == rpc::Role::admin;
        return steers && (position.team().empty() ? grant.teams.empty() : has_team(grant, position.team()));
    });
}

bool speaks(const v1::Position& position, const std::string& language) {
    return language.empty() || position.language().empty() || position.language() == language;
}

Status foreign_position() {
    return make_status(Code::permission_denied,
                       "this text is of a team, or of the workspace, that your grants do not cover",
                       "denied");
}

bool is_language(const std::string& text) {
    const auto lower = [](char c) { return c >= 'a' && c <= 'z'; };
    return text.empty() || (text.size() == 2 && lower(text[0]) && lower(text[1]));
}

}  // namespace

Status check_position(const v1::Position& position) {
    if (!valid_id(position.id()))
        return invalid("position.id", "letters, digits and . _ : @ + -, 128 at most");
    if (position.deleted()) return {};
    const auto& title = position.title();
    const bool plain = std::none_of(title.begin(), title.end(), [](unsigned char c) { return c < 0x20; });
    if (title.empty() || title.size() > kPositionTitle || !plain)
        return invalid("position.title", "one line of 1 to 200 bytes");
    if (position.text().empty() || position.text().size() > kPositionText)
        return invalid("position.text", "1 to 10000 bytes");
    if (!is_language(position.language()))
        return invalid("position.language", "an ISO 639-1 code such as fr, or nothing");
    return {};
}

asio::awaitable<Result<v1::ListPositionsResponse>> Positions::list(rpc::CallContext call,
                                                                   v1::ListPositionsRequest request) {
    if (!is_language(request.language()))
        co_return invalid("language", "an ISO 639-1 code such as fr, or nothing");
    auto documents = co_await context_.store.documents(call.caller.workspace, kPositionKind);
    if (!documents) co_return documents.error();
    std::vector<v1::Position> positions;
    for (const auto& document : *documents) {
        v1::Position position;
        if (!position.ParseFromString(document.bytes)) continue;
        position.set_version(document.version);
        if (speaks(position, request.language()) && reads_position(position, call.caller.grants))
            positions.push_back(std::move(position));
    }
    std::sort(positions.begin(), positions.end(), [](const v1::Position& a, const v1::Position& b) {
        return std::pair(a.title(), a.id()) < std::pair(b.title(), b.id());
    });
    v1::ListPositionsResponse response;
    for (auto& position : positions) *response.add_positions() = std::move(position);
    co_return response;
}

asio::awaitable<Status> Positions::may_replace(const rpc::CallContext& call, std::string id) {
    auto document = co_await context_.store.document(call.caller.workspace, kPositionKind, std::move(id));
    if (!document) co_return document.error();
    v1::Position present;
    const bool readable = *document && present.ParseFromString((*document)->bytes);
    if (readable && !writes_position(present, call.caller.grants)) co_return foreign_position();
    co_return Status{};
}

asio::awaitable<Result<v1::PutPositionResponse>> Positions::put(rpc::CallContext call,
                                                                v1::PutPositionRequest request) {
    auto position = request.position();
    if (position.id().empty() && position.version() == 0) {
        const auto from = call.caller.workspace.str() + "|" + call.caller.actor + "|" + call.request_id;
        position.set_id("t" + hex(sha256(from)).substr(0, 20));
    }
    if (auto bad = check_position(position); !bad.ok()) co_return bad;
    if (!position.team().empty() && !position.deleted()) {
        auto teams = co_await context_.catalog.teams(call.caller.workspace);
        if (!teams) co_return teams.error();
        const bool there = std::any_of(teams->begin(), teams->end(), [&position](const v1::Team& team) {
            return team.id() == position.team();
        });
        if (!there) co_return invalid("position.team", "there is no team " + position.team());
    }
    if (!position.deleted() && !writes_position(position, call.caller.grants)) co_return foreign_position();
    auto replaceable = co_await may_replace(call, position.id());
    if (!replaceable.ok()) co_return replaceable;
    std::string bytes;
    if (!position.deleted()) bytes = position.SerializeAsString();
    auto version = co_await context_.store.put_document(service::by(call), kPositionKind, position.id(),
                                                        position.version(), std::move(bytes), kMostPositions);
    if (!version) co_return version.error();
    position.set_version(*version);
    v1::PutPositionResponse response;
    *response.mutable_position() = std::move(position);
    co_return response;
}

}  // namespace guichet::reply
