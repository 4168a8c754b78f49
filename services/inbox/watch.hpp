#pragma once
// Watch: every event since the caller's cursor, in order, then live.
#include <cstdint>

#include "common/rpc/context.hpp"
#include "common/rpc/stream.hpp"
#include "services/inbox/filter.hpp"
#include "services/inbox/hub.hpp"

namespace guichet::inbox {

class Watch {
  public:
    Watch(service::Context& context, Hub& hub) : context_(context), hub_(hub) {}

    asio::awaitable<Result<void>> watch(rpc::CallContext call, v1::WatchRequest request,
                                        rpc::Writer<v1::WatchResponse> writer);

  private:
    struct Session {
        store::Partition partition;
        std::string incarnation;
        Hub::Seat seat;
        // Last event that the caller has, or that he did not ask for.
        streams::EntryId last;
        // Connections to Redis when the incarnation was read: behind another one may be another log.
        std::uint64_t connects = 0;
        // What the audience had been told by then, perhaps of another log.
        streams::EntryId elsewhere;
    };
    struct Answer {
        // A serialized WatchResponse.
        std::string bytes;
        // No more than where the caller is now.
        bool nothing = false;
    };
    asio::awaitable<Result<Session>> open(const rpc::CallContext& call, v1::WatchRequest request);
    // Where the log ends now.
    asio::awaitable<Result<streams::EntryId>> end_of_log(store::Partition partition);
    // True when everything after `cursor` is still there.
    asio::awaitable<Result<bool>> reachable(store::Partition partition, streams::EntryId cursor);
    // Sends what lies between the session's place and the live events.
    asio::awaitable<Result<void>> catch_up(const rpc::CallContext& call, Session& session,
                                           rpc::Writer<v1::WatchResponse>& writer);
    asio::awaitable<Result<void>> live(const rpc::CallContext& call, Session& session,
                                       rpc::Writer<v1::WatchResponse>& writer);
    // There are other connections to Redis: whether a failover led to another log. The session then goes on
    // at its end.
    asio::awaitable<bool> moved(Session& session);
    // What waits in the mailbox, put together once for all who are equally far. `resync`: of another log.
    static Answer take(Session& session, bool resync);
    // The same where it is a packet that can leave at once; false: it waits in the mailbox.
    bool pass_on(Session& session, const PacketPtr& packet, rpc::Writer<v1::WatchResponse>& writer);
    static std::string cursor_of(const Session& session);

    service::Context& context_;
    Hub& hub_;
};

}  // namespace guichet::inbox
