#pragma once
// What desks look at beside conversations (lua/15_desk.lua): answers that wait, mentions, who is looking,
// what runs out of time, the last hour. Pages and counters; nothing here is O(waiting).
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "common/store/reads.hpp"

namespace guichet::store {

struct Mentioned {
    std::string conversation;
    std::int64_t seq = 0;
    TimeMs at = 0;
    bool read = false;
};

struct Attending {
    TimeMs until = 0;
    // Agent, and "looking" or "writing".
    std::vector<std::pair<std::string, std::string>> others;
};

struct LastAction {
    std::string agent;
    TimeMs at = 0;
    // An event's type.
    std::string type;
    std::string conversation;
};

// What happened in one minute on one team's channel.
struct Happened {
    // "received", "claimed", "sent", "resolved", "failed"
    std::string what;
    std::string team, channel;
    bool is_public = false;
    std::int64_t number = 0;
};

class Desk {
  public:
    explicit Desk(Store& store) : store_(store), functions_(store.client()) {}

    // The words of the states in which an answer waits for something or somebody.
    static const std::vector<std::string>& waiting_states();
    // In the order in which they were written; `due` is when.
    asio::awaitable<Result<std::vector<WaitingPlace>>> deliveries(WorkspaceId workspace,
                                                                  std::vector<std::string> states,
                                                                  WaitingPlace after, int limit);
    asio::awaitable<Result<std::map<std::string, std::int64_t>>> delivery_counts(WorkspaceId workspace);
    // In the order of `ids`; of those that are gone nothing is set.
    asio::awaitable<Result<std::vector<v1::Delivery>>> deliveries_of(WorkspaceId workspace,
                                                                     std::vector<std::string> ids);

    // The newest first; 200 at most.
    asio::awaitable<Result<std::vector<Mentioned>>> mentions(WorkspaceId workspace, AgentId agent);
    // Returns how many are left unread. Empty: all.
    asio::awaitable<Result<int>> read_mentions(By by, ConversationId conversation);

    // attention: "looking", "writing", "gone".
    asio::awaitable<Result<Attending>> attend(By by, ConversationId conversation, std::string attention,
                                              Milliseconds life);

    // How many are due before `until` in the queues that `serves` accepts.
    asio::awaitable<Result<std::int64_t>> waiting_due(WorkspaceId workspace,
                                                      std::function<bool(const QueueName&)> serves,
                                                      TimeMs until);
    // Due before `until` and in no queue: owned, reserved, or aside.
    asio::awaitable<Result<std::vector<WaitingPlace>>> due_elsewhere(WorkspaceId workspace,
                                                                     WaitingPlace after, TimeMs until,
                                                                     int limit);
    // Private conversations of the channel whose customer last wrote after `after` and before `until`, and to
    // whom a word is owed; `due` is when he wrote.
    asio::awaitable<Result<std::vector<WaitingPlace>>> wrote_between(WorkspaceId workspace, ChannelId channel,
                                                                     WaitingPlace after, TimeMs until,
                                                                     int limit);

    // When its customer last wrote, where a word is owed to him in private; 0: none is.
    asio::awaitable<Result<TimeMs>> wrote_at(WorkspaceId workspace, ChannelId channel, ConversationId id);

    // Minutes since 1970.
    asio::awaitable<Result<std::map<std::int64_t, std::vector<Happened>>>> minutes(
        WorkspaceId workspace, std::vector<std::int64_t> wanted);
    asio::awaitable<Result<std::vector<LastAction>>> last_actions(WorkspaceId workspace);

  private:
    asio::awaitable<Result<Row>> call(WorkspaceId workspace, const char* name, Row arguments);
    // Members of a sorted set after a place and before a time, and those of the same moment after its id.
    asio::awaitable<Result<std::vector<WaitingPlace>>> range(WorkspaceId workspace,
                                                             std::vector<std::string> keys,
                                                             WaitingPlace after, TimeMs until, int limit);

    Store& store_;
    Functions functions_;
};

}  // namespace guichet::store
