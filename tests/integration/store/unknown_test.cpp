// Dead letters of accounts that no channel is connected to stay within their limits.
#include <algorithm>

#include "common/store/privacy.hpp"
#include "common/store/vitals.hpp"
#include "tests/integration/store/fixture.hpp"

namespace guichet::test {
namespace {

class UnknownStore : public StoreTest {
  protected:
    store::DeadLetter letter(const std::string& body) const {
        store::DeadLetter made;
        made.workspace = kBrand;
        made.source = "webhook:page";
        made.reason = "the account is not connected";
        made.body = body;
        return made;
    }
    std::int64_t bury(const std::string& body, store::DeadLetterLimit limit = {3, 1'000}) {
        return expect(store_.bury_unknown(letter(body), limit));
    }
    std::vector<std::string> bodies() {
        std::vector<std::string> all;
        for (const auto& one : expect(reads_.dead_letters(kBrand, "", 50)))
            all.push_back(expect(reads_.dead_letter(kBrand, one.id())).body());
        std::sort(all.begin(), all.end());
        return all;
    }
    store::Vitals vitals() { return expect(store::read_vitals(store_)); }
    // Taken in, as the replay does it once the account is connected.
    void take_in(const std::string& body) {
        for (const auto& one : expect(reads_.dead_letters(kBrand, "", 50))) {
            if (expect(reads_.dead_letter(kBrand, one.id())).body() != body) continue;
            expect(store_.exhume(kBrand, "ingest", "", one.id()));
        }
    }
};

using Bodies = std::vector<std::string>;

TEST_F(UnknownStore, TheOldestGoBeyondTheNumber) {
    for (const auto* body : {"1", "2", "3"}) EXPECT_EQ(bury(body), 0);
    EXPECT_EQ(bury("4"), 1);
    EXPECT_EQ(bodies(), (Bodies{"2", "3", "4"}));
    EXPECT_EQ(bury("5", {2, 1'000}), 2) << "the limit was lowered";
    EXPECT_EQ(bodies(), (Bodies{"4", "5"}));
    EXPECT_EQ(vitals().unknown_letters, 2);
    EXPECT_EQ(vitals().unknown_dropped, 3);
    EXPECT_EQ(vitals().dead_letters, 2);
}

TEST_F(UnknownStore, TheOldestGoBeyondTheBytes) {
    const auto a = std::string(40, 'a'), b = std::string(40, 'b'), c = std::string(40, 'c');
    EXPECT_EQ(bury(a, {10, 100}), 0);
    EXPECT_EQ(bury(b, {10, 100}), 0);
    EXPECT_EQ(bury(c, {10, 100}), 1);
    EXPECT_EQ(bodies(), (Bodies{b, c}));
    const auto large = std::string(200, 'd');
    EXPECT_EQ(bury(large, {10, 100}), 2) << "the newest is kept whatever its size";
    EXPECT_EQ(bodies(), (Bodies{large}));
}

TEST_F(UnknownStore, OtherDeadLettersAreNeverDropped) {
    expect(store_.bury(letter("other")));
    for (const auto* body : {"1", "2"}) bury(body, {1, 1'000});
    EXPECT_EQ(bodies(), (Bodies{"2", "other"}));
    EXPECT_EQ(vitals().unknown_letters, 1);
}

TEST_F(UnknownStore, WhatWasTakenInMakesRoom) {
    bury("1");
    bury("2");
    take_in("1");
    EXPECT_EQ(vitals().unknown_letters, 1);
    EXPECT_EQ(bury("3"), 0);
    EXPECT_EQ(bury("4"), 0);
    EXPECT_EQ(bodies(), (Bodies{"2", "3", "4"}));
    const auto left = std::string(994, 'x');
    EXPECT_EQ(bury(left, {10, 997}), 0) << "of four bodies three bytes are not its own";
    take_in(left);
    EXPECT_EQ(bury(left, {10, 997}), 0);
}

TEST_F(UnknownStore, WhatIsErasedMakesRoom) {
    const auto his = "Anna " + std::string(45, 'x'), others = std::string(50, 'o');
    for (const auto& body : {his, others, his}) EXPECT_EQ(bury(body, {10, 1'000}), 0);
    store::Privacy privacy(store_);
    expect(privacy.scrub(kBrand, store::Privacy::Stream::dead, {}, {"Anna"}));
    EXPECT_EQ(bodies(), (Bodies{others}));
    EXPECT_EQ(vitals().unknown_letters, 1);
    // Both counts are those of what is left: one more fits exactly, by bytes and by number.
    EXPECT_EQ(bury(others, {2, 100}), 0);
    EXPECT_EQ(bury("1", {3, 101}), 0);
    EXPECT_EQ(bury("2", {3, 101}), 1);
}

}  // namespace
}  // namespace guichet::test
