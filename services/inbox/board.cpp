#include "services/inbox/board.hpp"

#include <algorithm>
#include <optional>
#include <tuple>

#include "common/service/bind.hpp"
#include "services/inbox/cursor.hpp"
#include "services/inbox/listed.hpp"
#include "services/inbox/risk.hpp"

namespace guichet::inbox {
namespace {

using namespace std::chrono_literals;

constexpr auto kDeadlineWithin = 15min;
constexpr auto kWindowWithin = 2h;
// Conversations that are looked at to count those that the caller may see.
constexpr int kLookedAt = 500;
constexpr std::int64_t kShownMinutes = 60;
constexpr std::chrono::nanoseconds kChannelsFresh = 2s;
constexpr int kRiskPage = 50;
constexpr int kLargestRiskPage = 200;

// The channel of every queue that the caller may serve.
std::function<bool(const store::QueueName&)> served_by(const rpc::Scope& scope) {
    return [scope](const store::QueueName& queue) {
        return scope.allows(queue.channel, queue.team, queue.is_public);
    };
}

bool sooner(const store::WaitingPlace& a, const store::WaitingPlace& b) {
    return std::tie(a.due, a.id) < std::tie(b.due, b.id);
}

void put_in_order(std::vector<store::WaitingPlace>& places, int limit) {
    std::sort(places.begin(), places.end(), sooner);
    if (places.size() > static_cast<std::size_t>(limit)) places.resize(static_cast<std::size_t>(limit));
}

// One of the lists: the name of its cursors, how far it usually looks ahead, and after what it begins.
struct RiskList {
    std::string name;
    bool of_windows = false;
    std::chrono::milliseconds usual = kDeadlineWithin;
    store::WaitingPlace from;
};

std::optional<RiskList> list_of(v1::Risk risk, TimeMs now) {
    switch (risk) {
        case v1::RISK_DEADLINE:
            return RiskList{"rd", false, kDeadlineWithin, {}};
        case v1::RISK_WINDOW:
            return RiskList{"rw", true, kWindowWithin, {}};
        case v1::RISK_LATE:
            return RiskList{"rl", false, 0ms, {}};
        case v1::RISK_SOON:
            return RiskList{"rs", false, kDeadlineWithin, {now, {}}};
        default:
            return std::nullopt;
    }
}

v1::DeliveryState state_called(const std::string& word) {
    return store::delivery_state_of(word);
}

void add_happened(v1::RateMinute& minute, const store::Happened& one) {
    if (one.what == "received") minute.set_received(minute.received() + one.number);
    if (one.what == "claimed") minute.set_claimed(minute.claimed() + one.number);
    if (one.what == "sent") minute.set_sent(minute.sent() + one.number);
    if (one.what == "resolved") minute.set_resolved(minute.resolved() + one.number);
    if (one.what == "failed") minute.set_failed(minute.failed() + one.number);
}

}  // namespace

asio::awaitable<Result<std::vector<v1::Conversation>>> Board::seen(const rpc::CallContext& call,
                                                                   const Places& places) {
    std::vector<std::string> ids;
    for (const auto& place : places) ids.push_back(place.id);
    return context_.reads.conversations(call.caller.workspace, std::move(ids), call.scope.encode());
}

asio::awaitable<Result<Board::Places>> Board::deadlines(const rpc::CallContext& call,
                                                        store::WaitingPlace after, TimeMs until, int limit) {
    auto serves = served_by(call.scope);
    auto places = co_await context_.reads.waiting(call.caller.workspace, std::move(serves), after, limit);
    if (!places) co_return places.error();
    std::erase_if(*places, [until](const store::WaitingPlace& place) { return place.due >= until; });
    auto elsewhere = co_await desk_.due_elsewhere(call.caller.workspace, after, until, limit);
    if (!elsewhere) co_return elsewhere.error();
    places->insert(places->end(), elsewhere->begin(), elsewhere->end());
    put_in_order(*places, limit);
    co_return std::move(*places);
}

asio::awaitable<Result<Board::Places>> Board::windows(const rpc::CallContext& call, store::WaitingPlace after,
                                                      TimeMs until, int limit) {
    const auto now = context_.clock.now();
    auto channels = co_await context_.catalog.readable_channels(call.caller.workspace, kChannelsFresh);
    if (!channels) co_return channels.error();
    Places all;
    for (const auto& channel : *channels) {
        const auto* connector = connectors_.find(channel->kind());
        const auto window = connector == nullptr ? 0ms : reply_window(*connector, *channel, now);
        if (window == 0ms) continue;
        // One that closed is no risk any more: nothing can be done.
        store::WaitingPlace wrote{now - window.count(), {}};
        if (after.due >= now) wrote = {after.due - window.count(), after.id};
        auto places = co_await desk_.wrote_between(call.caller.workspace, ChannelId(channel->id()), wrote,
                                                   until - window.count(), limit);
        if (!places) co_return places.error();
        for (auto& place : *places) {
            place.due += window.count();
            all.push_back(std::move(place));
        }
    }
    put_in_order(all, limit);
    co_return all;
}

asio::awaitable<Result<void>> Board::add_deadlines(const rpc::CallContext& call, TimeMs until,
                                                   Answer& answer) {
    const auto now = context_.clock.now();
    auto serves = served_by(call.scope);
    auto missed = co_await desk_.waiting_due(call.caller.workspace, serves, now);
    if (!missed) co_return missed.error();
    auto soon = co_await desk_.waiting_due(call.caller.workspace, serves, until);
    if (!soon) co_return soon.error();
    const store::WaitingPlace start;
    auto elsewhere = co_await desk_.due_elsewhere(call.caller.workspace, start, until, kLookedAt);
    if (!elsewhere) co_return elsewhere.error();
    auto visible = co_await seen(call, *elsewhere);
    if (!visible) co_return visible.error();
    std::int64_t missed_there = 0;
    for (const auto& conversation : *visible)
        missed_there += store::to_ms(conversation.due_at()) < now ? 1 : 0;
    const bool more = elsewhere->size() == static_cast<std::size_t>(kLookedAt);
    answer.mutable_deadlines_missed()->set_number(*missed + missed_there);
    answer.mutable_deadlines_missed()->set_more(more);
    const auto soon_there = static_cast<std::int64_t>(visible->size()) - missed_there;
    answer.mutable_deadlines_at_risk()->set_number(*soon - *missed + soon_there);
    answer.mutable_deadlines_at_risk()->set_more(more);
    co_return Result<void>{};
}

asio::awaitable<Result<void>> Board::add_windows(const rpc::CallContext& call, TimeMs until, Answer& answer) {
    const store::WaitingPlace start;
    auto places = co_await windows(call, start, until, kLookedAt);
    if (!places) co_return places.error();
    auto visible = co_await seen(call, *places);
    if (!visible) co_return visible.error();
    answer.mutable_windows_closing()->set_number(static_cast<std::int64_t>(visible->size()));
    answer.mutable_windows_closing()->set_more(places->size() == static_cast<std::size_t>(kLookedAt));
    co_return Result<void>{};
}

asio::awaitable<Result<void>> Board::add_rates(const rpc::CallContext& call, Answer& answer) {
    const auto newest = context_.clock.now() / 60'000;
    std::vector<std::int64_t> wanted;
    for (auto minute = newest - kShownMinutes; minute <= newest; ++minute) wanted.push_back(minute);
    auto minutes = co_await desk_.minutes(call.caller.workspace, std::move(wanted));
    if (!minutes) co_return minutes.error();
    for (const auto& [at, happened] : *minutes) {
        v1::RateMinute minute;
        bool any = false;
        for (const auto& one : happened) {
            if (!call.scope.allows(one.channel, one.team, one.is_public)) continue;
            add_happened(minute, one);
            any = true;
        }
        if (!any) continue;
        store::set_time(minute.mutable_at(), at * 60'000);
        *answer.add_rates() = std::move(minute);
    }
    co_return Result<void>{};
}

asio::awaitable<Result<void>> Board::add_work(const rpc::CallContext& call, Answer& answer) {
    if (!call.scope.everything()) co_return Result<void>{};
    auto counts = co_await desk_.delivery_counts(call.caller.workspace);
    if (!counts) co_return counts.error();
    for (const auto& [state, number] : *counts) {
        auto* count = answer.add_deliveries();
        count->set_state(state_called(state));
        count->set_number(number);
    }
    auto actions = co_await desk_.last_actions(call.caller.workspace);
    if (!actions) co_return actions.error();
    for (const auto& action : *actions) {
        auto* shown = answer.add_actions();
        shown->set_agent(action.agent);
        store::set_time(shown->mutable_at(), action.at);
        shown->set_type(action.type);
        shown->set_conversation(action.conversation);
    }
    co_return Result<void>{};
}

asio::awaitable<Result<v1::GetBoardResponse>> Board::get(rpc::CallContext call, v1::GetBoardRequest request) {
    auto deadline = look_ahead(request.has_deadline_within(), request.deadline_within(), kDeadlineWithin,
                               "deadline_within");
    if (!deadline) co_return deadline.error();
    auto window =
        look_ahead(request.has_window_within(), request.window_within(), kWindowWithin, "window_within");
    if (!window) co_return window.error();
    const auto now = context_.clock.now();
    v1::GetBoardResponse answer;
    store::set_time(answer.mutable_at(), now);
    auto added = co_await add_deadlines(call, now + deadline->count(), answer);
    if (added) added = co_await add_windows(call, now + window->count(), answer);
    if (added) added = co_await add_rates(call, answer);
    if (added) added = co_await add_work(call, answer);
    if (!added) co_return added.error();
    co_return answer;
}

asio::awaitable<Result<v1::ListAtRiskResponse>> Board::list(rpc::CallContext call,
                                                            v1::ListAtRiskRequest request) {
    const auto now = context_.clock.now();
    const auto wanted = list_of(request.risk(), now);
    if (!wanted) co_return invalid("risk", "deadline, window, late or soon");
    if (request.page_size() < 0 || request.page_size() > kLargestRiskPage)
        co_return invalid("page_size", "0 to " + std::to_string(kLargestRiskPage));
    auto within = look_ahead(request.has_within(), request.within(), wanted->usual, "within");
    if (!within) co_return within.error();
    auto after = wanted->from;
    if (!request.cursor().empty()) {
        const auto fields = read_cursor(request.cursor(), wanted->name, 3);
        if (!fields) co_return invalid("cursor", "this cursor is not of this list: start without one");
        after = {std::atoll((*fields)[1].c_str()), (*fields)[2]};
    }
    const int size = request.page_size() > 0 ? request.page_size() : kRiskPage;
    const auto until = request.risk() == v1::RISK_LATE ? now : now + within->count();
    Result<Places> places = Places{};
    if (wanted->of_windows) {
        places = co_await windows(call, after, until, size);
    } else {
        places = co_await deadlines(call, after, until, size);
    }
    if (!places) co_return places.error();
    auto visible = co_await seen(call, *places);
    if (!visible) co_return visible.error();
    std::map<std::string, TimeMs> times;
    for (const auto& place : *places) times[place.id] = place.due;
    v1::ListAtRiskResponse response;
    for (auto& conversation : *visible) {
        conversation.clear_epoch();
        mask_listed(conversation);
        auto* listed = response.add_conversations();
        store::set_time(listed->mutable_until(), times[conversation.id()]);
        *listed->mutable_conversation() = std::move(conversation);
    }
    if (places->size() == static_cast<std::size_t>(size)) {
        const auto& last = places->back();
        response.set_next_cursor(make_cursor({wanted->name, std::to_string(last.due), last.id}));
    }
    co_return response;
}

}  // namespace guichet::inbox
