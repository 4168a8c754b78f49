#include "common/streams/backlog.hpp"

#include <gtest/gtest.h>

namespace guichet::streams {
namespace {

Entry entry(const std::string& id, int partition = 0) {
    return {.partition = partition, .id = id};
}

std::string first(const Backlog::LanePtr& lane) {
    return lane ? lane->entries.front().entry.id : "none";
}

TEST(Backlog, KeepsTheOrderOfALaneAndRunsLanesBesideEachOther) {
    Backlog backlog;
    backlog.add("a", entry("1"));
    backlog.add("a", entry("2"));
    backlog.add("b", entry("3"));
    auto a = backlog.take();
    auto b = backlog.take();
    EXPECT_EQ(first(a), "1");
    EXPECT_EQ(first(b), "3");
    EXPECT_EQ(backlog.take(), nullptr);
    EXPECT_EQ(backlog.running(), 2u);
    backlog.finish(a);
    auto next = backlog.take();
    EXPECT_EQ(first(next), "2");
    backlog.finish(next);
    backlog.finish(b);
    EXPECT_EQ(backlog.size(), 0u);
    EXPECT_EQ(backlog.running(), 0u);
    EXPECT_FALSE(backlog.running(0));
}

TEST(Backlog, KnowsWhatItHas) {
    Backlog backlog;
    backlog.add("a", entry("1"));
    backlog.add("a", entry("1"));
    EXPECT_EQ(backlog.size(), 1u);
    EXPECT_TRUE(backlog.knows(0, "1"));
    EXPECT_FALSE(backlog.knows(1, "1"));
    backlog.finish(backlog.take());
    EXPECT_FALSE(backlog.knows(0, "1"));
}

TEST(Backlog, AFailedEntryKeepsItsPlace) {
    Backlog backlog;
    backlog.add("a", entry("1"));
    backlog.add("a", entry("2"));
    auto lane = backlog.take();
    backlog.put_off(lane);
    EXPECT_EQ(backlog.take(), nullptr);
    EXPECT_EQ(backlog.running(), 0u);
    backlog.add("a", entry("3"));
    EXPECT_EQ(backlog.take(), nullptr);
    backlog.wake(lane);
    backlog.wake(lane);
    EXPECT_EQ(first(backlog.take()), "1");
    EXPECT_EQ(backlog.take(), nullptr);
}

TEST(Backlog, DropsAPartitionButWhatRuns) {
    Backlog backlog;
    backlog.add("running", entry("1"));
    backlog.add("running", entry("2"));
    auto running = backlog.take();
    backlog.add("waiting", entry("3"));
    auto waiting = backlog.take();
    backlog.put_off(waiting);
    backlog.add("ready", entry("4"));
    backlog.add("other", entry("5", 1));
    backlog.drop(0);
    EXPECT_EQ(backlog.size(), 2u);
    EXPECT_TRUE(backlog.running(0));
    backlog.wake(waiting);
    auto other = backlog.take();
    EXPECT_EQ(first(other), "5");
    EXPECT_EQ(backlog.take(), nullptr);
    // The partition comes back while the old entry still runs: it is not taken a second time.
    backlog.add("running", entry("1"));
    EXPECT_EQ(backlog.size(), 2u);
    backlog.finish(running);
    EXPECT_FALSE(backlog.running(0));
    EXPECT_EQ(backlog.size(), 1u);
}

TEST(EntryId, OrdersAsRedisDoes) {
    EXPECT_LT(*EntryId::parse("9-10"), *EntryId::parse("10-0"));
    EXPECT_LT(*EntryId::parse("10-9"), *EntryId::parse("10-10"));
    EXPECT_EQ(EntryId::parse("7")->str(), "7-0");
    for (const char* wrong : {"", "-", "1-", "-1", "a-1", "1-b", "1-2-3"})
        EXPECT_FALSE(EntryId::parse(wrong)) << wrong;
}

TEST(Entries, AreReadFromAReply) {
    using redis::Reply;
    auto pair = [](const char* id, std::vector<Reply> fields) {
        return Reply::array({Reply::string(id), Reply::array(std::move(fields))});
    };
    auto list = Reply::array(
        {pair("1-1", {Reply::string("k"), Reply::string("v"), Reply::string("e"), Reply::string("")}),
         Reply::array({Reply::string("2-1"), Reply::nil()}), pair("3-1", {})});
    auto entries = read_entries(5, list);
    ASSERT_EQ(entries.size(), 2u);
    EXPECT_EQ(entries[0].partition, 5);
    EXPECT_EQ(entries[0].field("k"), "v");
    EXPECT_EQ(entries[0].field("none"), "");
    EXPECT_EQ(entries[1].id, "3-1");
}

}  // namespace
}  // namespace guichet::streams
