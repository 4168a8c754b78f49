#include "common/core/seal.hpp"

#include <gtest/gtest.h>

namespace guichet {
namespace {

struct Sealing : testing::Test {
    SeededRandom random{7};
    Sealer sealer{"a key"};
};

TEST_F(Sealing, OpensWhatItSealed) {
    for (const std::string plain : {"", "x", "a secret of some length, longer than a block of the cipher"}) {
        const auto sealed = sealer.seal(plain, "main|shop|secret", random);
        EXPECT_EQ(sealed.rfind("sealed:1:", 0), 0U);
        if (plain.size() > 1) {
            EXPECT_EQ(sealed.find(plain), std::string::npos);
        }
        const auto opened = sealer.open(sealed, "main|shop|secret");
        ASSERT_TRUE(opened) << to_string(opened.error());
        EXPECT_EQ(*opened, plain);
    }
}

TEST_F(Sealing, TheSameSecretLooksDifferentEachTime) {
    EXPECT_NE(sealer.seal("secret", "c", random), sealer.seal("secret", "c", random));
}

TEST_F(Sealing, AnotherKeyPlaceOrADamagedTextDoesNotOpen) {
    const auto sealed = sealer.seal("secret", "main|shop|secret", random);
    EXPECT_EQ(Sealer("another").open(sealed, "main|shop|secret").error().reason, "sealed_with_other_key");
    EXPECT_FALSE(sealer.open(sealed, "main|other|secret"));
    auto damaged = sealed;
    damaged[damaged.size() - 3] = damaged[damaged.size() - 3] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(sealer.open(damaged, "main|shop|secret"));
    EXPECT_FALSE(sealer.open("sealed:1:", "main|shop|secret"));
    EXPECT_FALSE(sealer.open("sealed:1:####", "main|shop|secret"));
}

TEST_F(Sealing, WhatWasNeverSealedStaysAsItIs) {
    EXPECT_EQ(sealer.open("plain old secret", "c").value(), "plain old secret");
}

}  // namespace
}  // namespace guichet
