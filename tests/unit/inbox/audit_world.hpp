#pragma once
// An archive with an audit, and somebody who can write to its file.
#include <gtest/gtest.h>

#include "services/inbox/audit.hpp"
#include "services/inbox/sqlite_archive.hpp"
#include "tests/support/temp_dir.hpp"

namespace guichet::inbox {

inline AuditRow line(Random& random, const std::string& id, const std::string& kind,
                     const std::string& detail = {}, const std::string& workspace = "w1") {
    streams::Entry entry;
    entry.id = id;
    entry.fields = {{"w", workspace}, {"t", kind},  {"a", "bob"}, {"g", "agent */*/*"}, {"p", "10.0.0.9"},
                    {"c", "C1"},      {"o", "x 1"}, {"e", "ok"},  {"x", detail},        {"r", "r1"}};
    return audit_of(entry, random);
}

class AuditTest : public ::testing::Test {
  protected:
    AuditTest() { EXPECT_TRUE(archive_.open()); }

    void write(std::vector<AuditRow> rows) {
        Batch batch;
        batch.audits = std::move(rows);
        const auto written = archive_.write(batch);
        ASSERT_TRUE(written) << to_string(written.error());
    }
    // Lines 1 to 5 of w1 and one of w2 between them.
    void write_some() {
        write({line(random_, "1-0", "call.Claim"), line(random_, "2-0", "conversation.released", "too hard"),
               line(random_, "3-0", "call.Send", "", "w2")});
        write({line(random_, "4-0", "call.Resolve"), line(random_, "5-0", "sign_out"),
               line(random_, "6-0", "call.Claim")});
    }
    AuditPart check(std::int64_t after = 0, int limit = 100,
                    const store::AuditHead& begin = audit_beginning()) {
        auto part = archive_.check_audit("w1", begin, after, limit, accepted_);
        EXPECT_TRUE(part);
        return part ? *part : AuditPart{};
    }
    // As somebody with the file would.
    void tamper(const char* sql) {
        auto database = Database::open(path_);
        ASSERT_TRUE(database);
        const auto done = database->run(sql);
        ASSERT_TRUE(done) << to_string(done.error());
        ASSERT_GT(database->changes(), 0);
    }
    static std::string told(const AuditPart& part) {
        std::string all;
        for (const auto& fault : part.faults)
            all += std::to_string(fault.number()) + " " + fault.problem() + ";";
        return all;
    }

    test::TempDir dir_;
    std::string path_ = dir_ / "archive.sqlite";
    SystemRandom random_;
    SqliteArchive archive_{path_};
    // As Redis would have noted it.
    store::AcceptedDamage accepted_;
};

}  // namespace guichet::inbox
