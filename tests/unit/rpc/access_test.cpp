#include "common/rpc/access.hpp"

#include <fstream>
#include <sstream>

#include <google/protobuf/descriptor.h>
#include <gtest/gtest.h>

#include "common/rpc/contract.hpp"
#include "guichet/v1/access.pb.h"

namespace guichet::rpc {
namespace {

constexpr Role kRoles[] = {Role::viewer, Role::agent, Role::supervisor,
                           Role::admin,  Role::bot,   Role::channel};

std::string table() {
    std::ostringstream out;
    for (const auto* service : contract_services()) {
        for (int i = 0; i < service->method_count(); ++i) {
            const auto& method = *service->method(i);
            out << method_name(method);
            const auto access = read_access(method);
            if (!access) {
                out << " UNSTATED\n";
                continue;
            }
            out << (access->write ? " write:" : " read:");
            if (access->anybody()) out << " anybody";
            for (Role role : kRoles) {
                if (permit(*access, {GrantSpec{role, {}, {}, false}})) out << ' ' << to_string(role);
            }
            out << '\n';
        }
    }
    return out.str();
}

// Who may call what is part of the contract: a change of it must be seen in review, so the file is edited by
// hand.
TEST(AccessTable, EveryRpcAllowsTheRolesOfTheGoldenFile) {
    std::ifstream file(std::string(GUICHET_SOURCE_DIR) + "/tests/unit/rpc/access.golden");
    ASSERT_TRUE(file.good());
    std::stringstream golden;
    golden << file.rdbuf();
    EXPECT_EQ(table(), golden.str()) << "the whole table now:\n" << table();
}

TEST(AccessTable, NoRpcIsOpenToAnybodyAndNoneIsUnstated) {
    EXPECT_EQ(table().find("UNSTATED"), std::string::npos);
    EXPECT_EQ(table().find("anybody"), std::string::npos);
}

TEST(Satisfies, ALadderRoleIncludesTheLowerOnes) {
    const Access access{{Role::supervisor}, false};
    EXPECT_FALSE(satisfies(access, Role::viewer));
    EXPECT_FALSE(satisfies(access, Role::agent));
    EXPECT_TRUE(satisfies(access, Role::supervisor));
    EXPECT_TRUE(satisfies(access, Role::admin));
    EXPECT_FALSE(satisfies(access, Role::bot));
    EXPECT_FALSE(satisfies(access, Role::channel));
}

TEST(Satisfies, BotAndChannelOnlyWhereNamed) {
    const Access bot_only{{Role::bot}, false};
    EXPECT_TRUE(satisfies(bot_only, Role::bot));
    EXPECT_FALSE(satisfies(bot_only, Role::channel));
    EXPECT_FALSE(satisfies(bot_only, Role::admin));
    const Access viewers{{Role::viewer}, false};
    EXPECT_FALSE(satisfies(viewers, Role::bot));
    EXPECT_FALSE(satisfies(viewers, Role::channel));
}

TEST(Satisfies, TheLowestNamedRoleCounts) {
    const Access access{{Role::admin, Role::agent, Role::channel}, false};
    EXPECT_FALSE(satisfies(access, Role::viewer));
    EXPECT_TRUE(satisfies(access, Role::agent));
    EXPECT_TRUE(satisfies(access, Role::channel));
}

TEST(Satisfies, UnknownRolesNever) {
    const Access access{{Role::viewer, Role::unspecified}, false};
    EXPECT_FALSE(satisfies(access, Role::unspecified));
    EXPECT_FALSE(satisfies(access, static_cast<Role>(99)));
    EXPECT_FALSE(satisfies(Access{{static_cast<Role>(99)}, false}, Role::admin));
}

TEST(Permit, UnitesOnlyTheGrantsThatSatisfy) {
    const Access access{{Role::agent}, true};
    const std::vector<GrantSpec> grants{
        {Role::viewer, {}, {}, false}, {Role::agent, {"c1"}, {}, false}, {Role::admin, {}, {"t2"}, true}};
    const auto scope = permit(access, grants);
    ASSERT_TRUE(scope);
    EXPECT_FALSE(scope->everything());
    EXPECT_TRUE(scope->allows("c1", "", false));
    EXPECT_TRUE(scope->allows("c9", "t2", true));
    EXPECT_FALSE(scope->allows("c9", "t2", false));
    EXPECT_FALSE(scope->allows("c9", "t9", true));
}

TEST(Permit, NothingWithoutAGrant) {
    const Access access{{Role::agent}, true};
    EXPECT_FALSE(permit(access, {}));
    EXPECT_FALSE(permit(access, {{Role::viewer, {}, {}, false}}));
    // Its only grant names an id that cannot be encoded.
    EXPECT_FALSE(permit(access, {{Role::agent, {"a;b"}, {}, false}}));
}

TEST(Permit, AnybodyIsPermittedWithWhatHeHas) {
    const Access access{{}, false};
    const auto nothing = permit(access, {});
    ASSERT_TRUE(nothing);
    EXPECT_TRUE(nothing->nothing());
    const auto some = permit(access, {{Role::channel, {"c1"}, {}, false}});
    ASSERT_TRUE(some);
    EXPECT_TRUE(some->allows("c1", "", false));
}

TEST(Grants, SurviveTheWayThroughProto) {
    const GrantSpec grant{Role::supervisor, {"c1", "c2"}, {"t1"}, true};
    v1::Grant proto;
    to_proto(grant, proto);
    EXPECT_EQ(proto.role(), v1::ROLE_SUPERVISOR);
    EXPECT_EQ(from_proto(proto), grant);
}

}  // namespace
}  // namespace guichet::rpc
