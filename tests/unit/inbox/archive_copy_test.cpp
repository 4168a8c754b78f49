#include "services/inbox/archive_copy.hpp"

#include <gtest/gtest.h>

#include "services/inbox/sqlite_archive.hpp"
#include "tests/support/temp_dir.hpp"

namespace guichet::inbox {
namespace {

struct ArchiveCopy : testing::Test {
    ArchiveCopy()
        : from(std::string(folder / "from.sqlite")), to(std::string(folder / "to.sqlite")), archive(from) {
        EXPECT_TRUE(archive.open());
    }
    void write(int partition, const std::string& id, const std::string& conversation) {
        Batch batch;
        batch.events.push_back(
            {"main", conversation, partition, id, std::atoll(id.c_str()), "message.received", "x", "b"});
        batch.raws.push_back(
            {"main", "shop", conversation, 1, partition, id, std::atoll(id.c_str()), "body"});
        v1::Conversation row;
        row.set_id(conversation);
        row.set_version(1);
        batch.conversations.push_back({"main", row});
        batch.positions["events:" + std::to_string(partition)] = id;
        batch.positions["raw:" + std::to_string(partition)] = id;
        ASSERT_TRUE(archive.write(batch));
    }
    static std::int64_t count(const std::string& path, const std::string& table) {
        auto database = Database::open(path);
        auto statement = database->prepare("SELECT count(*) FROM " + table);
        EXPECT_TRUE(*statement->step());
        return statement->integer(0);
    }

    test::TempDir folder;
    std::string from, to;
    SqliteArchive archive;
};

TEST_F(ArchiveCopy, HasAllThatWasWrittenBeforeAndGoesOnBeside) {
    for (int i = 0; i < 50; ++i) write(0, "1000-" + std::to_string(i), "C" + std::to_string(i));
    std::int64_t told = 0;
    const auto copied = copy_archive(from, to, [&](std::int64_t, std::int64_t) { ++told; });
    ASSERT_TRUE(copied) << to_string(copied.error());
    write(0, "2000-0", "later");
    EXPECT_EQ(count(to, "event"), 50);
    EXPECT_EQ(count(from, "event"), 51);
    EXPECT_EQ(count(to, "conversation"), 50);
}

TEST_F(ArchiveCopy, WritesDuringTheCopyNeitherEnterNorRestartIt) {
    for (int i = 0; i < 30; ++i) {
        Batch batch;
        for (int k = 0; k < 200; ++k) {
            const auto id = "1000-" + std::to_string(i * 200 + k);
            batch.events.push_back({"main", "C", 0, id, 1000, "note.added", "x", std::string(2'000, 'b')});
        }
        ASSERT_TRUE(archive.write(batch));
    }
    int steps = 0;
    const auto copied = copy_archive(from, to, [&](std::int64_t, std::int64_t) {
        if (++steps < 50) write(1, "3000-" + std::to_string(steps), "during");
    });
    ASSERT_TRUE(copied) << to_string(copied.error());
    EXPECT_GT(steps, 0) << "too small to be copied in steps";
    EXPECT_LT(steps, 50) << "begun anew with every write";
    EXPECT_EQ(count(to, "event"), 6'000);
}

TEST_F(ArchiveCopy, RewindTakesAwayWhatCameAfter) {
    write(0, "1000-1", "kept");
    write(0, "1000-10", "later in the same millisecond");
    write(0, "2000-0", "later");
    write(1, "5000-0", "another partition");
    const auto rewound = rewind_archive(from, {{0, "1000-9"}, {1, "9000-0"}}, {{0, "1000-1"}, {1, "0-0"}});
    ASSERT_TRUE(rewound) << to_string(rewound.error());
    EXPECT_EQ(rewound->events, 2);
    EXPECT_EQ(rewound->raws, 3);
    EXPECT_EQ(rewound->conversations.size(), 2U);
    EXPECT_EQ(count(from, "event"), 2);
    EXPECT_EQ(count(from, "conversation"), 2);
    auto positions = archive.positions();
    ASSERT_TRUE(positions);
    EXPECT_EQ((*positions)["events:0"], "1000-9");
    EXPECT_EQ((*positions)["events:1"], "5000-0") << "what lags behind goes on from where it is";
    EXPECT_EQ((*positions)["raw:1"], "0-0");
}

TEST_F(ArchiveCopy, SaysWhatIsNoArchive) {
    EXPECT_FALSE(
        copy_archive(std::string(folder / "absent.sqlite") + "/x", to, [](std::int64_t, std::int64_t) {}));
}

}  // namespace
}  // namespace guichet::inbox
