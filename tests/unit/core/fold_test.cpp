#include "common/core/fold.hpp"

#include <gtest/gtest.h>

namespace guichet {
namespace {

TEST(Fold, BringsLatinLettersToOneForm) {
    EXPECT_EQ(fold("DÉÇU"), "decu");
    EXPECT_EQ(fold("de\xCC\x81\xC3\xA7u"), "decu");  // a combining accent
    EXPECT_EQ(fold("Größe"), "grosse");
    EXPECT_EQ(fold("CŒUR Æther"), "coeur aether");
    EXPECT_EQ(fold("Łódź Škoda ŽÅ ÿ Ÿ"), "lodz skoda za y y");
    EXPECT_EQ(fold("ПРИВЕТ 日本"), "ПРИВЕТ 日本");
}

TEST(Fold, SqueezesRepeatedLetters) {
    EXPECT_EQ(squeeze("nuuuul", 1), "nul");
    EXPECT_EQ(squeeze("cooool", 2), "cool");
}

TEST(Fold, AFingerprintIsTheSameForWhatPeopleWouldCallTheSameWords) {
    EXPECT_EQ(text_fingerprint("Où est mon argent?"), text_fingerprint("ou est MON argent !"));
    EXPECT_NE(text_fingerprint("Où est mon argent?"), text_fingerprint("Où est ma carte?"));
    EXPECT_EQ(text_fingerprint("up!"), "");
}

}  // namespace
}  // namespace guichet
