#include "services/guichet/deeds.hpp"

#include <algorithm>
#include <array>

namespace guichet {
namespace {

// Heartbeats, who looks, drafts, and taking what is there, which may be nothing: what was taken is an event.
constexpr std::array<std::string_view, 5> kNoDeeds{
    "guichet.v1.RoutingService/Renew", "guichet.v1.RoutingService/ClaimNext",
    "guichet.v1.RoutingService/SetPresence", "guichet.v1.ReplyService/SaveDraft",
    "guichet.v1.DeskService/Attend"};

// In alphabetical order. A method that is not here waits for its record: so does a new one. Not here though
// they change documents: tokens, erasures and other workspaces, which are kept in the audit of another
// workspace than the caller's; and second factors, which leave no line of their own.
constexpr std::string_view kToldByStore[] = {
    "guichet.v1.AdminService/ConnectChannel",
    "guichet.v1.AdminService/PauseChannel",
    "guichet.v1.AdminService/PutAgent",
    "guichet.v1.AdminService/PutCannedReply",
    "guichet.v1.AdminService/PutPersona",
    "guichet.v1.AdminService/PutTeam",
    "guichet.v1.AdminService/ReplayDeadLetter",
    "guichet.v1.ContactService/RefuseSuggestion",
    "guichet.v1.ContactService/SetSegment",
    "guichet.v1.ContactService/UndoRefusal",
    "guichet.v1.DeskService/PutView",
    "guichet.v1.EscalationService/CloseInPublic",
    "guichet.v1.EscalationService/Decline",
    "guichet.v1.EscalationService/Escalate",
    "guichet.v1.EscalationService/RecordCall",
    "guichet.v1.EscalationService/VerifyIdentity",
    "guichet.v1.InboxService/MergeContacts",
    "guichet.v1.InboxService/SplitContact",
    "guichet.v1.InboxService/UndoMerge",
    "guichet.v1.ModerationService/Moderate",
    "guichet.v1.ReplyService/AddNote",
    "guichet.v1.ReplyService/Publish",
    "guichet.v1.ReplyService/Send",
    "guichet.v1.ReplyService/Settle",
    "guichet.v1.ReplyService/Suggest",
    "guichet.v1.ReplyService/Undo",
    "guichet.v1.RoutingService/Assign",
    "guichet.v1.RoutingService/BulkAssign",
    "guichet.v1.RoutingService/Claim",
    "guichet.v1.RoutingService/Handoff",
    "guichet.v1.RoutingService/Release",
    "guichet.v1.RoutingService/Reopen",
    "guichet.v1.RoutingService/Resolve",
    "guichet.v1.RoutingService/SetLabels",
    "guichet.v1.RoutingService/Snooze",
    "guichet.v1.RoutingService/Transfer",
    "guichet.v1.SecondFactorService/PutSecondFactorRule",
    "guichet.v1.WritingService/PutPosition",
};
static_assert(std::is_sorted(std::begin(kToldByStore), std::end(kToldByStore)));

// The others refuse before anything changes; or Redis is away, and its line could not be written either.
bool may_be_done(Code code) {
    return code == Code::ok || code == Code::unknown || code == Code::aborted || code == Code::internal ||
           code == Code::data_loss;
}

}  // namespace

bool is_deed(const rpc::CallRecord& record, const rpc::CallDetails& details) {
    return details.write && !record.workspace.empty() &&
           record.method.find(".IngestService/") == std::string_view::npos &&
           (!record.status.ok() ||
            std::find(kNoDeeds.begin(), kNoDeeds.end(), record.method) == kNoDeeds.end());
}

bool is_told_by_store(std::string_view method) {
    return std::binary_search(std::begin(kToldByStore), std::end(kToldByStore), method);
}

bool is_told_by_its_record_alone(const rpc::CallRecord& record, const rpc::CallDetails& details) {
    return may_be_done(record.status.code) && is_deed(record, details) && !is_told_by_store(record.method);
}

}  // namespace guichet
