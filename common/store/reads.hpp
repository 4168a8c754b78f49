#pragma once
// What can be read without changing anything. Nothing here is O(waiting): pages, or what one conversation
// has.
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/store/records.hpp"
#include "common/store/store.hpp"
#include "guichet/v1/admin.pb.h"
#include "guichet/v1/inbox.pb.h"

namespace guichet::store {

// A place in the order of what waits: after `due`, and after `id` among those due then.
struct WaitingPlace {
    TimeMs due = 0;
    std::string id;
};

struct QueueName {
    std::string team, language, channel;
    bool is_public = false;
    // Calls to make.
    bool call_back = false;
};
// "care|fr|form|private", "care|fr|form|private|call"
std::optional<QueueName> parse_queue_name(const std::string& name);

class Reads {
  public:
    explicit Reads(Store& store) : store_(store) {}

    // NOT_FOUND outside `scope`.
    asio::awaitable<Result<v1::Conversation>> conversation(WorkspaceId workspace, ConversationId id,
                                                           std::string scope);
    // With one of its messages, whatever its scope; INTERNAL where it has none of that number.
    asio::awaitable<Result<std::pair<v1::Conversation, v1::Message>>> said(WorkspaceId workspace,
                                                                           ConversationId id,
                                                                           std::int64_t seq);
    // In the order of `ids`; those that are gone or outside `scope` are left out.
    asio::awaitable<Result<std::vector<v1::Conversation>>> conversations(WorkspaceId workspace,
                                                                         std::vector<std::string> ids,
                                                                         std::string scope);
    // The same; their contacts as they began. What is indexed must not depend on who was joined meanwhile.
    asio::awaitable<Result<std::vector<v1::Conversation>>> conversations_as_kept(WorkspaceId workspace,
                                                                                 std::vector<std::string> ids,
                                                                                 std::string scope);
    // Messages first..last, both counted from 1 and both included.
    asio::awaitable<Result<std::vector<v1::Message>>> messages(WorkspaceId workspace, ConversationId id,
                                                               std::int64_t first, std::int64_t last);
    // The whole of a conversation as an agent reads it: `limit` messages before `before_seq` (0: the newest),
    // with the state of their deliveries. The epoch is kept only for its owner.
    asio::awaitable<Result<v1::GetConversationResponse>> view(By by, ConversationId id,
                                                              std::int64_t before_seq, int limit);
    // The same of what `by` has just claimed, from what came along; from Redis where nothing did.
    asio::awaitable<Result<v1::GetConversationResponse>> claimed(By by, Claimed what, int limit);
    asio::awaitable<Result<v1::Delivery>> delivery(WorkspaceId workspace, DeliveryId id);
    // The person that a contact is part of, with what is known of all his contacts; the newest 200
    // conversations.
    asio::awaitable<Result<v1::Contact>> contact(WorkspaceId workspace, ContactId id);
    // The person's contacts as they are kept, the one on top first; NOT_FOUND.
    asio::awaitable<Result<std::vector<KnownContact>>> person(WorkspaceId workspace, ContactId id);
    // Contact -> the one on top of it: itself, where it was joined with none.
    asio::awaitable<Result<std::map<std::string, std::string>>> persons_of(WorkspaceId workspace,
                                                                           std::vector<std::string> contacts);
    // Conversations as they are kept name the contact that they began with; afterwards the person.
    asio::awaitable<Result<void>> name_persons(WorkspaceId workspace,
                                               std::vector<v1::Conversation>& conversations);
    // Contacts of whom one of these is known, at most twenty for each.
    asio::awaitable<Result<std::vector<std::string>>> alike(WorkspaceId workspace,
                                                            std::vector<ContactMark> marks);

