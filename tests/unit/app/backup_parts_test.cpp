#include <gtest/gtest.h>

#include "services/guichet/backup/parts.hpp"

namespace guichet::backup {
namespace {

// Two masters, that of {sys}: the second.
redis::SlotMap two_masters() {
    redis::SlotMap map;
    map.masters = {{{"10.0.0.1", 7001}, "a"}, {{"10.0.0.2", 7002}, "b"}};
    const auto system = redis::slot_of_key("{sys}:");
    map.owner.assign(redis::kSlots, 0);
    map.owner[system] = 1;
    map.owner[system + 1] = 1;
    map.owner[redis::kSlots - 1] = 1;
    return map;
}

TEST(BackupParts, TheDirectorysMasterComesFirst) {
    redis::Address seed;
    seed.kind = redis::Address::Kind::tls;
    seed.host = "10.0.0.1";
    seed.password = "p";
    const auto parts = parts_of(two_masters(), seed);
    ASSERT_TRUE(parts) << to_string(parts.error());
    ASSERT_EQ(parts->size(), 2U);
    EXPECT_EQ((*parts)[0].address.host, "10.0.0.2");
    EXPECT_EQ((*parts)[0].address.port, 7002);
    EXPECT_EQ((*parts)[1].address.host, "10.0.0.1");
    EXPECT_EQ((*parts)[1].address.port, 7001);
    for (const auto& part : *parts) {
        EXPECT_EQ(part.address.kind, redis::Address::Kind::tls);
        EXPECT_EQ(part.address.password, "p");
    }
    const auto system = static_cast<int>(redis::slot_of_key("{sys}:"));
    const auto number = [](int n) { return std::to_string(n); };
    EXPECT_EQ((*parts)[0].slots, number(system) + "-" + number(system + 1) + ",16383");
    EXPECT_EQ((*parts)[1].slots, "0-" + number(system - 1) + "," + number(system + 2) + "-16382");
}

TEST(BackupParts, ASlotThatNobodyHoldsIsTold) {
    auto map = two_masters();
    map.owner[7] = redis::SlotMap::kNobody;
    const auto parts = parts_of(map, redis::Address());
    ASSERT_FALSE(parts);
    EXPECT_EQ(parts.error().reason, "slots_missing");
    EXPECT_NE(parts.error().message.find("slot 7:"), std::string::npos) << parts.error().message;
}

TEST(BackupParts, ASlotOnItsWayIsSeenFromEitherSide) {
    const std::string at_rest = "07c37df 10.0.0.1:7001@17001 myself,master - 0 0 1 connected 0-5460";
    EXPECT_FALSE(slot_on_its_way(at_rest + "\n"));
    EXPECT_TRUE(slot_on_its_way(at_rest + " [93-<-d1861c1]\n"));
    EXPECT_TRUE(slot_on_its_way(at_rest + " [93->-d1861c1]\n"));
}

}  // namespace
}  // namespace guichet::backup
