#include "common/privacy/dial.hpp"

#include <gtest/gtest.h>

namespace guichet::privacy {
namespace {

TEST(Dial, OneFormForWhatPeopleType) {
    for (const char* text : {"+32 470 12 34 56", "0032470123456", "+32 (0)470/12.34.56", "+32-470-123456"}) {
        EXPECT_EQ(dial_number(text), "+32470123456") << text;
    }
    EXPECT_EQ(dial_number("0470 12 34 56"), "0470123456");
    for (const char* text : {"", "12345", "+1234567890123456", "call me", "0470 12 34 5x", "47+0123456"}) {
        EXPECT_EQ(dial_number(text), "") << text;
    }
}

}  // namespace
}  // namespace guichet::privacy