    asio::awaitable<Result<v1::Escalation>> escalation(WorkspaceId workspace, EscalationId id);
    // What is kept of a case for its next offer: words, persona, by whom.
    asio::awaitable<Result<Fields>> escalation_fields(WorkspaceId workspace, EscalationId id);
    // The newest `limit` of a public thread, oldest first; those outside `scope` too: what is public may be
    // read.
    asio::awaitable<Result<std::vector<v1::ThreadMessage>>> thread(WorkspaceId workspace, ChannelId channel,
                                                                   std::string parent, int limit);
    // "at|conversation|seq|score|intent" of a person's negative words in public, oldest first.
    asio::awaitable<Result<std::vector<std::string>>> negative_posts(WorkspaceId workspace,
                                                                     ContactId contact);
    // The delivery that a message of the channel is, by its external id; "" : none of ours, or unknown.
    asio::awaitable<Result<std::string>> delivery_of(WorkspaceId workspace, ChannelId channel,
                                                     std::string external_id);
    // What is kept of a delivery beside to_delivery(): looks that showed it absent, way, recipient.
    asio::awaitable<Result<Fields>> delivery_fields(WorkspaceId workspace, DeliveryId id);
    // Visitors of the page of a case's link in public; and one of them, where he is known.
    asio::awaitable<Result<std::vector<Visitor>>> visitors(WorkspaceId workspace, EscalationId id);
    asio::awaitable<Result<std::optional<Visitor>>> visitor(WorkspaceId workspace, EscalationId id,
                                                            std::string visitor);
    // "" (free), "reserved|case", "spent|case".
    asio::awaitable<Result<std::string>> route_use(WorkspaceId workspace, std::string key);
    // Adds what is around the conversation of `view`: the other side, the thread, the contact's other open
    // ones.
    asio::awaitable<Result<void>> surround(By by, v1::GetConversationResponse& view, int limit);

    // Most urgent first, over the queues that `serves` accepts.
    asio::awaitable<Result<std::vector<WaitingPlace>>> waiting(WorkspaceId workspace,
                                                               std::function<bool(const QueueName&)> serves,
                                                               WaitingPlace after, int limit);
    asio::awaitable<Result<std::vector<v1::QueueStats>>> queues(WorkspaceId workspace);
    asio::awaitable<Result<std::vector<std::string>>> owned(WorkspaceId workspace, AgentId agent);
    asio::awaitable<Result<std::vector<v1::AgentStats>>> agents(WorkspaceId workspace);

    asio::awaitable<Result<std::vector<v1::DeadLetter>>> dead_letters(WorkspaceId workspace,
                                                                      std::string after, int limit);
    asio::awaitable<Result<v1::DeadLetter>> dead_letter(WorkspaceId workspace, std::string id);
    asio::awaitable<Result<std::int64_t>> dead_letter_count(WorkspaceId workspace);
    // Deliveries of which nobody knows whether they went out.
    asio::awaitable<Result<std::int64_t>> unconfirmed_count(WorkspaceId workspace);

    // Part of every Watch cursor: another value means that ids before it mean nothing any more.
    asio::awaitable<Result<std::string>> incarnation(Partition partition, std::string candidate);

  private:
    asio::awaitable<Result<Fields>> fields(std::string key);
    // Of g1_view, and of what a claim brings along.
    struct Sight {
        v1::Conversation conversation;
        std::string draft;
        std::vector<v1::Message> messages;
        std::int64_t first = 1;
    };
    // NOT_FOUND outside `scope`.
    static Result<Sight> to_sight(const ConversationId& id, const std::string& scope, Row row);
    asio::awaitable<Result<Sight>> sight(By by, ConversationId id, std::int64_t before_seq, int most);
    // With the state of its messages' deliveries.
    asio::awaitable<Result<v1::GetConversationResponse>> whole(By by, Sight seen);
    // Adds those beside the private side of the case.
    asio::awaitable<Result<void>> add_claimants(By by, v1::GetConversationResponse& view);
    asio::awaitable<Result<std::vector<Fields>>> many(WorkspaceId workspace, std::string what,
                                                      std::vector<std::string> ids);

    Store& store_;
};

}  // namespace guichet::store
