// Old lines of the audit go, and what is kept can be verified.
#include "guichet/v1/audit.pb.h"
#include "services/inbox/audit_extent.hpp"
#include "services/inbox/audit_pruner.hpp"
#include "services/inbox/sqlite_archive.hpp"
#include "services/inbox/sqlite_audit.hpp"
#include "tests/integration/services/world.hpp"

namespace guichet::test {
namespace {

using inbox::audit_beginning;

constexpr int kLines = 8;
constexpr TimeMs kDay = TimeMs{24} * 3600 * 1000;

// An archive of its own beside the world's: the workspace "old" has a line for each of eight days, the first
// twenty days ago, and two of now.
class RetentionTest : public ServicesTest {
  protected:
    RetentionTest() {
        EXPECT_TRUE(archive_.open());
        write_lines(kLines, clock_.now() - 20 * kDay, kDay);
        write_lines(2, clock_.now(), 0);
        settings_.audit.keep = std::chrono::hours(24 * 5);
    }
    void write_lines(int count, TimeMs at, TimeMs apart) {
        inbox::Batch batch;
        for (int i = 0; i < count; ++i) {
            inbox::AuditRow row;
            row.workspace = "old";
            row.source = "audit";
            row.id = std::to_string(++ids_) + "-0";
            row.at = at + i * apart;
            row.kind = "call.Claim";
            batch.audits.push_back(std::move(row));
        }
        EXPECT_TRUE(archive_.write(batch));
    }
    // As the archiver does each second; the end is anchored before.
    void look(inbox::AuditPruner& pruner) { run(io_, looked(pruner)); }
    asio::awaitable<bool> looked(inbox::AuditPruner& pruner) {
        auto head = archive_.audit_heads()->at("old");
        std::string workspace = "old";
        auto done = co_await log_.anchor(std::move(workspace), std::move(head), false);
        EXPECT_TRUE(done);
        co_await pruner.work();
        co_return true;
    }
    void look_often() {
        inbox::AuditPruner pruner(*context_, archive_);
        for (int i = 0; i < 5; ++i) look(pruner);
    }
    store::AuditHead noted() {
        auto cut = run(io_, log_.cut("old"));
        EXPECT_TRUE(cut);
        return cut->value_or(audit_beginning());
    }
    store::AcceptedDamage accepted() {
        auto known = run(io_, log_.accepted("old"));
        EXPECT_TRUE(known);
        return *known;
    }
    std::string told() {
        const auto part = archive_.check_audit("old", noted(), 0, 1'000, accepted());
        EXPECT_TRUE(part);
        std::string all;
        for (const auto& fault : part->faults)
            all += std::to_string(fault.number()) + " " + fault.problem() + ";";
        return all;
    }
    std::vector<v1::AuditFault> faults() {
        const auto part = archive_.check_audit("old", noted(), 0, 1'000, accepted());
        EXPECT_TRUE(part);
        return part->faults;
    }
    void tell_acceptance(v1::AuditFault damage) {
        damage.set_accepted_by("ada");
        damage.set_accepted_reason("a bad disk");
        inbox::Batch batch;
        batch.audits.push_back(inbox::audit_acceptance_line("old", damage, clock_.now(), random_));
        ASSERT_TRUE(archive_.write(batch));
    }
    // All damage that is there, of which there are so many places.
    void accept(std::size_t count) {
        const auto all = faults();
        EXPECT_EQ(all.size(), count);
        for (const auto& damage : all) {
            auto key = inbox::damage_key(damage);
            ASSERT_TRUE(run(io_, log_.accept_damage("old", key)));
            tell_acceptance(damage);
        }
    }
    std::int64_t lines_left() {
        const auto part = archive_.check_audit("old", noted(), 0, 1'000, accepted());
        EXPECT_TRUE(part);
        return part->checked;
    }
    bool is_there(std::int64_t number) { return !archive_.audit_hash_of("old", number)->empty(); }
    void tamper(const std::string& sql) {
        auto database = inbox::Database::open(path_);
        ASSERT_TRUE(database);
        ASSERT_TRUE(database->run(sql.c_str()));
    }

    TempDir folder_;
    std::string path_ = folder_ / "apart.sqlite";
    inbox::SqliteArchive archive_{path_};
    store::AuditLog log_{*client_};
    int ids_ = 0;
};

TEST_F(RetentionTest, OldLinesGoAndTheRestIsWhole) {
    look_often();
    EXPECT_EQ(noted().number, kLines + 1);
    EXPECT_FALSE(is_there(1));
    EXPECT_FALSE(is_there(kLines));
    EXPECT_TRUE(is_there(kLines + 1));
    EXPECT_EQ(lines_left(), 3) << "the two young ones and the one that tells of the cut";
    EXPECT_EQ(told(), "");
}

TEST_F(RetentionTest, ForEverIsForEver) {
    settings_.audit.keep = std::chrono::milliseconds(0);
    look_often();
    EXPECT_EQ(noted().number, 1);
    EXPECT_EQ(lines_left(), kLines + 2);
}

TEST_F(RetentionTest, TheLineComesBeforeAnythingIsRemoved) {
    inbox::AuditPruner pruner(*context_, archive_);
    look(pruner);
    EXPECT_TRUE(*archive_.tells_audit_cut("old", noted()));
    EXPECT_EQ(noted().number, kLines + 1);
    EXPECT_TRUE(is_there(1));
    EXPECT_EQ(told(), "");
}

TEST_F(RetentionTest, ACutThatWasInterruptedAfterItsLineIsResumed) {
    // Killed before Redis noted it.
    const auto old = archive_.check_old_audit("old", audit_beginning(), {clock_.now(), clock_.now(), 3}, {});
    inbox::Batch batch;
    batch.audits.push_back(inbox::audit_cut_line("old", {old->last + 1, old->last_hash}, clock_.now()));
    ASSERT_TRUE(archive_.write(batch));
    EXPECT_EQ(told(), "");
    look_often();
    EXPECT_EQ(noted().number, kLines + 1);
    EXPECT_FALSE(is_there(1));
    EXPECT_EQ(told(), "");
}

TEST_F(RetentionTest, ACutThatWasInterruptedBeforeTheRemovalIsFinishedWhateverIsKeptNow) {
    {
        inbox::AuditPruner killed(*context_, archive_);
        look(killed);
    }
    EXPECT_TRUE(is_there(1));
    settings_.audit.keep = std::chrono::milliseconds(0);
    look_often();
    EXPECT_FALSE(is_there(1));
    EXPECT_TRUE(is_there(kLines + 1));
    EXPECT_EQ(told(), "");
}

TEST_F(RetentionTest, TwoCuts) {
    settings_.audit.keep = std::chrono::hours(24 * 17 + 12);
    look_often();
    const auto first = noted().number;
    EXPECT_EQ(first, 4);
    settings_.audit.keep = std::chrono::hours(24 * 5);
    look_often();
    EXPECT_EQ(noted().number, kLines + 1);
    EXPECT_FALSE(is_there(first));
    EXPECT_EQ(told(), "");
}

TEST_F(RetentionTest, ALineIsKeptADayLongerThanItMust) {
    // The first is twenty days old: as much as a cut must be worth.
    settings_.audit.keep = std::chrono::hours(24 * 19 + 12);
    look_often();
    EXPECT_EQ(noted().number, 1);
    settings_.audit.keep = std::chrono::hours(24 * 18 + 12);
    look_often();
    EXPECT_EQ(noted().number, 3);
}

TEST_F(RetentionTest, DamagedLinesStay) {
    tamper("UPDATE audit SET actor = 'eve' WHERE number = 3");
    look_often();
    EXPECT_EQ(noted().number, 1);
    EXPECT_TRUE(is_there(1));
    EXPECT_EQ(told(), "3 changed;");
    EXPECT_EQ(*inbox::oldest_audit_fault(path_, "old", noted(), accepted()),
              "line 3: this line is not as it was written");
}

TEST_F(RetentionTest, AcceptedDamageGoesWithTheOthersOfItsAge) {
    tamper("UPDATE audit SET actor = 'eve' WHERE number = 3");
    tamper("DELETE FROM audit WHERE number = 5");
    accept(2);
    EXPECT_EQ(told(), "");
    EXPECT_EQ(*inbox::oldest_audit_fault(path_, "old", noted(), accepted()), "");
    look_often();
    EXPECT_EQ(noted().number, kLines + 1);
    EXPECT_FALSE(is_there(1));
    EXPECT_EQ(told(), "");
    EXPECT_TRUE(accepted().empty()) << "what is gone needs no note";
}

TEST_F(RetentionTest, NewDamageBesideAcceptedStays) {
    tamper("UPDATE audit SET actor = 'eve' WHERE number = 3");
    accept(1);
    tamper("UPDATE audit SET actor = 'eve' WHERE number = 6");
    look_often();
    EXPECT_TRUE(is_there(1));
    EXPECT_EQ(told(), "6 changed;");
}

TEST_F(RetentionTest, WhatRedisAloneAcceptsIsNotAccepted) {
    tamper("UPDATE audit SET actor = 'eve' WHERE number = 3");
    auto damage = inbox::damage_key(faults().at(0));
    ASSERT_TRUE(run(io_, log_.accept_damage("old", damage)));
    EXPECT_EQ(told(), "3 changed;");
    look_often();
    EXPECT_TRUE(is_there(1));
}

TEST_F(RetentionTest, WhatTheAuditAloneAcceptsIsNotAccepted) {
    tamper("UPDATE audit SET actor = 'eve' WHERE number = 3");
    tell_acceptance(faults().at(0));
    EXPECT_EQ(told(), "3 changed;");
    look_often();
    EXPECT_TRUE(is_there(1));
}

TEST_F(RetentionTest, OnlySoMuchDamageIsNoted) {
    for (std::size_t i = 1; i <= store::AuditLog::kMostAccepted; ++i) {
        ASSERT_TRUE(run(io_, log_.accept_damage("old", std::to_string(i) + ":aa")));
    }
    EXPECT_TRUE(run(io_, log_.accept_damage("old", "7:aa"))) << "it is there already";
    EXPECT_EQ(run(io_, log_.accept_damage("old", "7:bb")).error().reason, "too_much_damage");
    ASSERT_TRUE(run(io_, log_.note_cut("old", {8, "abc"})));
    EXPECT_EQ(accepted().size(), store::AuditLog::kMostAccepted - 7);
}

TEST_F(RetentionTest, WhatIsWholeHasNoOldestFault) {
    look_often();
    EXPECT_EQ(*inbox::oldest_audit_fault(path_, "old", noted(), accepted()), "");
}

TEST_F(RetentionTest, NothingGoesOfWhichTheAuditDoesNotTell) {
    const auto hash = *archive_.audit_hash_of("old", kLines);
    settings_.audit.keep = std::chrono::milliseconds(0);
    ASSERT_TRUE(run(io_, log_.note_cut("old", {kLines + 1, hash})));
    look_often();
    EXPECT_TRUE(is_there(1));
}

TEST_F(RetentionTest, NothingGoesBeforeTheEndIsNotedBehindIt) {
    // Everything is old: the line that tells of the cut is the first that is kept.
    settings_.audit.keep = std::chrono::milliseconds(1);
    const auto sleep = []() -> asio::awaitable<bool> {
        co_return co_await runtime::sleep(std::chrono::milliseconds(5));
    };
    inbox::AuditPruner pruner(*context_, archive_);
    const auto unanchored = [](inbox::AuditPruner* p) -> asio::awaitable<bool> {
        co_await p->work();
        co_return true;
    };
    run(io_, sleep());
    for (int i = 0; i < 3; ++i) run(io_, unanchored(&pruner));
    EXPECT_TRUE(is_there(1));
    look(pruner);
    EXPECT_EQ(told(), "");
}

TEST_F(RetentionTest, ACutNeverGoesBack) {
    ASSERT_TRUE(run(io_, log_.note_cut("old", {5, "abc"})));
    EXPECT_TRUE(run(io_, log_.note_cut("old", {5, "abc"})));
    EXPECT_EQ(run(io_, log_.note_cut("old", {5, "abd"})).error().reason, "cut_already");
    EXPECT_EQ(run(io_, log_.note_cut("old", {4, "abc"})).error().reason, "cut_already");
}

// The world's own archive, by its archiver and as supervisors see it.
class CutLogTest : public ServicesTest {
  protected:
    v1::VerifyAuditResponse verify(v1::VerifyAuditRequest request = {}) {
        return expect<v1::VerifyAuditResponse>("boss", "AuditService/VerifyAudit", std::move(request));
    }
    static std::string told(const v1::VerifyAuditResponse& response) {
        std::string all;
        for (const auto& fault : response.faults())
            all += std::to_string(fault.number()) + " " + fault.problem() + ";";
        return all;
    }
    void tamper(const std::string& sql) {
        auto database = inbox::Database::open((data_.path() / "archive.sqlite").string());
        ASSERT_TRUE(database);
        const auto done = database->run(sql.c_str());
        ASSERT_TRUE(done) << to_string(done.error());
    }
    bool gone(std::int64_t number) {
        auto database = inbox::Database::open((data_.path() / "archive.sqlite").string());
        EXPECT_TRUE(database);
        auto hash = inbox::read_audit_hash(*database, "w1", number);
        return hash && hash->empty();
    }
    // Everything that was there is cut off, and cutting ends. Gives the end that was known before.
    v1::VerifyAuditResponse cut() {
        complain("t1", "This is bad, I complain.");
        wait_for([this] { return verify().head_number() > 5; }, "some lines");
        auto before = verify();
        settings_.audit.keep = std::chrono::milliseconds(1);
        wait_for([&] { return verify().first_number() > before.head_number(); }, "the cut");
        settings_.audit.keep = std::chrono::milliseconds(0);
        wait_for([&] { return gone(before.head_number()); }, "the removal");
        complain("t2", "This is bad again, I complain.");
        const auto head = verify().head_number();
        wait_for([&] { return verify().head_number() > head || head > verify().first_number() + 3; },
                 "new lines");
        return before;
    }
};

TEST_F(CutLogTest, IsVerifiedFromItsBeginningWhichIsTold) {
    cut();
    const auto now = verify();
    EXPECT_EQ(told(now), "");
    EXPECT_EQ(now.checked(), now.head_number() - now.first_number() + 1);
    v1::ListAuditRequest cuts;
    cuts.add_kinds("audit.cut");
    EXPECT_GE(expect<v1::ListAuditResponse>("boss", "AuditService/ListAudit", cuts).entries_size(), 1);
    v1::VerifyAuditRequest known;
    known.set_known_number(now.head_number());
    known.set_known_hash(now.head_hash());
    EXPECT_EQ(told(verify(known)), "");
    EXPECT_FALSE(verify(known).known_removed());
}

TEST_F(CutLogTest, AnEndThatWasRemovedIsNotCompared) {
    const auto before = cut();
    v1::VerifyAuditRequest known;
    known.set_known_number(before.first_number());
    known.set_known_hash(std::string(64, '0'));
    EXPECT_EQ(told(verify(known)), "");
    EXPECT_TRUE(verify(known).known_removed());
    // But for the last that was removed: its hash is noted.
    known.set_known_number(verify().first_number() - 1);
    EXPECT_EQ(told(verify(known)), std::to_string(known.known_number()) + " unknown_end;");
}

TEST_F(CutLogTest, WhoRemovesMoreIsFound) {
    cut();
    const auto first = verify().first_number();
    tamper("DELETE FROM audit WHERE workspace = 'w1' AND number = " + std::to_string(first));
    EXPECT_EQ(told(verify()).find(std::to_string(first) + " missing;"), 0U) << told(verify());
}

TEST_F(CutLogTest, WhoChangesTheFirstLineIsFound) {
    cut();
    const auto first = verify().first_number();
    tamper("UPDATE audit SET actor = 'eve' WHERE workspace = 'w1' AND number = " + std::to_string(first));
    EXPECT_EQ(told(verify()), std::to_string(first) + " changed;");
}

TEST_F(CutLogTest, WhoNotesACutThatNoLineTellsOfIsFound) {
    complain("t1", "This is bad, I complain.");
    wait_for([this] { return verify().head_number() > 5; }, "some lines");
    auto database = inbox::Database::open((data_.path() / "archive.sqlite").string());
    ASSERT_TRUE(database);
    const auto hash = *inbox::read_audit_hash(*database, "w1", 3);
    store::AuditLog log(*client_);
    ASSERT_TRUE(run(io_, log.note_cut("w1", {4, hash})));
    EXPECT_EQ(told(verify()), "4 cut_untold;");
    EXPECT_FALSE(gone(1));
}

}  // namespace
}  // namespace guichet::test
