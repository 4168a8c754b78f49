// Damage of the audit that somebody accepted: told as that, and nothing else is taken for it.
#include "tests/unit/inbox/audit_world.hpp"

namespace guichet::inbox {
namespace {

class AuditDamageTest : public AuditTest {
  protected:
    AuditDamageTest() { write_some(); }
    // As AcceptAuditDamage does.
    void accept(v1::AuditFault damage, const std::string& reason = "a bad disk") {
        accepted_.insert(damage_key(damage));
        damage.set_accepted_by("ada");
        damage.set_accepted_reason(reason);
        write({audit_acceptance_line("w1", damage, 77, random_)});
    }
    void accept_all() {
        for (const auto& damage : check().faults) accept(damage);
    }
};

TEST_F(AuditDamageTest, IsToldWithWhoWhenAndWhy) {
    tamper("UPDATE audit SET actor = 'eve' WHERE workspace='w1' AND number=2");
    ASSERT_EQ(told(check()), "2 changed;");
    accept_all();
    const auto part = check();
    EXPECT_EQ(told(part), "");
    ASSERT_EQ(part.accepted.size(), 1U);
    const auto& damage = part.accepted[0];
    EXPECT_EQ(damage.number(), 2);
    EXPECT_EQ(damage.problem(), "changed");
    EXPECT_EQ(damage.accepted_by(), "ada");
    EXPECT_EQ(damage.accepted_reason(), "a bad disk");
    EXPECT_EQ(damage.accepted_at().nanos(), 77'000'000);
    EXPECT_EQ(part.checked, 6) << "the line that tells of it is one more";
}

TEST_F(AuditDamageTest, EveryKindOfItCanBeAccepted) {
    write({line(random_, "8-0", "audit.broken", "the log ended before")});
    tamper("UPDATE audit SET detail = 'too easy' WHERE workspace='w1' AND number=2");
    tamper("DELETE FROM audit WHERE workspace='w1' AND number=4");
    ASSERT_EQ(told(check()), "2 changed;4 missing;6 broken_before;");
    accept_all();
    EXPECT_EQ(told(check()), "");
    EXPECT_EQ(check().accepted.size(), 3U);
}

TEST_F(AuditDamageTest, AnotherChangeOfTheSameLineIsNew) {
    tamper("UPDATE audit SET actor = 'eve' WHERE workspace='w1' AND number=2");
    accept_all();
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
}

TEST_F(AuditDamageTest, AWiderGapIsNew) {
    tamper("DELETE FROM audit WHERE workspace='w1' AND number=3");
    accept_all();
    EXPECT_EQ(told(check()), "");
    tamper("DELETE FROM audit WHERE workspace='w1' AND number=4");
    EXPECT_EQ(told(check()), "3 missing;");
}

TEST_F(AuditDamageTest, ErasingItsWordsLeavesItAccepted) {
    tamper("UPDATE audit SET actor = 'eve' WHERE workspace='w1' AND number=2");
    accept_all();
    tamper("UPDATE audit SET detail = '', salt = '' WHERE workspace='w1'");
    const auto part = check();
    EXPECT_EQ(told(part), "");
    ASSERT_EQ(part.accepted.size(), 1U);
    EXPECT_EQ(part.accepted[0].accepted_reason(), "") << "why goes like other words";
}

TEST_F(AuditDamageTest, ALineThatTellsOfItWithoutRedisIsNotEnough) {
    tamper("UPDATE audit SET actor = 'eve' WHERE workspace='w1' AND number=2");
    accept_all();
    accepted_.clear();
    EXPECT_EQ(told(check()), "2 changed;");
}

TEST_F(AuditDamageTest, NorRedisWithoutALineThatTellsOfIt) {
    tamper("UPDATE audit SET actor = 'eve' WHERE workspace='w1' AND number=2");
    accepted_.insert(damage_key(check().faults.at(0)));
    EXPECT_EQ(told(check()), "2 changed;");
    // Who can add to the stream cannot add that line.
    write({line(random_, "9-0", "audit.accepted")});
    const auto damage = check().faults.at(0);
    tamper(
        ("UPDATE audit SET subject = '" + audit_acceptance_subject(damage) + "' WHERE id = '9-0'").c_str());
    EXPECT_EQ(told(check()).find("2 changed;"), told(check()).rfind("2 changed;"));
    EXPECT_NE(told(check()).find("2 changed;"), std::string::npos);
}

TEST_F(AuditDamageTest, AnAcceptanceOfAnotherWorkspaceIsNone) {
    tamper("UPDATE audit SET actor = 'eve' WHERE workspace='w1' AND number=2");
    auto damage = check().faults.at(0);
    accepted_.insert(damage_key(damage));
    write({audit_acceptance_line("w2", damage, 77, random_)});
    EXPECT_EQ(told(check()), "2 changed;");
}

TEST_F(AuditDamageTest, AcceptedOnesHideNoneOfTheOthers) {
    std::vector<AuditRow> rows;
    rows.reserve(150);
    for (int i = 0; i < 150; ++i) rows.push_back(line(random_, "1" + std::to_string(i) + "-0", "call.Claim"));
    write(std::move(rows));
    tamper("UPDATE audit SET actor = 'eve' WHERE workspace='w1' AND number BETWEEN 6 AND 105");
    ASSERT_EQ(check(0, 1'000).faults.size(), AuditChecker::kMostFaults);
    for (const auto& damage : check(0, 1'000).faults) accept(damage);
    tamper("UPDATE audit SET actor = 'eve' WHERE workspace='w1' AND number = 140");
    EXPECT_EQ(told(check(0, 1'000)), "140 changed;");
}

}  // namespace
}  // namespace guichet::inbox
