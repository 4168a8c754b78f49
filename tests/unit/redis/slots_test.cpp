#include "common/redis/slots.hpp"

#include <gtest/gtest.h>

namespace guichet::redis {
namespace {

Reply node(const std::string& host, int port, const std::string& id) {
    std::vector<Reply> items{Reply::string(host), Reply::integer(port), Reply::string(id)};
    return Reply::array(std::move(items));
}

Reply range(int first, int last, Reply master) {
    std::vector<Reply> items{Reply::integer(first), Reply::integer(last), std::move(master)};
    return Reply::array(std::move(items));
}

// Redis 7.0.15 says so (CLUSTER KEYSLOT).
TEST(Slots, AreThoseOfRedis) {
    EXPECT_EQ(slot_of_key("123456789"), 0x31C3);
    EXPECT_EQ(slot_of_key("{sys}:"), 15725);
    EXPECT_EQ(slot_of_key("foo"), 12182);
    EXPECT_EQ(slot_of_key(""), 0);
}

TEST(Slots, OnlyTheFirstTagCounts) {
    EXPECT_EQ(slot_of_key("{p07}:brand:c:1"), slot_of_key("p07"));
    EXPECT_EQ(slot_of_key("a{p07}b{p08}"), slot_of_key("p07"));
    EXPECT_NE(slot_of_key("{}p07"), slot_of_key("p07"));
    EXPECT_NE(slot_of_key("{p07"), slot_of_key("p07"));
}

TEST(Slots, AreFoundWhereACommandNamesItsKey) {
    const auto key = slot_of_key("k");
    EXPECT_EQ(slot_of(Command("GET", "k")), key);
    EXPECT_EQ(slot_of(Command("FCALL", "g1_claim", 1, "k", "x")), key);
    EXPECT_EQ(slot_of(Command("FCALL", "g1_claim", 0, "k")), std::nullopt);
    EXPECT_EQ(slot_of(Command("XGROUP", "CREATE", "k", "g", "0")), key);
    EXPECT_EQ(slot_of(Command("XINFO", "STREAM", "k")), key);
    EXPECT_EQ(slot_of(Command("XREAD", "COUNT", 5, "STREAMS", "k", "0-0")), key);
    EXPECT_EQ(slot_of(Command("XREADGROUP", "GROUP", "g", "c", "COUNT", 5, "STREAMS", "k", ">")), key);
    EXPECT_EQ(slot_of(Command("INFO", "memory")), std::nullopt);
    EXPECT_EQ(slot_of(Command("SCAN", "0")), std::nullopt);
    EXPECT_EQ(slot_of(Command("GET")), std::nullopt);
}

TEST(Slots, ArgumentsAreFoundByTheirPlace) {
    const Command command("SET", "key", "", std::string("a\r\n$1\r\nb"), 12345);
    const auto all = command.args();
    for (std::size_t i = 0; i < all.size(); ++i) EXPECT_EQ(argument_of(command, i), all[i]);
    EXPECT_EQ(argument_of(command, 5), "");
    EXPECT_EQ(argument_of(Command(), 0), "");
}

TEST(Slots, AMapTellsEachSlotsMaster) {
    std::vector<Reply> ranges;
    ranges.push_back(range(8192, 16383, node("10.0.0.2", 7002, "two")));
    ranges.push_back(range(0, 8000, node("", 7001, "one")));
    const auto map = parse_slots(Reply::array(std::move(ranges)), "10.0.0.1");
    ASSERT_TRUE(map) << map.error().message;
    ASSERT_EQ(map->masters.size(), 2u);
    EXPECT_EQ(map->masters[0].at.name(), "10.0.0.1:7001");
    EXPECT_EQ(map->masters[1].id, "two");
    EXPECT_EQ(map->owner[8000], 0);
    EXPECT_EQ(map->owner[8001], SlotMap::kNobody);
    EXPECT_EQ(map->owner[16383], 1);
}

TEST(Slots, AMapOfNothingOrOfNonsenseIsAnError) {
    EXPECT_EQ(parse_slots(Reply::array({}), "h").error().code, Code::unavailable);
    for (auto [first, last, port] :
         {std::tuple{0, 16384, 1}, {5, 4, 1}, {-1, 4, 1}, {0, 4, 0}, {0, 4, 70000}}) {
        std::vector<Reply> ranges;
        ranges.push_back(range(first, last, node("h", port, "x")));
        EXPECT_EQ(parse_slots(Reply::array(std::move(ranges)), "h").error().code, Code::internal);
    }
}

TEST(Slots, RedirectsAreRead) {
    const auto moved = parse_redirect(Reply::error("MOVED 3999 127.0.0.1:6381"));
    ASSERT_TRUE(moved);
    EXPECT_EQ(moved->kind, Redirect::Kind::moved);
    EXPECT_EQ(moved->slot, 3999);
    EXPECT_EQ(moved->to.name(), "127.0.0.1:6381");
    const auto ask = parse_redirect(Reply::error("ASK 3999 ::1:6381"));
    ASSERT_TRUE(ask);
    EXPECT_EQ(ask->kind, Redirect::Kind::ask);
    EXPECT_EQ(ask->to.host, "::1");
    EXPECT_EQ(parse_redirect(Reply::error("MOVED 3999 :6381"))->to.host, "");
    for (const auto* text : {"ERR MOVED", "MOVED 3999", "MOVED x h:1", "MOVED 16384 h:1", "MOVED 1 h:70000"})
        EXPECT_FALSE(parse_redirect(Reply::error(text))) << text;
    EXPECT_FALSE(parse_redirect(Reply::string("MOVED 3999 127.0.0.1:6381")));
}

}  // namespace
}  // namespace guichet::redis
