#pragma once
// A verified body of a webhook: cut by account, read, stored, and kept as a dead letter where it cannot be.
#include <string>
#include <vector>

#include "services/ingest/accounts.hpp"
#include "services/ingest/events.hpp"

namespace guichet::ingest {

// What one channel is told.
struct BodyPart {
    WorkspaceId workspace;
    access::ChannelPtr channel;
    std::string body;
    // Why it, or something in it, was not taken in and will not be; empty: all of it was.
    std::string refused;
    // Nothing of it could be read.
    bool unreadable = false;
    // Of an account that no channel is connected to.
    bool unknown = false;
};

// Older dead letters that made room.
struct Dropped {
    WorkspaceId workspace;
    std::int64_t letters = 0;
};

// What became of a body.
struct Taken {
    struct Message {
        std::string external_id;
        Result<store::Ingested> outcome;
    };
    std::vector<BodyPart> parts;
    // The customers' messages of all of them.
    std::vector<Message> messages;

    bool refused() const;
};

class Bodies {
  public:
    Bodies(Events& events, Accounts& accounts, store::Store& store, const channels::Registry& connectors,
           const WebhookOptions& options)
        : events_(events),
          accounts_(accounts),
          store_(store),
          connectors_(connectors),
          max_messages_(options.max_messages),
          unknown_(options.unknown) {}

    // A body that was delivered to an app, for `accounts` (not empty): the part of an account goes to every
    // channel that is connected to it; one that nobody has connected is refused, in the name of the first.
    static std::vector<BodyPart> distribute(const channels::Connector& connector, const AccountList& accounts,
                                            std::string body);
    // Failure: a part could not be stored, deliver it again.
    asio::awaitable<Result<Taken>> take(std::vector<BodyPart> parts);
    // Keeps what was refused as dead letters, one for each part: a replay changes nothing for what is stored.
    // Of accounts that nobody has connected only the newest are kept.
    asio::awaitable<Result<std::vector<Dropped>>> bury(const Taken& taken);
    // The message of a dead letter of `channel`, as encode_dead_event wrote it; likewise.
    asio::awaitable<Status> replay_event(WorkspaceId workspace, access::ChannelPtr channel, std::string body);
    // The body of a dead letter of `channel`. INVALID_ARGUMENT: it is refused again.
    asio::awaitable<Status> replay(WorkspaceId workspace, access::ChannelPtr channel, std::string body);

  private:
    asio::awaitable<Result<std::vector<BodyPart>>> parts_again(WorkspaceId workspace,
                                                               access::ChannelPtr channel, std::string body);
    void read(BodyPart& part, std::vector<Told>& told) const;

    Events& events_;
    Accounts& accounts_;
    store::Store& store_;
    const channels::Registry& connectors_;
    const std::size_t max_messages_;
    const store::DeadLetterLimit unknown_;
};

}  // namespace guichet::ingest
