#include <chrono>

#include <gtest/gtest.h>

#include "common/core/bytes.hpp"
#include "common/core/clock.hpp"
#include "common/core/fold.hpp"
#include "common/core/random.hpp"
#include "common/privacy/personal_data.hpp"

namespace guichet::privacy {
namespace {

std::size_t characters(std::string_view text) {
    std::size_t count = 0;
    for (std::size_t at = 0; at < text.size(); ++count) next_char(text, at);
    return count;
}

TEST(Mask, KeepsTheLastFewCharacters) {
    EXPECT_EQ(mask("gsm 0475 12 34 56, merci"), "gsm •••• 56, merci");
    EXPECT_EQ(mask("a@b.be"), "••@••");
    EXPECT_EQ(mask("BE68 5390 0754 7034."), "•••• 7034.");
    EXPECT_EQ(mask("4111-1111-1111-1111"), "•••• 1111");
    EXPECT_EQ(mask("85.07.30-033.28"), "•••• 28");
    EXPECT_EQ(mask("０４７５１２３４５６"), "•••• 56");
    EXPECT_EQ(mask("nothing of 2024"), "nothing of 2024");
    EXPECT_EQ(mask_value(Kind::phone, ""), "••••");
}

TEST(Mask, OfRandomTextIsWellFormedNoLongerAndStable) {
    static constexpr std::string_view kParts[] = {"0475 12 34 56",
                                                  "a@b.be",
                                                  " ",
                                                  "BE68539007547034",
                                                  "4111111111111111",
                                                  "é",
                                                  "\n",
                                                  "+32",
                                                  "/",
                                                  "(0)",
                                                  "-",
                                                  "85.07.30-033.28",
                                                  "tel",
                                                  "x",
                                                  "0",
                                                  "12",
                                                  ".",
                                                  "@",
                                                  "(at)",
                                                  "https://",
                                                  "🙂",
                                                  "\u200B",
                                                  "wa.me/",
                                                  "32475123456"};
    SeededRandom random(7);
    for (int round = 0; round < 3000; ++round) {
        std::string text;
        for (auto parts = random.below(14); parts > 0; --parts)
            text += kParts[random.below(std::size(kParts))];
        const auto masked = mask(text);
        EXPECT_TRUE(valid_utf8(masked)) << text;
        EXPECT_LE(characters(masked), characters(text)) << text;
        EXPECT_EQ(mask(masked), masked) << text;
        std::size_t behind = 0;
        for (const auto& finding : find_personal_data(text)) {
            EXPECT_LE(behind, finding.begin) << text;
            EXPECT_LT(finding.begin, finding.end) << text;
            behind = finding.end;
        }
        EXPECT_LE(behind, text.size());
    }
}

TEST(Mask, LeavesOutWhatIsBeyondTheLimit) {
    // The limit cuts the number: nothing of it may stand there.
    const std::string text = std::string(kMaxTextBytes - 8, 'x') + " 0475123456";
    const auto masked = mask(text);
    EXPECT_TRUE(masked.ends_with("x…"));
    EXPECT_LT(masked.size(), kMaxTextBytes);
    EXPECT_LE(mask(std::string(kMaxTextBytes * 2, '1')).size(), kMaxTextBytes);
}

TEST(Mask, TakesTimeThatGrowsWithTheTextOnly) {
    // The worst texts for a finder that looks back or ahead too far: none may take seconds.
    SystemClock clock;
    for (const std::string_view part :
         {"@", "a@", "a.", "(at)", "1", "1 ", "0475 ", "12.", "+", "be68 ", "+3", "http://", "x", "wa.me/"}) {
        std::string text;
        while (text.size() < kMaxTextBytes) text += part;
        const auto start = clock.steady();
        mask(text);
        EXPECT_LT(clock.steady() - start, std::chrono::seconds(5)) << part;
    }
}

}  // namespace
}  // namespace guichet::privacy
