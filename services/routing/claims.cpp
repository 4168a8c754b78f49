#include "services/routing/claims.hpp"

#include <algorithm>

#include "common/service/bind.hpp"

namespace guichet::routing {
namespace {

using namespace std::chrono_literals;

// Messages that come with a claim; older ones are read page by page.
constexpr int kMessages = 50;
constexpr auto kLongestWait = 30s;
// Arrivals in other processes are not heard of here: look again at least so often.
constexpr auto kLook = 500ms;

std::vector<std::string> list(const google::protobuf::RepeatedPtrField<std::string>& items) {
    return {items.begin(), items.end()};
}

Status check(const v1::ClaimNextRequest& request) {
    const auto check_list = [](const char* field, const auto& items) {
        if (items.size() > 50) return invalid(field, std::string("name at most 50 ") + field);
        for (const auto& item : items) {
            if (!valid_id(item)) return invalid(field, "this is not an id: " + item);
        }
        return Status{};
    };
    for (auto status : {check_list("teams", request.teams()), check_list("channels", request.channels()),
                        check_list("languages", request.languages())}) {
        if (!status.ok()) return status;
    }
    if (request.wait().seconds() < 0 || std::chrono::seconds(request.wait().seconds()) > kLongestWait) {
        return invalid("wait", "wait is at most 30 s: ask again after it");
    }
    return {};
}

std::chrono::milliseconds wait_of(const v1::ClaimNextRequest& request) {
    return std::chrono::seconds(request.wait().seconds()) +
           std::chrono::milliseconds(request.wait().nanos() / 1'000'000);
}

// A lease may be over by the time its claim is answered (a call that came again, a stepped clock). The
// claimant is told his epoch all the same: a write with it is refused, and says who owns it now.
void name_epoch(v1::Conversation& conversation, const std::string& epoch) {
    if (conversation.epoch().empty()) conversation.set_epoch(epoch);
}

}  // namespace

asio::awaitable<Result<Profile>> Claims::profile(WorkspaceId workspace, std::string agent) {
    auto record = co_await context_.catalog.agent(std::move(workspace), AgentId(std::move(agent)));
    if (!record) co_return record.error();
    Profile profile;
    profile.capacity = static_cast<int>(context_.settings.routing.capacity);
    if (!*record) co_return profile;
    const auto& known = (*record)->agent();
    profile.teams = list(known.teams());
    profile.languages = list(known.languages());
    if (known.capacity() > 0) profile.capacity = known.capacity();
    co_return profile;
}

template <class Response>
asio::awaitable<Result<Response>> Claims::shown(store::By owner, store::Claimed claimed) {
    const auto epoch = claimed.epoch;
    auto view = co_await context_.reads.claimed(std::move(owner), std::move(claimed), kMessages);
    if (!view) co_return view.error();
    Response response;
    *response.mutable_conversation() = std::move(*view->mutable_conversation());
    name_epoch(*response.mutable_conversation(), epoch);
    *response.mutable_messages() = std::move(*view->mutable_messages());
    co_return response;
}

asio::awaitable<Result<v1::ClaimNextResponse>> Claims::claim_next(rpc::CallContext call,
                                                                  v1::ClaimNextRequest request) {
    if (auto status = check(request); !status.ok()) co_return status;
    auto profile = co_await this->profile(call.caller.workspace, call.caller.actor);
    if (!profile) co_return profile.error();
    store::ClaimNext what;
    what.lease = context_.settings.routing.lease;
    what.capacity = profile->capacity;
    what.teams = request.teams().empty() ? profile->teams : list(request.teams());
    what.languages = request.languages().empty() ? profile->languages : list(request.languages());
    what.channels = list(request.channels());
    what.scan_limit = static_cast<int>(context_.settings.routing.queue_scan);
    what.bot = call.caller.kind == rpc::Caller::Kind::bot;
    what.messages = kMessages;

    auto left = std::min<std::chrono::milliseconds>(wait_of(request), call.remaining(kLongestWait) - 200ms);
    for (;;) {
        auto claimed = co_await context_.store.claim_next(service::by(call), what);
        if (!claimed) co_return claimed.error();
        if (*claimed)
            co_return co_await shown<v1::ClaimNextResponse>(service::by(call), std::move(**claimed));
        v1::ClaimNextResponse response;
        if (left <= 0ms || call.cancelled()) co_return response;
        const auto step = std::min<std::chrono::milliseconds>(left, kLook);
        co_await arrivals_.wait(step);
        // Nobody would hear of what a cancelled call claims.
        if (call.cancelled()) co_return response;
        left -= step;
    }
}

asio::awaitable<Result<v1::ClaimResponse>> Claims::claim(rpc::CallContext call, v1::ClaimRequest request) {
    auto profile = co_await this->profile(call.caller.workspace, call.caller.actor);
    if (!profile) co_return profile.error();
    const ConversationId id(request.conversation());
    const bool bot = call.caller.kind == rpc::Caller::Kind::bot;
    auto claimed = co_await context_.store.claim(service::by(call), id, context_.settings.routing.lease,
                                                 profile->capacity, bot, kMessages);
    if (!claimed) co_return claimed.error();
    co_return co_await shown<v1::ClaimResponse>(service::by(call), std::move(*claimed));
}

asio::awaitable<Result<v1::RenewResponse>> Claims::renew(rpc::CallContext call, v1::RenewRequest request) {
    if (request.conversations_size() > 500) co_return invalid("conversations", "renew at most 500 at once");
    std::vector<ConversationId> ids;
    for (const auto& id : request.conversations()) ids.emplace_back(id);
    auto renewed =
        co_await context_.store.renew(service::by(call), std::move(ids), context_.settings.routing.lease);
    if (!renewed) co_return renewed.error();
    v1::RenewResponse response;
    for (const auto& id : renewed->kept) response.add_conversations(id.str());
    store::set_time(response.mutable_lease_until(), renewed->until);
    co_return response;
}

}  // namespace guichet::routing
