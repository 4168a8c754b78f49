#include "common/rpc/identity.hpp"

#include <gtest/gtest.h>

namespace guichet::rpc {
namespace {

Scope scope_of(const std::vector<GrantSpec>& grants) {
    Scope scope;
    for (const auto& grant : grants) scope.add(grant);
    return scope;
}

TEST(Scope, DefaultSeesNothing) {
    const Scope scope;
    EXPECT_TRUE(scope.nothing());
    EXPECT_FALSE(scope.everything());
    EXPECT_FALSE(scope.allows("c1", "t1", true));
    EXPECT_EQ(scope.encode(), "");
}

TEST(Scope, AnUnlimitedGrantSwallowsTheOthers) {
    const auto scope = scope_of({{Role::agent, {"c1"}, {}, true}, {Role::agent, {}, {}, false}});
    EXPECT_TRUE(scope.everything());
    EXPECT_EQ(scope.encode(), "*");
    EXPECT_TRUE(scope.allows("any", "", false));
    EXPECT_EQ(Scope::all().encode(), "*");
}

TEST(Scope, EncodesEachEntry) {
    EXPECT_EQ(scope_of({{Role::agent, {"c1", "c2"}, {"t1"}, true}}).encode(), "t1/c1,c2/public");
    EXPECT_EQ(scope_of({{Role::agent, {}, {"t1", "t2"}, false}}).encode(), "t1,t2/*/*");
    EXPECT_EQ(scope_of({{Role::agent, {}, {}, true}}).encode(), "*/*/public");
    EXPECT_EQ(scope_of({{Role::agent, {"c1"}, {}, false}, {Role::admin, {}, {"t:9"}, true}}).encode(),
              "*/c1/*;t:9/*/public");
}

TEST(Scope, ARepeatedEntryIsKeptOnce) {
    const GrantSpec grant{Role::agent, {"c1"}, {}, false};
    EXPECT_EQ(scope_of({grant, grant}).encode(), "*/c1/*");
}

TEST(Scope, IdsThatCouldForgeAnEntryMatchNothing) {
    for (const auto* bad : {"a,b", "a;b", "a/b", "*", "", "a b", "caf\xc3\xa9", "a\n"}) {
        const auto by_channel = scope_of({{Role::agent, {bad}, {}, false}});
        EXPECT_TRUE(by_channel.nothing()) << bad;
        EXPECT_FALSE(by_channel.allows(bad, "", true)) << bad;
        EXPECT_TRUE(scope_of({{Role::agent, {"c1", bad}, {}, false}}).nothing()) << bad;
        EXPECT_TRUE(scope_of({{Role::agent, {}, {bad}, false}}).nothing()) << bad;
    }
    EXPECT_EQ(scope_of({{Role::agent, {"a;b"}, {}, false}, {Role::agent, {"c1"}, {}, false}}).encode(),
              "*/c1/*");
}

TEST(Scope, AllowsByChannelTeamAndVisibility) {
    const auto scope = scope_of({{Role::agent, {"c1"}, {"t1"}, true}});
    EXPECT_TRUE(scope.allows("c1", "t1", true));
    EXPECT_FALSE(scope.allows("c1", "t1", false));
    EXPECT_FALSE(scope.allows("c2", "t1", true));
    EXPECT_FALSE(scope.allows("c1", "t2", true));
    EXPECT_FALSE(scope.allows("c1", "", true)) << "not in a team yet";
}

}  // namespace
}  // namespace guichet::rpc
