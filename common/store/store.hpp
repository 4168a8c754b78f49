#pragma once
// The state of Guichet: a typed method for each transition (one atomic function call each) and the reads.
//
// All methods run on the client's executor and fail as redis::Client::call does when Redis is away. A refused
// transition is a Status with `reason` and, where a conversation is concerned, `present`:
//   NOT_FOUND not_found                    unknown, or outside the caller's scope
//   FAILED_PRECONDITION owned_by_other | not_owned | stale_epoch | stale_inbound | stale_version | resolved |
//                       not_closed | delivery_open | too_late | not_open | one_already | not_merged |
//                       nothing_stays | no_call | call_open | call_settled | call_only | for_people |
//                       other_channel
//   RESOURCE_EXHAUSTED over_capacity | too_many_deliveries | too_many_labels | too_many |
//                      too_many_identities
//   ALREADY_EXISTS already_exists, PERMISSION_DENIED denied
//   INVALID_ARGUMENT until_past | request_reused (the request id was used for another function)
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "common/core/random.hpp"
#include "common/core/status.hpp"
#include "common/redis/client.hpp"
#include "common/store/escalation_types.hpp"
#include "common/store/functions.hpp"
#include "common/store/keys.hpp"
#include "common/store/together.hpp"
#include "guichet/v1/types.pb.h"

namespace guichet::store {

class Store {
  public:
    // `partitions`: how many a new workspace may be put into; recorded ones stay where they are.
    Store(redis::Client& client, Random& random, const Clock& clock, int partitions = 16);
    Store(const Store&) = delete;
    Store& operator=(const Store&) = delete;

    asio::awaitable<Result<void>> load() { return functions_.load(); }
    int partitions() const { return partitions_; }

    // Directory.
    asio::awaitable<Result<Partition>> partition_of(WorkspaceId workspace);
    asio::awaitable<Result<void>> create_workspace(WorkspaceId workspace);
    asio::awaitable<Result<std::vector<WorkspaceId>>> workspaces();

    // Ingest.
    asio::awaitable<Result<Ingested>> ingest(Inbound message);
    asio::awaitable<Result<void>> triage(TriageDecision decision);
    // "known", "sent" (a delivery in doubt is settled), "added", "unknown" (no conversation it belongs to).
    asio::awaitable<Result<std::string>> own_post(OwnPost post);
    // The delivery's state, or "unknown".
    asio::awaitable<Result<std::string>> report_delivery(DeliveryReport report);

    // What Reads takes apart: a conversation's record, person, `actor`'s draft, and at most `most` messages
    // before `before_seq` (0: the newest), as they are at one moment.
    asio::awaitable<Result<Row>> view(WorkspaceId workspace, ConversationId conversation, std::string actor,
                                      std::int64_t before_seq, int most);
    // What Reads takes apart: conversation, due, … of at most `most` of each of `queues` behind that place.
    asio::awaitable<Result<Row>> waiting(WorkspaceId workspace, TimeMs due, std::string conversation,
                                         int most, std::vector<std::string> queues);

    // Routing.
    asio::awaitable<Result<std::optional<Claimed>>> claim_next(By by, ClaimNext what);
    // `messages`: as ClaimNext's.
    asio::awaitable<Result<Claimed>> claim(By by, ConversationId conversation, Milliseconds lease,
                                           int capacity, bool bot = false, int messages = 0);
    // No conversations: all that the actor owns.
    asio::awaitable<Result<Renewed>> renew(By by, std::vector<ConversationId> conversations,
                                           Milliseconds lease);
    asio::awaitable<Result<Claimed>> assign(By by, Assignment what);
    asio::awaitable<Result<std::int64_t>> give(By by, Giving what);
    asio::awaitable<Result<std::int64_t>> snooze(By by, ConversationId conversation, std::string epoch,
                                                 TimeMs until, std::string reason);
    asio::awaitable<Result<std::int64_t>> resolve(By by, Resolution what);
    asio::awaitable<Result<std::int64_t>> reopen(By by, ConversationId conversation, std::string reason);
    asio::awaitable<Result<std::int64_t>> set_labels(By by, ConversationId conversation,
                                                     std::vector<std::string> add,
                                                     std::vector<std::string> remove);
    // presence: "online", "away", "offline". Returns the load.
    asio::awaitable<Result<int>> set_presence(By by, std::string presence, TimeMs until, int capacity);

    // Reply.
    asio::awaitable<Result<TimeMs>> save_draft(By by, ConversationId conversation, std::string text);
    // event: "note.added", "note.suggested". Returns its seq.
    asio::awaitable<Result<std::int64_t>> add_note(By by, ConversationId conversation, std::string blob,
                                                   std::string event, std::string detail);
    asio::awaitable<Result<v1::Delivery>> send(By by, Sending what);
    asio::awaitable<Result<DeliveryId>> publish(By by, Publishing what);
    asio::awaitable<Result<void>> undo(By by, DeliveryId delivery, bool supervisor);
    // settlement: "sent", "resend", "cancel".
    asio::awaitable<Result<void>> settle(By by, DeliveryId delivery, std::string settlement,
                                         std::string external_id);
    asio::awaitable<Result<Attempt>> begin_attempt(Begin what);
    // "done", or "stale" when somebody else has settled it.
    asio::awaitable<Result<std::string>> record_outcome(AttemptOutcome what);

