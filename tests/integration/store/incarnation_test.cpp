// Whether ids of the log still mean what they meant: not behind a replica that was promoted.
#include "tests/integration/store/fixture.hpp"

namespace guichet::test {
namespace {

class IncarnationTest : public StoreTest {
  protected:
    std::string incarnation(const std::string& candidate) {
        return expect(reads_.incarnation(store::Partition(0), candidate));
    }
    void redis(redis::Command command) { expect(store_.client().call(std::move(command))); }
    void promoted() {
        redis(redis::Command("REPLICAOF", "127.0.0.1", "1"));
        redis(redis::Command("REPLICAOF", "NO", "ONE"));
    }
};

TEST_F(IncarnationTest, TheFirstCandidateStays) {
    EXPECT_EQ(incarnation("one"), "one");
    EXPECT_EQ(incarnation("two"), "one");
}

TEST_F(IncarnationTest, APromotedReplicaHasItsOwn) {
    ASSERT_EQ(incarnation("one"), "one");
    promoted();
    const auto after = incarnation("two");
    EXPECT_NE(after, "one");
    EXPECT_EQ(after.substr(0, 4), "one.");
    EXPECT_EQ(incarnation("three"), after);
}

TEST_F(IncarnationTest, EachPromotionIsAnother) {
    incarnation("one");
    promoted();
    const auto first = incarnation("two");
    promoted();
    const auto second = incarnation("two");
    EXPECT_NE(second, first);
    EXPECT_EQ(second.size(), first.size());
}

}  // namespace
}  // namespace guichet::test
