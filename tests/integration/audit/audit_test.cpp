#include "guichet/v1/audit.pb.h"
#include "services/inbox/sqlite.hpp"
#include "tests/integration/services/world.hpp"

namespace guichet::test {
namespace {

class AuditLogTest : public ServicesTest {
  protected:
    v1::ListAuditResponse list(const std::string& caller, v1::ListAuditRequest request) {
        return expect<v1::ListAuditResponse>(caller, "AuditService/ListAudit", std::move(request));
    }
    v1::ListAuditRequest of(const ConversationId& conversation) {
        v1::ListAuditRequest request;
        request.set_conversation(conversation.str());
        return request;
    }
    bool holds(v1::ListAuditRequest request, const std::string& kind) {
        const auto page = list("boss", std::move(request));
        for (const auto& entry : page.entries()) {
            if (entry.kind() == kind) return true;
        }
        return false;
    }
    v1::VerifyAuditResponse verify(v1::VerifyAuditRequest request = {}) {
        return expect<v1::VerifyAuditResponse>("boss", "AuditService/VerifyAudit", std::move(request));
    }
    static std::string told(const v1::VerifyAuditResponse& response) {
        std::string all;
        for (const auto& fault : response.faults()) {
            all += std::to_string(fault.number()) + " " + fault.problem() + ";";
        }
        return all;
    }
    // The end is noted apart from the archive.
    void wait_until_anchored() {
        wait_for(
            [this] {
                auto noted = run(io_, log_.anchored("w1"));
                return noted && *noted && (*noted)->number == verify().head_number();
            },
            "the anchor");
    }
    void tamper(const std::string& sql) {
        auto database = inbox::Database::open((data_.path() / "archive.sqlite").string());
        ASSERT_TRUE(database);
        const auto done = database->run(sql.c_str());
        ASSERT_TRUE(done) << to_string(done.error());
    }
    std::int64_t settled() {
        const auto id = complain("t1", "This is bad, I complain.");
        claim("bob", id);
        wait_for([&] { return holds(of(id), "conversation.claimed"); }, "the audit");
        wait_until_anchored();
        return verify().head_number();
    }

