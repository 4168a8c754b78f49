#include "common/streams/lease.hpp"

#include <algorithm>
#include <map>
#include <set>

#include <gtest/gtest.h>

#include "common/core/random.hpp"

namespace guichet::streams {
namespace {

// What the store does, without time: holders by partition.
struct Table {
    std::set<std::string> members;
    std::map<int, std::string> holders;

    LeaseView view() const {
        LeaseView view;
        view.members.assign(members.begin(), members.end());
        for (const auto& [partition, holder] : holders) {
            view.leases.push_back({partition, holder, 1, std::chrono::milliseconds(1000)});
        }
        return view;
    }
    // One beat of a member; the number of moves.
    std::size_t beat(const std::string& member, int partitions) {
        auto plan = plan_leases(view(), member, partitions);
        for (int partition : plan.release) holders[partition].clear();
        std::size_t moves = plan.release.size();
        for (int partition : plan.acquire) {
            if (!holders[partition].empty()) continue;
            holders[partition] = member;
            ++moves;
        }
        return moves;
    }
    std::size_t settle(int partitions) {
        std::size_t moves = 0;
        for (std::size_t round = 0; round < 2 * members.size() + 2; ++round) {
            for (const auto& member : members) moves += beat(member, partitions);
        }
        return moves;
    }
    std::map<std::string, int> shares() const {
        std::map<std::string, int> shares;
        for (const auto& member : members) shares[member] = 0;
        for (const auto& [partition, holder] : holders) {
            if (!holder.empty()) ++shares[holder];
        }
        return shares;
    }
};

TEST(Predecessors, AreThoseThatHeldTheSameDirectory) {
    EXPECT_EQ(predecessors({"sole-p1", "p2", "sole-p3"}, "sole-p3"), std::vector<std::string>{"sole-p1"});
    EXPECT_TRUE(predecessors({"sole-p1", "p2", "p3"}, "p3").empty());
}

TEST(LeasePlan, OneMemberTakesAllAtOnce) {
    auto plan = plan_leases({.members = {"a"}}, "a", 16);
    EXPECT_EQ(plan.acquire.size(), 16u);
    EXPECT_TRUE(plan.release.empty());
}

TEST(LeasePlan, CountsItselfEvenWhenTheViewIsOlder) {
    auto plan = plan_leases({.members = {"a"}}, "b", 4);
    EXPECT_EQ(plan.acquire.size(), 2u);
}

TEST(LeasePlan, ANewcomerGetsItsShareAndNothingElseMoves) {
    Table table;
    table.members = {"a", "b"};
    table.settle(16);
    auto before = table.holders;
    table.members.insert("c");
    table.settle(16);
    EXPECT_EQ(table.shares(), (std::map<std::string, int>{{"a", 6}, {"b", 5}, {"c", 5}}));
    int moved = 0;
    for (const auto& [partition, holder] : table.holders) moved += holder != before[partition] ? 1 : 0;
    EXPECT_EQ(moved, 5);
}

TEST(LeasePlan, MoreMembersThanPartitions) {
    Table table;
    table.members = {"a", "b", "c"};
    table.settle(2);
    EXPECT_EQ(table.shares(), (std::map<std::string, int>{{"a", 1}, {"b", 1}, {"c", 0}}));
}

// Whatever comes and goes, shares end up within one of each other, all is held, and then nothing moves.
TEST(LeasePlan, SettlesFromAnyHistory) {
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        SeededRandom random(seed);
        Table table;
        int partitions = 1 + static_cast<int>(random.below(32));
        for (int step = 0; step < 20; ++step) {
            std::string member(1, static_cast<char>('a' + random.below(8)));
            if (random.below(3) == 0 && table.members.size() > 1 && table.members.erase(member) > 0) {
                for (auto& [partition, holder] : table.holders) {
                    if (holder == member) holder.clear();
                }
            } else {
                table.members.insert(member);
            }
            for (std::uint64_t beats = random.below(4); beats > 0; --beats) {
                table.beat(
                    *std::next(table.members.begin(), static_cast<long>(random.below(table.members.size()))),
                    partitions);
            }
        }
        table.settle(partitions);
        int low = partitions, high = 0, sum = 0;
        for (const auto& [member, share] : table.shares()) {
            low = std::min(low, share);
            high = std::max(high, share);
            sum += share;
        }
        ASSERT_EQ(sum, partitions) << "seed " << seed;
        ASSERT_LE(high - low, 1) << "seed " << seed;
        ASSERT_EQ(table.settle(partitions), 0u) << "seed " << seed;
    }
}

}  // namespace
}  // namespace guichet::streams
