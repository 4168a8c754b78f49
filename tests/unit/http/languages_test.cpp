#include "common/http/languages.hpp"

#include <string>

#include <gtest/gtest.h>

namespace guichet::http {
namespace {

using Tags = std::vector<std::string_view>;

TEST(AcceptLanguage, TheMostWantedComesFirst) {
    EXPECT_EQ(wanted_languages("fr-BE, nl;q=0.9, en;q=0.8"), (Tags{"fr-BE", "nl", "en"}));
    EXPECT_EQ(wanted_languages("de;q=0.2 , fr ;q=0.8,nl;q=0.9"), (Tags{"nl", "fr", "de"}));
    EXPECT_EQ(wanted_languages("nl,fr"), (Tags{"nl", "fr"}));
}

TEST(AcceptLanguage, WhatIsNotWantedOrNotSaidIsLeftOut) {
    EXPECT_EQ(wanted_languages("en;q=0, fr"), Tags{"fr"});
    EXPECT_EQ(wanted_languages(""), Tags{});
    EXPECT_EQ(wanted_languages(" , ;q=1,,fr;q=x"), Tags{});
    EXPECT_TRUE(wanted_languages(std::string(600, ' ') + "fr").empty());
}

}  // namespace
}  // namespace guichet::http
