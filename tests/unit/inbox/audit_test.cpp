#include "tests/unit/inbox/audit_world.hpp"

namespace guichet::inbox {
namespace {

TEST_F(AuditTest, NumbersEachWorkspaceByItself) {
    write_some();
    const auto part = check();
    EXPECT_EQ(part.checked, 5);
    EXPECT_EQ(part.last, 5);
    EXPECT_TRUE(part.end);
    EXPECT_EQ(told(part), "");
    const auto heads = archive_.audit_heads();
    ASSERT_TRUE(heads);
    EXPECT_EQ(heads->at("w1").number, 5);
    EXPECT_EQ(heads->at("w1").hash, part.last_hash);
    EXPECT_EQ(heads->at("w2").number, 1);
}

TEST_F(AuditTest, TheSameLineTwiceIsOneLine) {
    write_some();
    write_some();
    EXPECT_EQ(check().checked, 5);
    EXPECT_EQ(told(check()), "");
}

TEST_F(AuditTest, PartsJoin) {
    write_some();
    const auto first = check(0, 2);
    EXPECT_FALSE(first.end);
    const auto rest = check(first.last, 100);
    EXPECT_EQ(first.checked + rest.checked, 5);
    EXPECT_EQ(told(rest), "");
}

TEST_F(AuditTest, EveryColumnIsHeldByTheChain) {
    write_some();
    for (const char* column :
         {"source", "id", "kind", "actor", "grants", "address", "conversation", "subject", "result", "detail",
          "request", "team", "channel", "digest", "hash", "salt"}) {
        const auto set = [column](const std::string& value) {
            return "UPDATE audit SET " + std::string(column) + " = " + value +
                   " WHERE workspace='w1' AND number=2";
        };
        tamper(set(std::string(column) + " || 'z'").c_str());
        EXPECT_NE(told(check()).find("2 changed"), std::string::npos) << column;
        tamper(set("substr(" + std::string(column) + ", 1, length(" + column + ") - 1)").c_str());
        EXPECT_EQ(told(check()), "") << column;
    }
    tamper("UPDATE audit SET at = at + 1 WHERE workspace='w1' AND number=2");
    EXPECT_EQ(told(check()), "2 changed;");
    tamper("UPDATE audit SET at = at - 1, visibility = 1 WHERE workspace='w1' AND number=2");
    EXPECT_EQ(told(check()), "2 changed;");
}

TEST_F(AuditTest, WhatMovesFromOneFieldIntoTheNextShows) {
    write_some();
    tamper("UPDATE audit SET actor = 'bobagent', grants = ' */*/*' WHERE workspace='w1' AND number=2");
    EXPECT_EQ(told(check()), "2 changed;");
}

TEST_F(AuditTest, ARemovedLineShows) {
    write_some();
    tamper("DELETE FROM audit WHERE workspace='w1' AND number=3");
    EXPECT_EQ(told(check()), "3 missing;");
    tamper("UPDATE audit SET number = number - 1 WHERE workspace='w1' AND number > 3");
    EXPECT_NE(told(check()), "");
}

TEST_F(AuditTest, LinesBehindACutTailLeaveAGap) {
    write_some();
    tamper("DELETE FROM audit WHERE workspace='w1' AND number > 3");
    write({line(random_, "7-0", "call.Claim")});
    EXPECT_EQ(told(check()), "4 missing;");
}

TEST_F(AuditTest, WordsCanGoAndTheLineStays) {
    write_some();
    tamper("UPDATE audit SET detail = '', salt = '' WHERE workspace='w1' AND number=2");
    EXPECT_EQ(told(check()), "");
    AuditQuery query;
    query.workspace = "w1";
    query.scope = "*";
    query.before = 6;
    const auto rows = archive_.list_audit(query);
    ASSERT_TRUE(rows);
    ASSERT_EQ(rows->size(), 5U);
    EXPECT_TRUE(to_entry(rows->at(3)).detail_erased());
    EXPECT_FALSE(to_entry(rows->at(4)).detail_erased());
}

TEST_F(AuditTest, OtherWordsInstead) {
    write_some();
    tamper("UPDATE audit SET detail = 'too easy' WHERE workspace='w1' AND number=2");
    EXPECT_EQ(told(check()), "2 changed;");
}

}  // namespace
}  // namespace guichet::inbox
