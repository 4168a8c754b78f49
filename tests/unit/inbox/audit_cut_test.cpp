// Lines that are removed at the beginning of the audit: the rest is a whole log still, and shows damage as
// before.
#include "services/inbox/audit_extent.hpp"
#include "tests/unit/inbox/audit_world.hpp"

namespace guichet::inbox {
namespace {

constexpr AuditAge kAll{1'000, 1'000, 100};

class AuditCutTest : public AuditTest {
  protected:
    AuditPart old(const store::AuditHead& begin, const AuditAge& age) {
        auto part = archive_.check_old_audit("w1", begin, age, accepted_);
        EXPECT_TRUE(part);
        return part ? *part : AuditPart{};
    }
    // The steps of a cut that keeps the lines from the time `before` on (line number n is of n ms).
    store::AuditHead cut(const store::AuditHead& begin, TimeMs before) {
        const auto part = old(begin, {before, before, 100});
        EXPECT_EQ(told(part), "");
        store::AuditHead here{part.last + 1, part.last_hash};
        write({audit_cut_line("w1", here, 50)});
        return here;
    }
    std::int64_t drop(const store::AuditHead& cut, int limit = 100) {
        auto dropped = archive_.drop_audit("w1", cut.number, limit);
        EXPECT_TRUE(dropped);
        return dropped ? *dropped : -1;
    }
    // Lines 1 to 6 of w1, of 1 to 6 ms.
    void write_six() {
        std::vector<AuditRow> rows;
        for (int i = 1; i <= 6; ++i) rows.push_back(line(random_, std::to_string(i) + "-0", "call.Claim"));
        write(std::move(rows));
    }
    std::string checked(const store::AuditHead& begin) { return told(check(0, 100, begin)); }
    bool tells(const store::AuditHead& cut) {
        auto told = archive_.tells_audit_cut("w1", cut);
        EXPECT_TRUE(told);
        return told && *told;
    }
};

TEST_F(AuditCutTest, OldLinesAreThoseBeforeTheFirstThatIsNot) {
    write_six();
    const auto part = old(audit_beginning(), {4, 4, 100});
    EXPECT_EQ(part.checked, 3);
    EXPECT_EQ(part.last, 3);
    EXPECT_TRUE(part.end);
    EXPECT_EQ(old(audit_beginning(), {1, 1, 100}).checked, 0);
    EXPECT_EQ(old(audit_beginning(), {100, 100, 4}).last, 4);
    EXPECT_EQ(old(audit_beginning(), {100, 1, 100}).checked, 0) << "the first is not due";
    EXPECT_EQ(old(audit_beginning(), {4, 2, 100}).checked, 3) << "it is";
}

TEST_F(AuditCutTest, WhatIsKeptIsAWholeLog) {
    write_six();
    const auto here = cut(audit_beginning(), 4);
    EXPECT_EQ(here.number, 4);
    EXPECT_TRUE(tells(here));
    EXPECT_EQ(checked(audit_beginning()), "") << "nothing is gone yet";
    EXPECT_EQ(checked(here), "");
    EXPECT_EQ(drop(here), 3);
    const auto part = check(0, 100, here);
    EXPECT_EQ(told(part), "");
    EXPECT_EQ(part.checked, 4) << "4, 5, 6 and the line that tells of the cut";
    EXPECT_EQ(part.last, 7);
    EXPECT_EQ(checked(audit_beginning()), "1 missing;") << "whoever did not note the cut misses lines";
}

TEST_F(AuditCutTest, ABatchAtATimeLeavesTheEndOfTheChain) {
    write_six();
    const auto here = cut(audit_beginning(), 6);
    EXPECT_EQ(drop(here, 2), 2);
    EXPECT_EQ(checked(here), "");
    EXPECT_EQ(drop(here, 2), 2);
    EXPECT_EQ(drop(here, 2), 1);
    EXPECT_EQ(drop(here, 2), 0);
    EXPECT_EQ(checked(here), "");
}

TEST_F(AuditCutTest, TheFirstLineThatIsKeptIsHeldByTheChain) {
    write_six();
    const auto here = cut(audit_beginning(), 4);
    drop(here);
    tamper("UPDATE audit SET actor = 'eve' WHERE workspace='w1' AND number=4");
    EXPECT_EQ(checked(here), "4 changed;");
}

TEST_F(AuditCutTest, MoreThanWasCutIsMissing) {
    write_six();
    const auto here = cut(audit_beginning(), 4);
    drop(here);
    tamper("DELETE FROM audit WHERE workspace='w1' AND number=4");
    EXPECT_EQ(checked(here), "4 missing;");
}

TEST_F(AuditCutTest, ALineRemovedOrATailCutOffShowsAsBefore) {
    write_six();
    const auto here = cut(audit_beginning(), 4);
    drop(here);
    const auto head = archive_.audit_heads()->at("w1");
    tamper("DELETE FROM audit WHERE workspace='w1' AND number=5");
    EXPECT_EQ(checked(here), "5 missing;");
    tamper("DELETE FROM audit WHERE workspace='w1' AND number>5");
    EXPECT_EQ(*archive_.audit_hash_of("w1", head.number), "");
}

TEST_F(AuditCutTest, ACutThatNoLineTellsOfIsNone) {
    write_six();
    const auto here = cut(audit_beginning(), 4);
    EXPECT_FALSE(tells({5, here.hash}));
    EXPECT_FALSE(tells({4, std::string(64, '0')}));
    // Somebody who can add to the stream cannot add this line.
    write({line(random_, "9-0", "audit.cut")});
    tamper("UPDATE audit SET subject = 'line 5 abc' WHERE id = '9-0'");
    EXPECT_FALSE(tells({5, "abc"}));
}

TEST_F(AuditCutTest, TwoCutsFollowEachOther) {
    write_six();
    const auto first = cut(audit_beginning(), 3);
    drop(first);
    const auto second = cut(first, 6);
    EXPECT_EQ(second.number, 6);
    drop(second);
    EXPECT_EQ(checked(second), "");
    EXPECT_EQ(checked(first), "3 missing;");
    EXPECT_TRUE(tells(second));
}

TEST_F(AuditCutTest, EverythingOldLeavesTheLineThatTellsOfIt) {
    write_six();
    const auto here = cut(audit_beginning(), 40);
    EXPECT_EQ(here.number, 7);
    EXPECT_EQ(drop(here), 6);
    const auto part = check(0, 100, here);
    EXPECT_EQ(told(part), "");
    EXPECT_EQ(part.checked, 1);
    write({line(random_, "60-0", "call.Claim")});
    EXPECT_EQ(checked(here), "");
}

TEST_F(AuditCutTest, ACutThatIsToldOfTwiceIsOneLine) {
    write_six();
    const auto here = cut(audit_beginning(), 4);
    const auto again = cut(audit_beginning(), 4);
    EXPECT_EQ(again.number, here.number);
    EXPECT_EQ(archive_.audit_heads()->at("w1").number, 7);
}

TEST_F(AuditCutTest, DamageAmongTheOldLinesIsFound) {
    write_six();
    tamper("UPDATE audit SET at = 2, actor = 'eve' WHERE workspace='w1' AND number=2");
    EXPECT_EQ(told(old(audit_beginning(), kAll)), "2 changed;");
}

TEST_F(AuditCutTest, OthersLinesStay) {
    write_some();
    auto dropped = archive_.drop_audit("w1", 100, 100);
    ASSERT_TRUE(dropped);
    EXPECT_EQ(*dropped, 5);
    const auto part = archive_.check_audit("w2", audit_beginning(), 0, 100, {});
    ASSERT_TRUE(part);
    EXPECT_EQ(part->checked, 1);
}

TEST_F(AuditCutTest, TheDoctorSeesWhereTheyBeginAndEnd) {
    write_some();
    ASSERT_TRUE(archive_.drop_audit("w1", 3, 100));
    ASSERT_TRUE(archive_.drop_audit("w2", 9, 100));
    const auto extents = audit_extents(path_);
    ASSERT_TRUE(extents);
    ASSERT_EQ(extents->size(), 2U);
    EXPECT_EQ(extents->at(0).workspace, "w1");
    EXPECT_EQ(extents->at(0).first, 3);
    EXPECT_EQ(extents->at(0).last, 5);
    EXPECT_EQ(extents->at(1).first, 2) << "of which nothing is left";
    EXPECT_EQ(extents->at(1).last, 1);
}

}  // namespace
}  // namespace guichet::inbox
