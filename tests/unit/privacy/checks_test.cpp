#include "common/privacy/checks.hpp"

#include <gtest/gtest.h>

namespace guichet::privacy {
namespace {

TEST(Checks, Cards) {
    for (const auto* good : {"4111111111111111", "5500000000000004", "378282246310005", "30569309025904",
                             "6011111111111117", "3530111333300000", "2223003122003222", "4222222222222"}) {
        EXPECT_TRUE(is_card(good)) << good;
    }
    for (const auto* bad : {"4111111111111112", "1111111111111117", "411111111111", "", "9111111111111111"}) {
        EXPECT_FALSE(is_card(bad)) << bad;
    }
}

TEST(Checks, Ibans) {
    for (const auto* good : {"be68539007547034", "fr1420041010050500013m02606", "nl91abna0417164300",
                             "de89370400440532013000", "gb29nwbk60161331926819", "lu280019400644750000"}) {
        EXPECT_TRUE(is_iban(good)) << good;
    }
    for (const auto* bad : {"be68539007547035", "be6853900754703", "zz68539007547034", "", "be"}) {
        EXPECT_FALSE(is_iban(bad)) << bad;
    }
}

TEST(Checks, NationalNumbers) {
    EXPECT_TRUE(is_belgian_number("85073003328"));
    EXPECT_TRUE(is_belgian_number("17073003384"));  // born in 2017
    EXPECT_FALSE(is_belgian_number("85073003329"));
    EXPECT_FALSE(is_belgian_number("85133003328"));
    EXPECT_FALSE(is_belgian_number("00000000097"));
    EXPECT_TRUE(is_belgian_company("0403170701"));
    EXPECT_FALSE(is_belgian_company("0475123456"));
    EXPECT_TRUE(is_french_number("255081416802538"));
    EXPECT_FALSE(is_french_number("255081416802539"));
    EXPECT_FALSE(is_french_number("255131416802538"));
    EXPECT_TRUE(is_dutch_number("111222333"));
    EXPECT_FALSE(is_dutch_number("111222334"));
    EXPECT_FALSE(is_dutch_number("000000000"));
    EXPECT_TRUE(is_german_tax_id("86095742719"));
    EXPECT_FALSE(is_german_tax_id("86095742718"));
    EXPECT_FALSE(is_german_tax_id("8609574271"));
}

}  // namespace
}  // namespace guichet::privacy
