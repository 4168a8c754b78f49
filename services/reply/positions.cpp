#include "services/reply/positions.hpp"

#include <algorithm>

#include "common/service/bind.hpp"
#include "common/service/shared.hpp"

namespace guichet::reply {
namespace {

constexpr char kPositionKind[] = "position";
constexpr int kMostPositions = 500;
constexpr std::size_t kPositionTitle = 200;
constexpr std::size_t kPositionText = 10'000;

bool speaks(const v1::Position& position, const std::string& language) {
    return language.empty() || position.language().empty() || position.language() == language;
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
        if (speaks(position, request.language()) &&
            service::reads_shared(position.team(), call.caller.grants))
            positions.push_back(std::move(position));
    }
    std::sort(positions.begin(), positions.end(), [](const v1::Position& a, const v1::Position& b) {
        return std::pair(a.title(), a.id()) < std::pair(b.title(), b.id());
    });
    v1::ListPositionsResponse response;
    for (auto& position : positions) *response.add_positions() = std::move(position);
    co_return response;
}

asio::awaitable<Result<v1::PutPositionResponse>> Positions::put(rpc::CallContext call,
                                                                v1::PutPositionRequest request) {
    auto position = request.position();
    if (position.id().empty() && position.version() == 0) position.set_id(service::id_of_request(call, "t"));
    if (auto bad = check_position(position); !bad.ok()) co_return bad;
    if (!position.deleted()) {
        auto team = co_await service::team_exists(context_.catalog, call.caller.workspace, position.team(),
                                                  "position.team");
        if (!team.ok()) co_return team;
        const auto yours = service::may_write_shared(call, position.team(), "text");
        if (!yours.ok()) co_return yours;
    }
    auto replaceable = co_await service::may_replace_shared<v1::Position>(context_.store, call, kPositionKind,
                                                                          position.id(), "text");
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
