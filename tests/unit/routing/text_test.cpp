#include "services/routing/engine/text.hpp"

#include <gtest/gtest.h>

namespace guichet::routing {
namespace {

std::vector<std::string> folded(std::string_view text) {
    std::vector<std::string> out;
    for (const Token& token : read_text(text).tokens) out.push_back(token.folded);
    return out;
}

using Words = std::vector<std::string>;

TEST(Text, CutsElisionsButKeepsContractions) {
    EXPECT_EQ(folded("Je n'ai qu\u2019une l’attente"), (Words{"je", "n", "ai", "qu", "une", "l", "attente"}));
    EXPECT_EQ(folded("I don't, isn’t"), (Words{"i", "dont", ",", "isnt"}));
    EXPECT_EQ(folded("aujourd'hui foto's"), (Words{"aujourdhui", "fotos"}));
}

TEST(Text, KnowsLinksMentionsHashtagsNumbersAndEmoji) {
    const Text text = read_text(
        "@brand voir https://a.example/x?y=1. #Nul bit.ly/3x a@b.example 1h30 12,50 € 👍🏽 :-( <3 !!!");
    std::vector<TokenKind> kinds;
    for (const Token& token : text.tokens) kinds.push_back(token.kind);
    using enum TokenKind;
    EXPECT_EQ(kinds, (std::vector{mention, word, url, punct, hashtag, url, url, number, word, number, number,
                                  symbol, emoji, emoji, emoji, punct}));
    EXPECT_EQ(text.tokens[4].folded, "nul");
    EXPECT_EQ(text.tokens[12].folded, "👍");
    EXPECT_EQ(text.tokens[13].folded, ":(");
    EXPECT_EQ(text.quote(13, 13), ":-(");
}

TEST(Text, AColonIsNotAlwaysAFace) {
    EXPECT_EQ(folded("prix: (voir)"), (Words{"prix", ":", "(", "voir", ")"}));
    EXPECT_EQ(read_text("http://x.example").tokens.front().kind, TokenKind::url);
    EXPECT_EQ(read_text("t.me/abc").tokens.front().kind, TokenKind::url);
}

TEST(Text, NotesCapitalsAndDrawnOutLetters) {
    const Text text = read_text("c'est NUL et nuuuul");
    EXPECT_TRUE(text.tokens[2].caps);
    EXPECT_FALSE(text.shouted);
    EXPECT_EQ(text.tokens[4].squeezed, "nul");
    EXPECT_TRUE(read_text("RENDEZ MON ARGENT svp").shouted);
}

TEST(Text, RepairsAndBoundsWhatItReads) {
    const Text broken = read_text("ab\xFF\xC3 cd");
    EXPECT_EQ(broken.letters, 4u);
    const Text big = read_text(std::string(100'000, 'a'));
    EXPECT_LE(big.text.size(), kMaxTextBytes);
    // Cut inside a character: still well-formed.
    EXPECT_EQ(read_text(std::string(kMaxTextBytes - 1, 'a') + "é").tokens.size(), 1u);
}

}  // namespace
}  // namespace guichet::routing
