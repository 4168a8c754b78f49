#include "common/proof/code.hpp"

#include <algorithm>
#include <set>

#include <gtest/gtest.h>

namespace guichet::proof {
namespace {

constexpr TimeMs kNow = 1'800'000'000'000;

class StuckRandom final : public Random {
  public:
    std::uint64_t next() override { return 0; }
};

TEST(Code, HasItsShapeAlways) {
    SeededRandom random(3);
    std::set<std::string> seen;
    for (int i = 0; i < 20'000; ++i) {
        const auto code = make_code(random);
        ASSERT_EQ(code.size(), 7U);
        ASSERT_EQ(code[3], '-');
        for (const char c : code)
            ASSERT_TRUE(c == '-' || kCodeAlphabet.find(c) != std::string_view::npos) << code;
        ASSERT_EQ(find_code("x " + code + "."), code);
        seen.insert(code);
    }
    EXPECT_GT(seen.size(), 19'900U);
    StuckRandom stuck;
    EXPECT_EQ(find_code(make_code(stuck)), "3CC-3CC");
}

TEST(Code, IsFoundAsPeopleTypeIt) {
    for (const char* text :
         {"K7M-4QX", "k7m-4qx", "k7m4qx", "Voici: K7M 4QX merci", "code:K7M – 4QX", "(k7m\u20144qx)",
          "K7M\u00A04QX!", "k 7 m 4 q x", "#K7M4QX", "K7M.4QX", "Ｋ７Ｍ－４ＱＸ", "k7m\u200B4qx",
          "@brand K7M-4QX 🙂", "\"K7M_4QX\"", "l'K7M-4QX"}) {
        EXPECT_EQ(find_code(text), "K7M-4QX") << text;
    }
    EXPECT_EQ(find_code("K7M-SQX"), "K7M-5QX");
    EXPECT_EQ(find_code("k7m b-"), std::nullopt);
    EXPECT_EQ(find_code("b7m-4gx"), "87M-46X");
    EXPECT_EQ(find_codes("K7M-4QX ou C3C-4DD"), (std::vector<std::string>{"K7M-4QX", "C3C-4DD"}));
    EXPECT_EQ(find_codes("C3C4DD C3C4DD C3C4DD C3C4DD C3C4DD").size(), kMostCodes);
}

TEST(Code, IsNotSeenInOrdinaryWords) {
    for (const char* text : {"",
                             "bonjour les amis",
                             "SMS GSM",
                             "ceci est ma carte",
                             "commande 123456",
                             "K7M-4QX9",
                             "AK7M-4QX",
                             "K7M",
                             "K7M, 4QX",
                             "K7M\n4QX",
                             "K7M     4QX",
                             "K7M-4OX",
                             "K1M-4QX",
                             "K0M-4QX",
                             "éK7M4QX",
                             "le 12 34 56",
                             "B2B PDF",
                             "4 ans 3 mois",
                             "MP3 TV4K",
                             "K7M/4QX",
                             "\xFF\xFE",
                             "345 CDF"}) {
        EXPECT_EQ(find_code(text), std::nullopt) << text;
    }
}

TEST(Code, AllDigitsMayBeOne) {
    // Two amounts side by side can look like a code: a wrong try of the author, of which there are several.
    EXPECT_EQ(find_code("345 678"), "345-678");
}

class TryCode : public ::testing::Test {
  protected:
    Attempt attempt(std::string_view text, const Account& poster, TimeMs now = kNow) {
        const auto tried = try_code(state_, text, poster, author_, now, settings_);
        state_ = tried.next;
        return tried.attempt;
    }
    CodeSettings settings_;
    CodeState state_{"K7M-4QX", kNow + 1000, 0, false};
    Account author_{"facebook", "anna"};
    Account stranger_{"facebook", "eve"};
};

TEST_F(TryCode, ProvesTheAuthorOnce) {
    EXPECT_EQ(attempt("bonjour", author_), Attempt::none);
    EXPECT_EQ(attempt("k7m 4qx", author_), Attempt::matched);
    EXPECT_TRUE(state_.used);
    EXPECT_EQ(attempt("k7m 4qx", author_), Attempt::used);
}

TEST_F(TryCode, StrangersProveNothingAndUseNothingUp) {
    for (int i = 0; i < 50; ++i) EXPECT_EQ(attempt("C3C-4DD", stranger_), Attempt::other_account);
    EXPECT_EQ(attempt("K7M-4QX", stranger_), Attempt::other_account);
    EXPECT_EQ(attempt("K7M-4QX", {"x", "anna"}), Attempt::other_account);
    EXPECT_EQ(attempt("K7M-4QX", {}), Attempt::other_account);
    EXPECT_EQ(state_.wrong, 0);
    EXPECT_EQ(attempt("K7M-4QX", author_), Attempt::matched);
}

TEST_F(TryCode, AnAuthorWithoutIdIsNobody) {
    author_ = {};
    EXPECT_EQ(attempt("K7M-4QX", {}), Attempt::other_account);
    author_ = {"facebook", ""};
    EXPECT_EQ(attempt("K7M-4QX", author_), Attempt::other_account);
}

TEST_F(TryCode, WrongTriesAreBounded) {
    for (int i = 0; i < settings_.most_wrong; ++i) EXPECT_EQ(attempt("C3C-4DD", author_), Attempt::wrong);
    EXPECT_EQ(attempt("K7M-4QX", author_), Attempt::exhausted);
    EXPECT_FALSE(state_.used);
}

TEST_F(TryCode, OneCommentIsOneTryWhateverItHolds) {
    EXPECT_EQ(attempt("C3C-4DD C3C-4DF C3C-4DH", author_), Attempt::wrong);
    EXPECT_EQ(state_.wrong, 1);
    EXPECT_EQ(attempt("C3C-4DD K7M-4QX", author_), Attempt::matched);
}

TEST_F(TryCode, Expires) {
    EXPECT_EQ(attempt("K7M-4QX", author_, kNow + 1000), Attempt::expired);
    EXPECT_EQ(attempt("K7M-4QX", author_, kNow + 999), Attempt::matched);
    state_ = {};
    EXPECT_EQ(attempt("K7M-4QX", author_, -1), Attempt::expired);  // none was issued
    SeededRandom random(1);
    EXPECT_EQ(issue_code(random, kNow, settings_).expires_at, kNow + settings_.lifetime);
}

TEST(OnlyCode, ToldFromWords) {
    for (const char* text : {"K7M-4QX", " k7m 4qx. ", "(K7M4QX)", "#K7M-4QX!", "K7M\u20114QX \U0001F642"}) {
        EXPECT_TRUE(only_code(text)) << text;
    }
    for (const char* text : {"", "hello", "my code: K7M-4QX", "K7M-4QX C3C-4DD", "K7M-4QX merci"}) {
        EXPECT_FALSE(only_code(text)) << text;
    }
}

}  // namespace
}  // namespace guichet::proof
