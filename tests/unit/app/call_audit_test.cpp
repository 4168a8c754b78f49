#include "services/guichet/call_audit.hpp"

#include <gtest/gtest.h>

namespace guichet {
namespace {

rpc::CallRecord record_of(const char* method, const Status& status) {
    return {method, status, std::chrono::nanoseconds(1), "r1", "w1", "bob", "10.0.0.9", ""};
}

rpc::CallDetails write() {
    return {true, "agent */*/*", "C1", "delivery D1"};
}

TEST(CallAudit, TellsWhoAskedForWhatAndHowItEnded) {
    const auto refused = make_status(Code::failed_precondition, "it is owned by eve", "owned_by_other");
    const auto line = line_of(record_of("guichet.v1.RoutingService/Claim", refused), write());
    EXPECT_EQ(line.workspace, "w1");
    EXPECT_EQ(line.kind, "call.Claim");
    EXPECT_EQ(line.actor, "bob");
    EXPECT_EQ(line.grant, "agent */*/*");
    EXPECT_EQ(line.address, "10.0.0.9");
    EXPECT_EQ(line.conversation, "C1");
    EXPECT_EQ(line.subject, "delivery D1");
    EXPECT_EQ(line.result, "failed_precondition");
    EXPECT_EQ(line.detail, "owned_by_other");
    EXPECT_EQ(line.request, "r1");
}

TEST(CallAudit, LeavesOutWhatIsNoDeed) {
    const Status fine;
    EXPECT_TRUE(is_deed(record_of("guichet.v1.ReplyService/Send", fine), write()));
    EXPECT_FALSE(is_deed(record_of("guichet.v1.IngestService/Submit", fine), write()));
    EXPECT_FALSE(is_deed(record_of("guichet.v1.RoutingService/Renew", fine), write()));
    EXPECT_FALSE(is_deed(record_of("guichet.v1.DeskService/Attend", fine), write()));
    EXPECT_FALSE(is_deed(record_of("guichet.v1.InboxService/GetConversation", fine), {}));
    auto stranger = record_of("guichet.v1.ReplyService/Send", fine);
    stranger.workspace = {};
    EXPECT_FALSE(is_deed(stranger, write()));
}

TEST(CallAudit, KeepsWhatWasRefusedEvenWhereItIsNoDeed) {
    const auto refused = make_status(Code::permission_denied, "no", "denied");
    EXPECT_TRUE(is_deed(record_of("guichet.v1.RoutingService/ClaimNext", refused), write()));
}

}  // namespace
}  // namespace guichet
