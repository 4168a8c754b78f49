// What the archive holds of a person goes, row by row and byte by byte; nobody else's does.
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

#include "services/inbox/sqlite_archive.hpp"
#include "tests/support/temp_dir.hpp"

namespace guichet::inbox {
namespace {

using Names = std::vector<std::string>;

class ArchiveErase : public ::testing::Test {
  protected:
    ArchiveErase() { EXPECT_TRUE(archive_.open()); }

    // An event, a payload and a line of the audit with a reason.
    void write(const std::string& workspace, const std::string& conversation, const std::string& body,
               const std::string& reason) {
        const auto id = std::to_string(++last_) + "-0";
        Batch batch;
        batch.events.push_back({workspace, conversation, 0, id, last_, "note.added", "bob", "of " + body});
        batch.raws.push_back({workspace, "shop", conversation, 1, 0, id, last_, body});
        streams::Entry entry;
        entry.id = id;
        entry.fields = {
            {"w", workspace}, {"t", "call.Claim"}, {"c", conversation}, {"e", "ok"}, {"x", reason}};
        batch.audits.push_back(audit_of(entry, random_));
        const auto written = archive_.write(batch);
        ASSERT_TRUE(written) << to_string(written.error());
    }
    Names erase(const Names& conversations, const Names& words) {
        auto blobs = archive_.erase("w1", conversations, words);
        EXPECT_TRUE(blobs) << (blobs ? "" : to_string(blobs.error()));
        return blobs ? *blobs : Names{};
    }
    Names column(const std::string& sql) {
        auto database = Database::open(path_);
        auto statement = database->prepare(sql);
        EXPECT_TRUE(statement);
        Names found;
        while (*statement->step()) found.push_back(statement->text(0));
        return found;
    }
    bool anywhere(const std::string& word) {
        bool found = false;
        for (const auto& file : std::filesystem::directory_iterator(dir_.path())) {
            std::ifstream in(file.path(), std::ios::binary);
            const std::string bytes{std::istreambuf_iterator<char>(in), {}};
            found = found || bytes.find(word) != std::string::npos;
        }
        return found;
    }

    test::TempDir dir_;
    std::string path_ = dir_ / "archive.sqlite";
    SystemRandom random_;
    SqliteArchive archive_{path_};
    std::int64_t last_ = 0;
};

TEST_F(ArchiveErase, AConversationGoesAndTheOthersStay) {
    write("w1", "C1", "annas payload", "annas reason");
    write("w1", "C2", "berts payload", "berts reason");
    write("w2", "C1", "another brands payload", "another brands reason");
    ASSERT_TRUE(anywhere("annas"));
    erase({"C1"}, {});
    EXPECT_FALSE(anywhere("annas"));
    EXPECT_EQ(column("SELECT body FROM raw ORDER BY id"), (Names{"berts payload", "another brands payload"}));
    EXPECT_EQ(column("SELECT bytes FROM event ORDER BY id"),
              (Names{"of berts payload", "of another brands payload"}));
    EXPECT_EQ(column("SELECT detail FROM audit WHERE detail <> '' ORDER BY id"),
              (Names{"berts reason", "another brands reason"}));
}

TEST_F(ArchiveErase, TheLinesOfTheAuditStayAndProveThemselves) {
    write("w1", "C1", "payload", "annas reason");
    write("w1", "C2", "payload", "called by Anna");
    erase({"C1"}, {"Anna"});
    EXPECT_EQ(column("SELECT number FROM audit ORDER BY number"), (Names{"1", "2"}));
    EXPECT_EQ(column("SELECT detail || salt FROM audit"), (Names{"", ""}));
    const auto part = archive_.check_audit("w1", audit_beginning(), 0, 10, {});
    ASSERT_TRUE(part);
    EXPECT_EQ(part->checked, 2);
    EXPECT_TRUE(part->faults.empty());
}

TEST_F(ArchiveErase, OthersRowsThatHoldAWordOfHisGoWhole) {
    write("w1", "C2", "write to anna@example.org", "he asked for anna@example.org");
    write("w1", "C3", "nothing of hers", "no reason");
    write("w2", "C2", "anna@example.org too", "");
    erase({}, {"anna@example.org"});
    EXPECT_EQ(column("SELECT body FROM raw ORDER BY id"), (Names{"nothing of hers", "anna@example.org too"}));
    EXPECT_EQ(column("SELECT detail FROM audit WHERE workspace = 'w1' AND detail <> ''"),
              (Names{"no reason"}));
}

TEST_F(ArchiveErase, FilesThatOnlyHisPayloadsNameAreTold) {
    const std::string his = "sha256:" + std::string(64, 'a'), shared = "sha256:" + std::string(64, 'b');
    write("w1", "C1", his, "");
    write("w1", "C1", shared, "");
    write("w2", "C1", shared, "");
    EXPECT_EQ(erase({"C1"}, {}), (Names{his}));
    // The names stay until payloads are swept: whoever tries again after a crash still finds the file.
    EXPECT_EQ(erase({"C1"}, {}), (Names{his}));
}

TEST_F(ArchiveErase, NothingAskedNothingGone) {
    write("w1", "C1", "payload", "reason");
    EXPECT_EQ(erase({}, {}), Names{});
    EXPECT_EQ(erase({"C9"}, {"nowhere"}), Names{});
    EXPECT_EQ(column("SELECT body FROM raw"), (Names{"payload"}));
    EXPECT_EQ(column("SELECT detail FROM audit"), (Names{"reason"}));
}

}  // namespace
}  // namespace guichet::inbox
