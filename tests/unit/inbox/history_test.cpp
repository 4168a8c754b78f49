// A person's conversations are found among everybody's without looking through all of them.
#include <gtest/gtest.h>

#include "common/store/records.hpp"
#include "services/inbox/sqlite_archive.hpp"
#include "services/inbox/sqlite_query.hpp"
#include "tests/support/temp_dir.hpp"

namespace guichet::inbox {
namespace {

class HistoryTest : public ::testing::Test {
  protected:
    HistoryTest() { EXPECT_TRUE(archive_.open()); }

    static IndexRow row(const std::string& id, const std::string& contact, TimeMs updated,
                        v1::ConversationState state, const std::string& workspace = "w1") {
        IndexRow one;
        one.workspace = workspace;
        auto& c = one.conversation;
        c.set_id(id);
        c.set_contact(contact);
        c.set_state(state);
        c.set_team("care");
        c.set_version(1);
        c.set_visibility(v1::VISIBILITY_PUBLIC);
        store::set_time(c.mutable_updated_at(), updated);
        return one;
    }
    void write(std::vector<IndexRow> rows) {
        Batch batch;
        batch.conversations = std::move(rows);
        const auto written = archive_.write(batch);
        ASSERT_TRUE(written) << to_string(written.error());
    }
    static Query asked(std::vector<std::string> contacts) {
        Query query;
        query.workspace = "w1";
        query.scope = {ScopeEntry{}};
        query.contacts = std::move(contacts);
        return query;
    }
    std::vector<std::string> listed(const Query& query) {
        std::vector<std::string> ids;
        auto found = archive_.list(query);
        EXPECT_TRUE(found);
        for (const auto& one : *found) ids.push_back(one.id());
        return ids;
    }
    // What it costs to read this to its end.
    static int cost(Result<Statement> statement) {
        EXPECT_TRUE(statement);
        while (*statement->step()) {
        }
        return statement->steps();
    }

    test::TempDir dir_;
    const std::string path_ = (dir_.path() / "archive.sqlite").string();
    SqliteArchive archive_{path_};
};

constexpr auto kWaiting = v1::CONVERSATION_STATE_WAITING;
constexpr auto kResolved = v1::CONVERSATION_STATE_RESOLVED;
using Ids = std::vector<std::string>;

TEST_F(HistoryTest, IsOfAllHisContactsNewestFirst) {
    write({row("C1", "anna", 50, kResolved), row("C2", "annie", 70, kWaiting),
           row("C3", "bert", 90, kWaiting), row("C4", "anna", 60, kResolved),
           row("C0", "anna", 10, kWaiting, "w2")});
    auto query = asked({"anna", "annie"});
    EXPECT_EQ(listed(query), (Ids{"C2", "C4", "C1"}));
    query.limit = 2;
    query.before_updated = 70;
    query.before_id = "C2";
    EXPECT_EQ(listed(query), (Ids{"C4", "C1"}));
    const auto first = archive_.first(query);
    ASSERT_TRUE(first && *first);
    EXPECT_EQ((*first)->id(), "C1");
    const auto counts = archive_.count_states(asked({"anna", "annie"}));
    ASSERT_TRUE(counts);
    EXPECT_EQ(*counts, (std::map<int, std::int64_t>{{kWaiting, 1}, {kResolved, 2}}));
    const auto nobody = archive_.first(asked({"carl"}));
    ASSERT_TRUE(nobody);
    EXPECT_FALSE(*nobody);
}

TEST_F(HistoryTest, WhoMaySeeNothingIsToldNothing) {
    write({row("C1", "anna", 50, kResolved)});
    auto query = asked({"anna"});
    query.scope = {ScopeEntry{{"legal"}, {}, false}};
    EXPECT_EQ(listed(query), Ids{});
    EXPECT_FALSE(*archive_.first(query));
    query.scope.clear();
    EXPECT_EQ(listed(query), Ids{});
    EXPECT_FALSE(*archive_.first(query));
}

TEST_F(HistoryTest, CostsWhatHeWroteAndNotWhatEverybodyDid) {
    std::vector<IndexRow> rows;
    rows.reserve(3003);
    for (int i = 0; i < 3000; ++i)
        rows.push_back(row("C" + std::to_string(10'000 + i), "other" + std::to_string(i), i, kWaiting));
    for (int i = 0; i < 3; ++i) rows.push_back(row("D" + std::to_string(i), "anna", 5 * i, kWaiting));
    write(std::move(rows));
    auto database = Database::open(path_);
    ASSERT_TRUE(database);
    const auto query = asked({"anna", "annie"});
    EXPECT_LT(cost(prepare_list(*database, query)), 1000);
    EXPECT_LT(cost(prepare_first(*database, query)), 1000);
    EXPECT_LT(cost(prepare_counts(*database, query)), 1000);
    Query everybody = query;
    everybody.contacts.clear();
    EXPECT_GT(cost(prepare_counts(*database, everybody)), 3000) << "or this measures nothing";
}

}  // namespace
}  // namespace guichet::inbox