    // Escalation.
    // False: there is a case already, or nothing public.
    asio::awaitable<Result<bool>> propose(WorkspaceId workspace, std::string actor,
                                          ConversationId conversation, std::string reasons,
                                          std::string entry);
    asio::awaitable<Result<Offered>> escalate(By by, Offer offer);
    asio::awaitable<Result<void>> decline(By by, EscalationId escalation, std::string reason);
    asio::awaitable<Result<Offered>> call_back(By by, CallTask task);
    // The case.
    asio::awaitable<Result<EscalationId>> record_call(By by, CallRecord record);
    asio::awaitable<Result<DeliveryId>> close_in_public(By by, ClosingWord word);
    // The visitor with his code. RESOURCE_EXHAUSTED too_many_visitors; ALREADY_EXISTS code_taken: make
    // another.
    asio::awaitable<Result<Visitor>> visit(Visit visit);
    // FAILED_PRECONDITION changed: what was read to judge it is no longer so.
    asio::awaitable<Result<void>> code_tried(CodeTried what);
    // `note`: a serialized one, how the person was verified.
    asio::awaitable<Result<void>> verify_identity(By by, ConversationId conversation, std::string epoch,
                                                  std::string note);

    // Contacts.
    asio::awaitable<Result<Parted>> merge_contacts(By by, ContactMerge what);
    // `contact`: the one that was put under another.
    asio::awaitable<Result<Parted>> undo_merge(By by, ContactId contact, std::int64_t version);
    asio::awaitable<Result<Parted>> split_contact(By by, ContactSplit what);

    // Time.
    asio::awaitable<Result<Ticked>> tick(Partition partition, Tick what);
    // After an outage or a take-over: leases that ran out meanwhile start anew.
    asio::awaitable<Result<void>> resume(Partition partition);

    // Work and dead letters.
    asio::awaitable<Result<void>> acknowledge(WorkspaceId workspace, std::string service, std::string entry);
    asio::awaitable<Result<void>> bury(DeadLetter letter);
    // Of an account that no channel is connected to: source, reason and body count. Beyond the limit the
    // oldest such letters are dropped; their number. Not taken while Redis is full.
    asio::awaitable<Result<std::int64_t>> bury_unknown(DeadLetter letter, DeadLetterLimit limit);
    asio::awaitable<Result<void>> replay(By by, std::string dead_letter);
    asio::awaitable<Result<void>> exhume(WorkspaceId workspace, std::string service, std::string entry,
                                         std::string dead_letter);

    // Documents of administration: agents, teams, channels, tokens… `version` 0: must not exist, -1:
    // whatever. Empty bytes remove. Returns the new version.
    asio::awaitable<Result<std::int64_t>> put_document(By by, std::string kind, std::string id,
                                                       std::int64_t version, std::string bytes,
                                                       int most = 10'000);
    asio::awaitable<Result<std::optional<Document>>> document(WorkspaceId workspace, std::string kind,
                                                              std::string id);
    asio::awaitable<Result<std::vector<Document>>> documents(WorkspaceId workspace, std::string kind);
    // Short-lived system records (sessions, links): gone by themselves after `life`.
    asio::awaitable<Result<void>> put_key(std::string name, std::string bytes, Milliseconds life);
    asio::awaitable<Result<std::optional<std::string>>> key(std::string name);
    // Reads and removes, so that one caller only gets it.
    asio::awaitable<Result<std::optional<std::string>>> take_key(std::string name);

    // The text that the first caller gave under this name; every process gets the same.
    asio::awaitable<Result<std::string>> agreed(std::string name, std::string candidate);
    // What Redis uses of what it may use; the share is 0 where it has no limit.
    asio::awaitable<Result<double>> memory_share();

    redis::Client& client() { return functions_.client(); }

  private:
    // Arguments of a function that an actor calls: workspace, actor, request, scope.
    static Row head(const By& by);
    asio::awaitable<Result<Row>> call(WorkspaceId workspace, const char* name, Row arguments);
    asio::awaitable<Result<std::int64_t>> versioned(WorkspaceId workspace, const char* name, Row arguments);
    // No conversation: there was none to be had.
    asio::awaitable<Result<Claimed>> claimed(WorkspaceId workspace, const char* name, Row arguments);

    // The same, together with others that come in at this moment.
    asio::awaitable<Result<Row>> call_together(WorkspaceId workspace, const char* name, Row arguments);

    Functions functions_;
    Together together_;
    Random& random_;
    const Clock& clock_;
    int partitions_;
    std::map<WorkspaceId, Partition> directory_;
};

// A work entry's fields as a WorkItem.
WorkItem decode_work(std::string entry, const std::vector<std::pair<std::string, std::string>>& fields);

}  // namespace guichet::store