    store::AuditLog log_{*client_};
};

TEST_F(AuditLogTest, TellsWhatHappenedToAConversation) {
    const auto id = complain("t1", "This is bad, I complain.");
    claim("bob", id);
    wait_for([&] { return holds(of(id), "conversation.claimed"); }, "the audit");
    const auto page = list("boss", of(id));
    const auto& entries = page.entries();
    EXPECT_EQ(entries[0].kind(), "conversation.claimed");
    EXPECT_EQ(entries[0].actor(), "bob");
    EXPECT_EQ(entries[0].result(), "ok");
    EXPECT_EQ(entries[entries.size() - 1].kind(), "conversation.created");
    v1::ListAuditRequest by_kind = of(id);
    by_kind.add_kinds("conversation.");
    by_kind.set_actor("bob");
    EXPECT_EQ(list("boss", by_kind).entries_size(), 1);
}

TEST_F(AuditLogTest, PagesMeetWithoutGap) {
    settled();
    v1::ListAuditRequest request;
    request.set_page_size(2);
    std::int64_t expected = verify().head_number();
    do {
        const auto page = list("boss", request);
        for (const auto& entry : page.entries()) EXPECT_EQ(entry.number(), expected--);
        request.set_cursor(page.next_cursor());
    } while (!request.cursor().empty());
    EXPECT_EQ(expected, 0);
    request.set_cursor("bm9uc2Vuc2U");
    EXPECT_EQ(refused<v1::ListAuditResponse>("boss", "AuditService/ListAudit", request).code,
              Code::invalid_argument);
}

TEST_F(AuditLogTest, IsForSupervisorsWithinTheirGrants) {
    people_.add("wallboss", {rpc::GrantSpec{rpc::Role::supervisor, {"wall"}, {}, false}});
    const auto hidden = complain("t1", "This is bad, I complain.");
    const auto shown = complain("t2", "This is a bad public story, I complain.", "wall", true);
    wait_for([&] { return holds(of(shown), "conversation.triaged"); }, "the audit");
    EXPECT_EQ(list("wallboss", of(hidden)).entries_size(), 0);
    EXPECT_GT(list("wallboss", of(shown)).entries_size(), 0);
    const auto all = list("wallboss", {});
    for (const auto& entry : all.entries()) EXPECT_EQ(entry.conversation(), shown.str());
    EXPECT_EQ(refused<v1::ListAuditResponse>("bob", "AuditService/ListAudit", of(shown)).code,
              Code::permission_denied);
    EXPECT_EQ(
        refused<v1::VerifyAuditResponse>("wallboss", "AuditService/VerifyAudit", v1::VerifyAuditRequest())
            .code,
        Code::permission_denied);
}

TEST_F(AuditLogTest, KeepsWhatAdministratorsChange) {
    v1::Team team;
    team.set_id("night");
    ASSERT_TRUE(run(io_, store_.put_document({kBrand, "boss", "r77"}, access::kTeam, "night", -1,
                                             team.SerializeAsString())));
    v1::ListAuditRequest request;
    request.add_kinds("document.changed");
    request.set_actor("boss");
    wait_for([&] { return list("boss", request).entries_size() == 1; }, "the audit");
    const auto page = list("boss", request);
    const auto& entry = page.entries(0);
    EXPECT_EQ(entry.subject(), "team night");
    EXPECT_EQ(entry.request(), "r77");
}

TEST_F(AuditLogTest, AWholeLogIsWhole) {
    const auto head = settled();
    const auto all = verify();
    EXPECT_EQ(told(all), "");
    EXPECT_EQ(all.checked(), head);
    v1::VerifyAuditRequest known;
    known.set_known_number(all.head_number());
    known.set_known_hash(all.head_hash());
    EXPECT_EQ(told(verify(known)), "");
    known.set_known_hash(std::string(64, '0'));
    EXPECT_EQ(told(verify(known)), std::to_string(head) + " unknown_end;");
}

TEST_F(AuditLogTest, FindsATamperedLine) {
    settled();
    tamper("UPDATE audit SET actor = 'eve' WHERE kind = 'conversation.claimed'");
    EXPECT_NE(told(verify()).find("changed;"), std::string::npos);
}

TEST_F(AuditLogTest, DamageIsAcceptedByNameAndForAReason) {
    people_.add("root", {rpc::GrantSpec{rpc::Role::admin, {}, {}, false}});
    settled();
    tamper("UPDATE audit SET actor = 'eve' WHERE number = 3 AND workspace = 'w1'");
    const auto before = verify();
    ASSERT_EQ(told(before), "3 changed;");
    v1::AcceptAuditDamageRequest request;
    request.set_request_id("a1");
    request.set_number(3);
    request.set_found(before.faults(0).found());
    const auto refusal = [&](const std::string& caller) {
        return refused<v1::AcceptAuditDamageResponse>(caller, "AuditService/AcceptAuditDamage", request);
    };
    EXPECT_EQ(refusal("root").code, Code::invalid_argument) << "no reason";
    request.set_reason("a bad disk");
    EXPECT_EQ(refusal("boss").code, Code::permission_denied);
    request.set_number(2);
    request.set_request_id("a2");
    EXPECT_EQ(refusal("root").reason, "not_damaged");
    request.set_number(3);
    request.set_request_id("a3");
    const auto accepted =
        expect<v1::AcceptAuditDamageResponse>("root", "AuditService/AcceptAuditDamage", request);
    EXPECT_EQ(accepted.damage().accepted_by(), "root");
    const auto after = verify();
    EXPECT_EQ(told(after), "");
    ASSERT_EQ(after.accepted_size(), 1);
    EXPECT_EQ(after.accepted(0).accepted_reason(), "a bad disk");
    EXPECT_GT(after.accepted(0).accepted_at().seconds(), 0);
    v1::ListAuditRequest lines;
    lines.add_kinds("audit.accepted");
    EXPECT_EQ(list("boss", lines).entries_size(), 1);
    // Other damage at the same line is not what was accepted.
    tamper("UPDATE audit SET actor = 'mallory' WHERE number = 3 AND workspace = 'w1'");
    EXPECT_EQ(told(verify()), "3 changed;");
    request.set_request_id("a4");
    EXPECT_EQ(refusal("root").reason, "damage_differs");
}

TEST_F(AuditLogTest, FindsADeletedLine) {
    settled();
    tamper("DELETE FROM audit WHERE number = 3 AND workspace = 'w1'");
    EXPECT_EQ(told(verify()), "3 missing;");
}

TEST_F(AuditLogTest, FindsATruncatedTail) {
    const auto head = settled();
    // Both, as somebody would who knows the tables.
    tamper("DELETE FROM audit WHERE workspace = 'w1' AND number > " + std::to_string(head - 2));
    tamper("UPDATE audit_head SET number = " + std::to_string(head - 2) +
           ", hash = (SELECT hash FROM audit WHERE workspace = 'w1' AND number = " +
           std::to_string(head - 2) + ") WHERE workspace = 'w1'");
    EXPECT_EQ(told(verify()), std::to_string(head) + " cut_off;");
    // What is written later does not cover it.
    complain("t2", "This is bad again, I complain.");
    complain("t3", "This is bad again, I complain.");
    v1::ListAuditRequest broken;
    broken.add_kinds("audit.broken");
    wait_for([&] { return list("boss", broken).entries_size() == 1; }, "the line that says so");
    EXPECT_NE(told(verify()).find("broken_before;"), std::string::npos);
}

TEST_F(AuditLogTest, AChainWrittenAnewIsNotTheOneNoted) {
    const auto head = settled();
    tamper("UPDATE audit SET hash = '" + std::string(64, 'a') +
           "' WHERE workspace='w1' AND number = " + std::to_string(head));
    EXPECT_EQ(told(verify()), std::to_string(head) + " changed;" + std::to_string(head) + " changed;");
}

}  // namespace
}  // namespace guichet::test
