#include "services/routing/states.hpp"

#include "common/service/bind.hpp"
#include "services/routing/limits.hpp"

namespace guichet::routing {
namespace {

constexpr std::size_t kMostLabel = 64;
constexpr TimeMs kLongestSnooze = TimeMs{366} * 24 * 3600 * 1000;

Status check_labels(const char* field, const google::protobuf::RepeatedPtrField<std::string>& labels) {
    if (labels.size() > 50) return invalid(field, "at most 50 labels in one call");
    for (const auto& label : labels) {
        if (label.empty() || label.size() > kMostLabel || label.find_first_of(",|") != std::string::npos) {
            return invalid(field, "a label is 1 to 64 bytes without ',' or '|': " + label);
        }
    }
    return {};
}

const char* presence_word(v1::Presence presence) {
    switch (presence) {
        case v1::PRESENCE_ONLINE:
            return "online";
        case v1::PRESENCE_AWAY:
            return "away";
        case v1::PRESENCE_OFFLINE:
            return "offline";
        default:
            return nullptr;
    }
}

}  // namespace

template <class Response>
asio::awaitable<Result<Response>> States::present(rpc::CallContext call, std::string conversation) {
    auto now = co_await context_.reads.conversation(call.caller.workspace,
                                                    ConversationId(std::move(conversation)), "*");
    if (!now) co_return now.error();
    if (now->owner() != call.caller.actor) now->clear_epoch();
    Response response;
    *response.mutable_conversation() = std::move(*now);
    co_return response;
}

asio::awaitable<Result<v1::SnoozeResponse>> States::snooze(rpc::CallContext call, v1::SnoozeRequest request) {
    if (auto status = service::check_text("reason", request.reason(), kMostReason); !status.ok())
        co_return status;
    if (!request.has_until()) co_return invalid("until", "say when it shall come back");
    const auto until = store::to_ms(request.until());
    if (until > context_.clock.now() + kLongestSnooze) co_return invalid("until", "at most a year ahead");
    auto done = co_await context_.store.snooze(service::by(call), ConversationId(request.conversation()),
                                               request.epoch(), until, request.reason());
    if (!done) co_return done.error();
    co_return co_await present<v1::SnoozeResponse>(std::move(call), request.conversation());
}

asio::awaitable<Result<v1::ResolveResponse>> States::resolve(rpc::CallContext call,
                                                             v1::ResolveRequest request) {
    if (request.outcome() == v1::OUTCOME_UNSPECIFIED || !v1::Outcome_IsValid(request.outcome())) {
        co_return invalid("outcome",
                          "say how it ended: solved, no answer needed, duplicate, spam or handed on");
    }
    for (auto status : {service::check_text("cause", request.cause(), kMostReason),
                        service::check_text("remedy", request.remedy(), kMostReason)}) {
        if (!status.ok()) co_return status;
    }
    store::Resolution what;
    what.conversation = ConversationId(request.conversation());
    what.epoch = request.epoch();
    what.outcome = store::outcome_word(request.outcome());
    what.cause = request.cause();
    what.remedy = request.remedy();
    what.supervisor = request.epoch().empty() && service::holds(call.caller, rpc::Role::supervisor);
    auto done = co_await context_.store.resolve(service::by(call), std::move(what));
    if (!done) co_return done.error();
    co_return co_await present<v1::ResolveResponse>(std::move(call), request.conversation());
}

asio::awaitable<Result<v1::ReopenResponse>> States::reopen(rpc::CallContext call, v1::ReopenRequest request) {
    if (auto status = service::check_text("reason", request.reason(), kMostReason); !status.ok())
        co_return status;
    auto done = co_await context_.store.reopen(service::by(call), ConversationId(request.conversation()),
                                               request.reason());
    if (!done) co_return done.error();
    co_return co_await present<v1::ReopenResponse>(std::move(call), request.conversation());
}

asio::awaitable<Result<v1::SetLabelsResponse>> States::set_labels(rpc::CallContext call,
                                                                  v1::SetLabelsRequest request) {
    for (auto status : {check_labels("add", request.add()), check_labels("remove", request.remove())}) {
        if (!status.ok()) co_return status;
    }
    std::vector<std::string> add(request.add().begin(), request.add().end());
    std::vector<std::string> remove(request.remove().begin(), request.remove().end());
    auto done = co_await context_.store.set_labels(service::by(call), ConversationId(request.conversation()),
                                                   std::move(add), std::move(remove));
    if (!done) co_return done.error();
    co_return co_await present<v1::SetLabelsResponse>(std::move(call), request.conversation());
}

asio::awaitable<Result<v1::SetPresenceResponse>> States::set_presence(rpc::CallContext call,
                                                                      v1::SetPresenceRequest request) {
    const char* word = presence_word(request.presence());
    if (word == nullptr) co_return invalid("presence", "say online, away or offline");
    if (request.capacity() < 0 || request.capacity() > 500) co_return invalid("capacity", "0 to 500");
    auto profile = co_await claims_.profile(call.caller.workspace, call.caller.actor);
    if (!profile) co_return profile.error();
    const int capacity = request.capacity() > 0 ? request.capacity() : profile->capacity;
    const auto until = context_.clock.now() + std::chrono::duration_cast<std::chrono::milliseconds>(
                                                  context_.settings.routing.presence_timeout)
                                                  .count();
    auto load = co_await context_.store.set_presence(service::by(call), word, until, capacity);
    if (!load) co_return load.error();
    v1::SetPresenceResponse response;
    response.set_presence(request.presence());
    if (request.presence() != v1::PRESENCE_OFFLINE) store::set_time(response.mutable_until(), until);
    response.set_capacity(capacity);
    response.set_load(*load);
    co_return response;
}

}  // namespace guichet::routing
