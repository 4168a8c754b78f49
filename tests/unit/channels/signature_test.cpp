#include "common/channels/custom/signature.hpp"

#include <gtest/gtest.h>

namespace guichet::channels {
namespace {

constexpr TimeMs kNow = 1'763'800'000'000;
constexpr char kStamp[] = "1763800000";
constexpr char kBody[] = R"({"externalId":"1"})";

bool good(std::vector<std::string> secrets, std::string_view stamp, std::string_view signature,
          TimeMs now = kNow, std::string_view body = kBody) {
    return verify_signature(secrets, stamp, signature, body, now).ok();
}

// Computed with: printf '1763800000.{"externalId":"1"}' | openssl dgst -sha256 -hmac s3cret
TEST(Signature, IsTheDocumentedOne) {
    EXPECT_EQ(sign_body("s3cret", kStamp, kBody),
              "v1=ff124b6f0c93155a3fd0e558d429c72ddf829bdca8394403993f84aeca47e7b6");
}

TEST(Signature, FitsExactlyTheseBytesAtThatTime) {
    const auto signature = sign_body("s3cret", kStamp, kBody);
    EXPECT_TRUE(good({"s3cret"}, kStamp, signature));
    EXPECT_FALSE(good({"other"}, kStamp, signature));
    EXPECT_FALSE(good({"s3cret"}, "1763800001", signature));
    EXPECT_FALSE(good({"s3cret"}, kStamp, signature, kNow, R"({"externalId":"2"})"));
    EXPECT_FALSE(good({"s3cret"}, kStamp, signature.substr(3)));
    EXPECT_FALSE(good({"s3cret"}, kStamp, ""));
    EXPECT_FALSE(good({}, kStamp, signature));
}

TEST(Signature, AnEmptySecretIsNone) {
    EXPECT_FALSE(good({"", ""}, kStamp, sign_body("", kStamp, kBody)));
}

TEST(Signature, EitherOfTwoSecretsFitsWhileTheyChange) {
    const auto old_one = sign_body("old", kStamp, kBody);
    const auto new_one = sign_body("new", kStamp, kBody);
    EXPECT_TRUE(good({"new", "old"}, kStamp, old_one));
    EXPECT_TRUE(good({"new", "old"}, kStamp, new_one));
    EXPECT_TRUE(good({"new"}, kStamp, old_one + ", " + new_one));
    EXPECT_FALSE(good({"new"}, kStamp, "a,b,c,d," + new_one)) << "more signatures than anyone sends";
}

TEST(Signature, ToleratesFiveMinutes) {
    const auto signature = sign_body("s3cret", kStamp, kBody);
    EXPECT_TRUE(good({"s3cret"}, kStamp, signature, kNow + 300'000));
    EXPECT_FALSE(good({"s3cret"}, kStamp, signature, kNow + 300'001));
    EXPECT_TRUE(good({"s3cret"}, kStamp, signature, kNow - 300'000));
    EXPECT_FALSE(good({"s3cret"}, kStamp, signature, kNow - 300'001));
}

TEST(Signature, RefusesATimeThatIsNone) {
    for (const auto* stamp : {"", "x", "1763800000x", " 1763800000", "99999999999999999999", "1e9"}) {
        EXPECT_FALSE(good({"s3cret"}, stamp, sign_body("s3cret", stamp, kBody))) << stamp;
    }
}

}  // namespace
}  // namespace guichet::channels
