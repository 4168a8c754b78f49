#include "common/core/bytes.hpp"

#include <gtest/gtest.h>

namespace guichet {
namespace {

TEST(Bytes, HexRoundTripAndRefusals) {
    EXPECT_EQ(hex(std::string("\x00\xff\x10", 3)), "00ff10");
    EXPECT_EQ(from_hex("00FF10"), std::string("\x00\xff\x10", 3));
    EXPECT_FALSE(from_hex("0"));
    EXPECT_FALSE(from_hex("zz"));
}

// RFC 4648 section 10.
TEST(Bytes, Base64Vectors) {
    EXPECT_EQ(base64(""), "");
    EXPECT_EQ(base64("f"), "Zg==");
    EXPECT_EQ(base64("fo"), "Zm8=");
    EXPECT_EQ(base64("foo"), "Zm9v");
    EXPECT_EQ(base64("foobar"), "Zm9vYmFy");
    EXPECT_EQ(base64url("\xfb\xff"), "-_8");
    EXPECT_EQ(from_base64("Zm9vYg=="), "foob");
    EXPECT_EQ(from_base64("-_8"), "\xfb\xff");
    EXPECT_FALSE(from_base64("Z"));
    EXPECT_FALSE(from_base64("Zm 9"));
}

// FIPS 180-2 appendix B.1; RFC 4231 test case 2.
TEST(Bytes, DigestVectors) {
    EXPECT_EQ(hex(sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(hex(hmac_sha256("Jefe", "what do ya want for nothing?")),
              "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST(Bytes, ConstantTimeComparison) {
    EXPECT_TRUE(equal_constant_time("abc", "abc"));
    EXPECT_FALSE(equal_constant_time("abc", "abd"));
    EXPECT_FALSE(equal_constant_time("abc", "abcd"));
}

TEST(Bytes, Utf8IsCheckedRepairedAndCut) {
    EXPECT_TRUE(valid_utf8("d\xC3\xA9j\xC3\xA0 vu \xF0\x9F\x98\x80"));
    EXPECT_FALSE(valid_utf8("\xC0\xAF"));          // overlong
    EXPECT_FALSE(valid_utf8("\xED\xA0\x80"));      // surrogate
    EXPECT_FALSE(valid_utf8("\xF4\x90\x80\x80"));  // beyond U+10FFFF
    EXPECT_FALSE(valid_utf8(std::string("a\0b", 3)));
    EXPECT_FALSE(valid_utf8("\xE2\x82"));  // cut short
    EXPECT_EQ(repair_utf8("a\xFFz"), "a\xEF\xBF\xBDz");
    EXPECT_EQ(repair_utf8("\xC3\xA9"), "\xC3\xA9");
    EXPECT_EQ(truncate_utf8("\xC3\xA9\xC3\xA9", 3), "\xC3\xA9");
    EXPECT_EQ(truncate_utf8("abc", 3), "abc");
}

}  // namespace
}  // namespace guichet
