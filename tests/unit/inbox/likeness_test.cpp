#include "services/inbox/likeness.hpp"

#include <gtest/gtest.h>

#include "common/config/settings.hpp"

namespace guichet::inbox {
namespace {

const double kSuggestFrom = config::InboxSettings{}.suggest_from;

PersonFacts person(std::string name, std::vector<store::ContactMark> marks, std::string language = "fr") {
    return {{std::move(name)}, std::move(marks), std::move(language)};
}
bool suggested(const PersonFacts& a, const PersonFacts& b) {
    EXPECT_DOUBLE_EQ(likeness(a, b).score, likeness(b, a).score) << "it does not matter who is asked";
    return likeness(a, b).score >= kSuggestFrom;
}

const store::ContactMark kMail{"mail", true, "anna@example.org"};
const store::ContactMark kMailSaid{"mail", false, "anna@example.org"};
const store::ContactMark kHome{"phone", false, "+32470123456"};
const store::ContactMark kHomeNational{"phone", false, "0470123456"};
const store::ContactMark kOrder{"order", false, "12345678"};
const store::ContactMark kTown{"name_town", false, "anna maes,liege"};

TEST(Likeness, ANameAloneIsWeak) {
    EXPECT_FALSE(suggested(person("Anna Maes", {}), person("Anna Maes", {})));
    EXPECT_LT(likeness(person("Anna Maes", {}), person("Anna Maes", {})).score, 0.5);
    EXPECT_LT(likeness(person("Anna", {}), person("anna", {})).score, 0.25);
}

TEST(Likeness, AnAddressOrANumberTheyShareIsStrong) {
    EXPECT_TRUE(suggested(person("Anna", {kMail}), person("A. M.", {kMailSaid})));
    EXPECT_GT(likeness(person("Anna", {kMail}), person("Anna", {kMail})).score, 0.95);
    EXPECT_TRUE(suggested(person("Anna Maes", {kHome}), person("Maes Anna", {kHomeNational}, "nl")));
    EXPECT_FALSE(suggested(person("Anna Maes", {kHome}), person("Bert Claes", {kHome})))
        << "a household shares a telephone";
}

TEST(Likeness, NameAndTownOrOrderTogether) {
    EXPECT_TRUE(suggested(person("Anna Maes", {kTown}), person("Anna Maes", {kTown})));
    EXPECT_TRUE(suggested(person("Anna Maes", {kOrder}), person("Anna Maes", {kOrder}, "nl")));
    EXPECT_FALSE(suggested(person("Anna Maes", {kOrder}), person("Bert Claes", {kOrder})));
}

TEST(Likeness, ItSaysWhyWithoutShowingNumbers) {
    const auto found = likeness(person("Anna Maes", {kMail, kHome, kOrder}),
                                person("Bert Claes", {kMail, kHomeNational, kOrder}));
    std::vector<std::string> rules;
    for (const auto& reason : found.reasons) {
        rules.push_back(reason.rule());
        for (const char* secret : {"anna@", "470123456", "12345678"})
            EXPECT_EQ(reason.text().find(secret), std::string::npos) << reason.text();
    }
    EXPECT_EQ(rules, (std::vector<std::string>{"mail", "phone", "order", "language", "other_name"}));
    EXPECT_LT(found.reasons.back().weight(), 0);
    EXPECT_LE(found.score, 1);
}

TEST(Likeness, NothingKnownIsNothing) {
    EXPECT_EQ(likeness({}, {}).score, 0);
    EXPECT_TRUE(likeness({}, {}).reasons.empty());
}

}  // namespace
}  // namespace guichet::inbox
