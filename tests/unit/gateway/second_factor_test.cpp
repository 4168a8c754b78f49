// The second factor's pure parts: RFC 4226 appendix D, RFC 6238 appendix B, RFC 4648 section 10.
#include <set>

#include <gtest/gtest.h>

#include "services/gateway/second_factor/factor.hpp"
#include "services/gateway/second_factor/qr.hpp"
#include "services/gateway/second_factor/recovery.hpp"
#include "services/gateway/second_factor/totp.hpp"

namespace guichet::gateway {
namespace {

const std::string kSecret = "12345678901234567890";

TEST(Totp, MakesTheCodesOfRfc4226) {
    const std::vector<std::string> codes{"755224", "287082", "359152", "969429", "338314",
                                         "254676", "287922", "162583", "399871", "520489"};
    for (std::size_t i = 0; i < codes.size(); ++i)
        EXPECT_EQ(code_of(kSecret, static_cast<std::int64_t>(i)), codes[i]);
}

TEST(Totp, MakesTheCodesOfRfc6238) {
    // The last six of its eight digits.
    const std::vector<std::pair<std::int64_t, std::string>> codes{{59, "287082"},
                                                                  {1'111'111'109, "081804"},
                                                                  {1'111'111'111, "050471"},
                                                                  {1'234'567'890, "005924"},
                                                                  {2'000'000'000, "279037"},
                                                                  {20'000'000'000, "353130"}};
    for (const auto& [seconds, code] : codes) EXPECT_EQ(code_of(kSecret, step_of(seconds * 1000)), code);
}

TEST(Totp, WritesBase32) {
    const std::vector<std::pair<std::string, std::string>> known{{"", ""},
                                                                 {"f", "MY"},
                                                                 {"fo", "MZXQ"},
                                                                 {"foo", "MZXW6"},
                                                                 {"foob", "MZXW6YQ"},
                                                                 {"fooba", "MZXW6YTB"},
                                                                 {"foobar", "MZXW6YTBOI"}};
    for (const auto& [bytes, text] : known) EXPECT_EQ(base32(bytes), text);
    EXPECT_EQ(base32(kSecret), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
}

TEST(Totp, TakesOneStepAroundNowAndNoStepTwice) {
    const TimeMs now = 1'234'567'890'000;
    const auto today = step_of(now);
    for (const std::int64_t off : {-1, 0, 1})
        EXPECT_EQ(step_with_code(kSecret, code_of(kSecret, today + off), now, 0), today + off);
    for (const std::int64_t off : {-2, 2})
        EXPECT_FALSE(step_with_code(kSecret, code_of(kSecret, today + off), now, 0)) << off;
    EXPECT_FALSE(step_with_code(kSecret, code_of(kSecret, today), now, today));
    EXPECT_FALSE(step_with_code(kSecret, code_of(kSecret, today - 1), now, today)) << "an earlier one";
    EXPECT_EQ(step_with_code(kSecret, code_of(kSecret, today + 1), now, today), today + 1);
    for (const char* other : {"", "12345", "1234567", "abcdef"})
        EXPECT_FALSE(step_with_code(kSecret, other, now, 0)) << other;
}

TEST(Totp, NamesTheAccountInItsAddress) {
    EXPECT_EQ(
        otpauth_uri("ada b@main", "ABC"),
        "otpauth://totp/Guichet:ada%20b%40main?secret=ABC&issuer=Guichet&algorithm=SHA1&digits=6&period=30");
}

TEST(Recovery, TenCodesThatPeopleCanType) {
    SeededRandom random(7);
    const auto codes = make_recovery_codes(random);
    EXPECT_EQ(std::set<std::string>(codes.begin(), codes.end()).size(), kRecoveryCodes);
    for (const auto& code : codes) {
        EXPECT_EQ(code.size(), 11u) << code;
        EXPECT_EQ(code[5], '-') << code;
        EXPECT_EQ(code.find_first_not_of("abcdefghijklmnopqrstuvwxyz234567-"), std::string::npos) << code;
    }
    EXPECT_EQ(recovery_digest(kSecret, " K4T2M x7qhd"), recovery_digest(kSecret, "k4t2m-x7qhd"));
    EXPECT_NE(recovery_digest(kSecret, "k4t2m-x7qhd"), recovery_digest("another", "k4t2m-x7qhd"));
}

class FactorTest : public testing::Test {
  protected:
    FactorTest() {
        record_.set_secret("sealed");
        record_.add_recovery(recovery_digest(kSecret, "aaaaa-bbbbb"));
        record_.add_recovery(recovery_digest(kSecret, "ccccc-ddddd"));
    }
    std::string now_code() const { return code_of(kSecret, step_of(kNow)); }
    static constexpr TimeMs kNow = 1'700'000'000'000;
    records::v1::SecondFactorRecord record_;
};

TEST_F(FactorTest, TakesACodeOnce) {
    EXPECT_EQ(use_factor(record_, kSecret, now_code().insert(3, " "), kNow), Accepted::code);
    EXPECT_EQ(record_.last_step(), step_of(kNow));
    EXPECT_EQ(use_factor(record_, kSecret, now_code(), kNow), Accepted::no);
    EXPECT_EQ(use_factor(record_, kSecret, code_of(kSecret, step_of(kNow) + 1), kNow), Accepted::code);
}

TEST_F(FactorTest, TakesARecoveryCodeOnce) {
    EXPECT_EQ(use_factor(record_, kSecret, "AAAAA bbbbb", kNow), Accepted::recovery_code);
    EXPECT_EQ(record_.recovery_size(), 1);
    EXPECT_EQ(use_factor(record_, kSecret, "aaaaa-bbbbb", kNow), Accepted::no);
    EXPECT_EQ(use_factor(record_, kSecret, "", kNow), Accepted::no);
    EXPECT_EQ(use_factor(record_, kSecret, std::string(1000, '1'), kNow), Accepted::no);
}

TEST_F(FactorTest, NothingIsRightWhereNoneIsSetUp) {
    record_.clear_secret();
    EXPECT_EQ(use_factor(record_, kSecret, now_code(), kNow), Accepted::no);
    EXPECT_EQ(use_factor(record_, kSecret, "aaaaa-bbbbb", kNow), Accepted::no);
}

TEST_F(FactorTest, TheCodeThatSetsItUpDoesNotSignIn) {
    records::v1::SecondFactorRecord fresh;
    fresh.set_pending("sealed");
    EXPECT_FALSE(confirm_factor(fresh, kSecret, "000000", kNow));
    EXPECT_TRUE(fresh.secret().empty());
    ASSERT_TRUE(confirm_factor(fresh, kSecret, now_code(), kNow));
    EXPECT_EQ(fresh.secret(), "sealed");
    EXPECT_TRUE(fresh.pending().empty());
    EXPECT_EQ(use_factor(fresh, kSecret, now_code(), kNow), Accepted::no);
}

// The path, drawn.
std::vector<std::string> drawn(const QrCode& code) {
    const auto side = static_cast<std::size_t>(code.side);
    std::vector<std::string> rows(side, std::string(side, ' '));
    for (std::size_t at = 0; at < code.path.size(); at = code.path.find('z', at) + 1) {
        std::size_t x = 0, y = 0, run = 0, back = 0;
        if (std::sscanf(code.path.c_str() + at, "M%zu %zuh%zuv1h-%zuz", &x, &y, &run, &back) != 4 ||
            run != back)
            throw std::runtime_error("no path: " + code.path.substr(at, 40));
        rows.at(y).replace(x, run, run, '#');
    }
    return rows;
}

TEST(Qr, HasAMarginAndThreeCornersThatReadersLookFor) {
    const auto code = qr_code(otpauth_uri("ada@main", base32(kSecret)));
    ASSERT_TRUE(code);
    const auto rows = drawn(*code);
    const auto size = rows.size() - 8;
    EXPECT_EQ((size - 17) % 4, 0u) << "a size of the standard";
    for (std::size_t i = 0; i < 4; ++i) {
        EXPECT_EQ(rows[i].find('#'), std::string::npos);
        EXPECT_EQ(rows[rows.size() - 1 - i].find('#'), std::string::npos);
    }
    const std::vector<std::string> corner{"#######", "#     #", "# ### #", "# ### #",
                                          "# ### #", "#     #", "#######"};
    for (std::size_t i = 0; i < corner.size(); ++i) {
        EXPECT_EQ(rows[4 + i].substr(4, 7), corner[i]);
        EXPECT_EQ(rows[4 + i].substr(4 + size - 7, 7), corner[i]);
        EXPECT_EQ(rows[4 + size - 7 + i].substr(4, 7), corner[i]);
    }
    EXPECT_FALSE(qr_code(std::string(5000, 'x')));
}

}  // namespace
}  // namespace guichet::gateway
