#include "services/inbox/watch.hpp"

#include <algorithm>

#include "common/store/keys.hpp"
#include "services/inbox/cursor.hpp"

namespace guichet::inbox {
namespace {

using namespace std::chrono_literals;

constexpr int kPage = 500;
constexpr int kMostTypes = 50;
constexpr auto kHeartbeat = 15s;
constexpr std::size_t kMostEvents = 500;

streams::EntryId next_after(streams::EntryId id) {
    ++id.seq;
    return id;
}

// What `take` refers to dies with the coroutine's frame; the mailbox may live on.
class TakesPackets {
  public:
    template <class Take>
    TakesPackets(MailboxPtr mailbox, Take take) : mailbox_(std::move(mailbox)) {
        mailbox_->take = std::move(take);
    }
    ~TakesPackets() { mailbox_->take = nullptr; }
    TakesPackets(const TakesPackets&) = delete;
    TakesPackets& operator=(const TakesPackets&) = delete;

  private:
    const MailboxPtr mailbox_;
};

}  // namespace

std::string Watch::cursor_of(const Session& session) {
    return watch_cursor(session.incarnation, session.last);
}

asio::awaitable<Result<streams::EntryId>> Watch::end_of_log(store::Partition partition) {
    redis::Command command("XREVRANGE", store::events_key(partition), "+", "-", "COUNT", 1);
    auto reply = co_await context_.store.client().call(std::move(command));
    if (!reply) co_return reply.error();
    auto entries = streams::read_entries(partition.number(), *reply);
    if (entries.empty()) co_return streams::EntryId{};
    co_return streams::EntryId::parse(entries.front().id).value_or(streams::EntryId{});
}

asio::awaitable<Result<bool>> Watch::reachable(store::Partition partition, streams::EntryId cursor) {
    redis::Command command("XRANGE", store::events_key(partition), "-", "+", "COUNT", 1);
    auto reply = co_await context_.store.client().call(std::move(command));
    if (!reply) co_return reply.error();
    auto entries = streams::read_entries(partition.number(), *reply);
    if (entries.empty()) co_return cursor == streams::EntryId{};
    const auto first = streams::EntryId::parse(entries.front().id).value_or(streams::EntryId{});
    if (cursor == streams::EntryId{}) {
        // Nothing was ever trimmed only while the log begins with the first entry it ever had.
        redis::Command info("XINFO", "STREAM", store::events_key(partition));
        auto known = co_await context_.store.client().call(std::move(info));
        if (!known) co_return known.error();
        for (std::size_t i = 0; i + 1 < known->size(); i += 2) {
            if ((*known)[i].text() == "max-deleted-entry-id") co_return (*known)[i + 1].text() == "0-0";
        }
        co_return false;
    }
    auto end = co_await end_of_log(partition);
    if (!end) co_return end.error();
    co_return first <= cursor&& cursor <= *end;
}

asio::awaitable<Result<Watch::Session>> Watch::open(const rpc::CallContext& call, v1::WatchRequest request) {
    if (request.types_size() > kMostTypes) co_return invalid("types", "at most 50 types");
    auto partition = co_await context_.store.partition_of(call.caller.workspace);
    if (!partition) co_return partition.error();
    const auto connects = context_.store.client().counters().connects;
    auto incarnation = co_await context_.reads.incarnation(*partition, context_.random.token(9));
    if (!incarnation) co_return incarnation.error();
    // Subscribed first: what comes while the past is read waits in the mailbox.
    EventFilter filter{call.scope.encode(), call.caller.actor, std::move(request)};
    auto seat = hub_.subscribe(call.caller.workspace.str(), partition->number(), std::move(filter));
    const auto elsewhere = seat.audience->told();
    Session session{*partition, std::move(*incarnation), std::move(seat), {}, connects, elsewhere};
    co_return session;
}

asio::awaitable<Result<void>> Watch::watch(rpc::CallContext call, v1::WatchRequest request,
                                           rpc::Writer<v1::WatchResponse> writer) {
    if (hub_.watchers() >= static_cast<std::size_t>(context_.settings.inbox.max_watches)) {
        co_return make_status(Code::resource_exhausted,
                              "as many watches are open as allowed: try again later", "too_many_watches");
    }
    const auto cursor = request.cursor();
    auto session = co_await open(call, std::move(request));
    if (!session) co_return session.error();
    v1::WatchResponse first;
    bool from_cursor = false;
    if (!cursor.empty()) {
        const auto fields = read_cursor(cursor, "w", 3);
        const auto id = fields ? streams::EntryId::parse((*fields)[2]) : std::nullopt;
        if (!id) co_return invalid("cursor", "this is no cursor of Watch's: start without one");
        auto there = co_await reachable(session->partition, *id);
        if (!there) co_return there.error();
        from_cursor = *there && (*fields)[1] == session->incarnation;
        if (from_cursor) session->last = *id;
        first.set_resync(!from_cursor);
    }
    if (!from_cursor) {
        auto end = co_await end_of_log(session->partition);
        if (!end) co_return end.error();
        session->last = *end;
    }
    first.set_cursor(cursor_of(*session));
    auto written = co_await writer.write(std::move(first));
    if (!written) co_return written.error();
    if (from_cursor) {
        auto caught_up = co_await catch_up(call, *session, writer);
        if (!caught_up) co_return caught_up.error();
    }
    co_return co_await live(call, *session, writer);
}

asio::awaitable<Result<void>> Watch::catch_up(const rpc::CallContext& call, Session& session,
                                              rpc::Writer<v1::WatchResponse>& writer) {
    while (!call.cancelled()) {
        redis::Command command("XRANGE", store::events_key(session.partition), next_after(session.last).str(),
                               "+", "COUNT", kPage);
        auto reply = co_await context_.store.client().call(std::move(command));
        if (!reply) co_return reply.error();
        const auto entries = streams::read_entries(session.partition.number(), *reply);
        if (entries.empty()) co_return Result<void>{};
        v1::WatchResponse response;
        const auto& workspace = call.caller.workspace.str();
        for (const auto& entry : entries) {
            const auto logged = to_logged(entry);
            session.last = logged->id;
            if (logged->workspace != workspace || !matches(session.seat.audience->filter(), logged->event))
                continue;
            auto* event = response.add_events();
            *event = logged->event;
            event->set_cursor(cursor_of(session));
        }
        response.set_cursor(cursor_of(session));
        auto written = co_await writer.write(std::move(response));
        if (!written) co_return written.error();
    }
    co_return Result<void>{};
}

asio::awaitable<bool> Watch::moved(Session& session) {
    const auto connects = context_.store.client().counters().connects;
    auto incarnation = co_await context_.reads.incarnation(session.partition, context_.random.token(9));
    // Away again: asked once more with the next event, or at the next heartbeat.
    if (!incarnation) co_return false;
    if (*incarnation == session.incarnation) {
        session.connects = connects;
        co_return false;
    }
    auto end = co_await end_of_log(session.partition);
    if (!end) co_return false;
    session.connects = connects;
    session.incarnation = std::move(*incarnation);
    session.last = *end;
    session.elsewhere = session.seat.audience->told();
    co_return true;
}

Watch::Answer Watch::take(Session& session, bool resync) {
    auto& mailbox = *session.seat.mailbox;
    const auto whole = std::exchange(mailbox.whole, nullptr);
    if (whole && !resync && whole->comes_after(session.last) && whole->events().size() <= kMostEvents) {
        mailbox.events.clear();
        session.last = whole->upto();
        return {whole->answer(session.incarnation), false};
    }
    v1::WatchResponse response;
    response.set_resync(std::exchange(mailbox.overflowed, false) || resync);
    while (!mailbox.events.empty() && response.events_size() < static_cast<int>(kMostEvents)) {
        const auto logged = std::move(mailbox.events.front());
        mailbox.events.pop_front();
        // Already sent from the past.
        if (logged->id <= session.last) continue;
        session.last = logged->id;
        *response.add_events() = logged->within(session.incarnation);
    }
    const auto told = session.seat.audience->told();
    if (mailbox.events.empty() && told != session.elsewhere) session.last = std::max(session.last, told);
    response.set_cursor(cursor_of(session));
    return {response.SerializeAsString(), response.events().empty() && !response.resync()};
}

bool Watch::pass_on(Session& session, const PacketPtr& packet, rpc::Writer<v1::WatchResponse>& writer) {
    if (session.connects != context_.store.client().counters().connects) return false;
    if (!packet->comes_after(session.last) || packet->events().size() > kMostEvents) return false;
    if (!writer.try_write_serialized(packet->answer(session.incarnation))) return false;
    session.last = packet->upto();
    return true;
}

asio::awaitable<Result<void>> Watch::live(const rpc::CallContext& call, Session& session,
                                          rpc::Writer<v1::WatchResponse>& writer) {
    auto mailbox = session.seat.mailbox;
    auto wake = call.cancellation->on_cancel([mailbox] { mailbox->arrived.notify_all(); });
    auto last_word = context_.clock.steady();
    // In a steady flow packets go on within the audience's turn. Not while something older is under way.
    bool idle = false;
    const TakesPackets taking(mailbox, [&](const PacketPtr& packet) {
        if (!idle || call.cancelled() || !pass_on(session, packet, writer)) return false;
        last_word = context_.clock.steady();
        return true;
    });
    while (!call.cancelled()) {
        if (mailbox->events.empty() && !mailbox->overflowed) {
            idle = true;
            co_await mailbox->arrived.wait(kHeartbeat);
            idle = false;
            if (call.cancelled()) break;
        }
        bool resync = false;
        if (session.connects != context_.store.client().counters().connects) resync = co_await moved(session);
        auto answer = take(session, resync);
        const auto now = context_.clock.steady();
        if (answer.nothing && now - last_word < kHeartbeat) continue;
        last_word = now;
        auto written = co_await writer.write_serialized(std::move(answer.bytes));
        if (!written) co_return written.error();
    }
    co_return call.cancellation->why();
}

}  // namespace guichet::inbox
