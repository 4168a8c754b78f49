#include "services/guichet/call_audit.hpp"

#include <set>

#include <google/protobuf/descriptor.h>
#include <gtest/gtest.h>

#include "common/rpc/contract.hpp"
#include "services/guichet/deeds.hpp"

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

// What the store tells needs no line of its own before the answer. A new write stands here until somebody has
// seen that its change is an event, or a changed document, of the caller's workspace.
TEST(CallAudit, WaitsForTheRecordOfWhatNothingElseTells) {
    std::set<std::string> alone;
    for (const auto* service : rpc::contract_services()) {
        for (int i = 0; i < service->method_count(); ++i) {
            const auto name = rpc::method_name(*service->method(i));
            auto details = write();
            details.write = rpc::read_access(*service->method(i))->write;
            const Status fine;
            if (is_told_by_its_record_alone(record_of(name.c_str(), fine), details)) alone.insert(name);
            EXPECT_FALSE(is_told_by_store(name) && !details.write) << name;
        }
    }
    const std::set<std::string> expected{"guichet.v1.AdminService/CreateSignInLink",
                                         "guichet.v1.AdminService/CreateToken",
                                         "guichet.v1.AdminService/PutWorkspace",
                                         "guichet.v1.AdminService/RevokeToken",
                                         "guichet.v1.AdminService/TestChannel",
                                         "guichet.v1.AuditService/AcceptAuditDamage",
                                         "guichet.v1.DeskService/ReadMentions",
                                         "guichet.v1.PrivacyService/ErasePerson",
                                         "guichet.v1.SecondFactorService/BeginSecondFactor",
                                         "guichet.v1.SecondFactorService/ConfirmSecondFactor",
                                         "guichet.v1.SecondFactorService/DisableSecondFactor",
                                         "guichet.v1.SecondFactorService/RenewRecoveryCodes",
                                         "guichet.v1.SecondFactorService/ResetSecondFactor"};
    EXPECT_EQ(alone, expected);
}

TEST(CallAudit, WaitsForNothingThatWasRefused) {
    const auto name = "guichet.v1.AdminService/CreateToken";
    EXPECT_TRUE(is_told_by_its_record_alone(record_of(name, internal("half done")), write()));
    for (const auto code : {Code::permission_denied, Code::invalid_argument, Code::not_found,
                            Code::failed_precondition, Code::unavailable}) {
        EXPECT_FALSE(is_told_by_its_record_alone(record_of(name, make_status(code, "no")), write()));
    }
}

}  // namespace
}  // namespace guichet
