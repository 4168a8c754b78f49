#include "services/escalation/engine/proof.hpp"

#include <gtest/gtest.h>

namespace guichet::escalation {
namespace {

TEST(IdentityOf, EveryCase) {
    const Account anna{"facebook", "anna"};
    const Account eve{"facebook", "eve"};
    const auto identity = [&](Reached reached, std::optional<Account> by, bool brand = false,
                              Account author = {"facebook", "anna"}) {
        return identity_of({reached, std::move(by), std::move(author), brand});
    };
    for (const auto reached : {Reached::in_public, Reached::to_unproven_address}) {
        EXPECT_EQ(identity(reached, std::nullopt), Identity::claimed);
        EXPECT_EQ(identity(reached, eve), Identity::claimed);
        EXPECT_EQ(identity(reached, anna), Identity::account_proven);
        EXPECT_EQ(identity(reached, Account{"x", "anna"}), Identity::claimed);
        EXPECT_EQ(identity(reached, Account{}, false, {}), Identity::claimed);
        EXPECT_EQ(identity(reached, std::nullopt, true), Identity::brand_verified);
    }
    EXPECT_EQ(identity(Reached::privately, std::nullopt), Identity::account_proven);
    EXPECT_EQ(identity(Reached::privately, eve), Identity::account_proven);
    EXPECT_EQ(identity(Reached::privately, std::nullopt, true), Identity::brand_verified);
    EXPECT_STREQ(to_string(Identity::claimed), "claimed");
}

}  // namespace
}  // namespace guichet::escalation
