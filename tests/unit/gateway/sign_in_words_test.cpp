// The pages around the console in three languages.
#include "services/gateway/sign_in_words.hpp"

#include <set>

#include <gtest/gtest.h>

#include "services/gateway/assets.hpp"
#include "services/gateway/sign_in_form.hpp"

namespace guichet::gateway {
namespace {

http::Request asking(const std::string& accepts, const std::string& cookie = {}) {
    http::Request request;
    if (!accepts.empty()) request.headers.add("Accept-Language", accepts);
    if (!cookie.empty()) request.headers.add("Cookie", cookie);
    return request;
}

std::size_t count_of(const std::string& text, const std::string& part) {
    std::size_t count = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
    return count;
}

TEST(SignInWords, EachIsThereOnceInEveryLanguageWithItsPlaces) {
    std::set<std::string> names;
    for (const auto& said : sign_in_words()) {
        EXPECT_TRUE(names.insert(said.name).second) << said.name;
        for (const std::string word : {said.en, said.fr, said.nl}) {
            EXPECT_FALSE(word.empty()) << said.name;
            EXPECT_EQ(count_of(word, "{n}"), count_of(said.en, "{n}")) << said.name;
        }
    }
}

TEST(SignInWords, ThePagesAskForNoWordThatIsNotThereAndHaveNoOtherWords) {
    std::set<std::string> used;
    for (const auto& [name, text] : asset_files()) {
        if (!name.ends_with(".html")) continue;
        EXPECT_NE(text.find("<html lang=\"{{lang}}\">"), std::string::npos) << name;
        constexpr std::string_view kOpen = "{{say:";
        for (auto at = text.find(kOpen); at != std::string::npos; at = text.find(kOpen, at + 1))
            used.insert(text.substr(at + kOpen.size(), text.find("}}", at) - at - kOpen.size()));
    }
    std::set<std::string> known;
    for (const auto& said : sign_in_words())
        if (!std::string_view(said.name).starts_with("wrong:")) known.insert(said.name);
    EXPECT_EQ(used, known);
}

TEST(SignInLanguage, AskedThenChosenBeforeThenTheBrowsersThenEnglish) {
    EXPECT_EQ(language_of(asking("de, nl-BE;q=0.9, fr;q=0.8")), Language::nl);
    EXPECT_EQ(language_of(asking("de")), Language::en);
    EXPECT_EQ(language_of(asking("")), Language::en);
    EXPECT_EQ(language_of(asking("nl", "guichet_language=fr")), Language::fr);
    EXPECT_EQ(language_of(asking("nl", "guichet_language=xx")), Language::nl);
    auto request = asking("nl", "guichet_language=fr");
    request.target = "/sign-in?lang=en";
    EXPECT_EQ(language_of(request), Language::en);
    request.target = "/sign-in?lang=<script>";
    EXPECT_EQ(language_of(request), Language::fr);
}

TEST(SignInLanguage, OnlyAChoiceIsKept) {
    auto request = asking("nl");
    http::Response untouched;
    keep_language(request, untouched);
    EXPECT_EQ(untouched.headers.get("set-cookie"), "");
    request.target = "/sign-in?lang=fr";
    http::Response response;
    keep_language(request, response);
    const std::string kept(response.headers.get("set-cookie"));
    EXPECT_TRUE(kept.starts_with("guichet_language=fr;")) << kept;
    EXPECT_NE(kept.find("Path=/sign-in"), std::string::npos) << kept;
}

TEST(SignInErrors, AreToldInTheReadersLanguage) {
    const auto status = too_many_attempts(125'000);
    EXPECT_EQ(wrong_in(Language::en, status), status.message);
    EXPECT_EQ(wrong_in(Language::fr, status),
              "trop de tentatives : réessayez dans 3 minutes, ou demandez un lien");
    EXPECT_NE(wrong_in(Language::nl, foreign_form()), foreign_form().message);
    // What nobody foresaw: English tells it exactly, the others what to do.
    EXPECT_EQ(wrong_in(Language::en, unavailable("the store is away")), "the store is away");
    EXPECT_NE(wrong_in(Language::fr, unavailable("the store is away")).find("réessayez"), std::string::npos);
    EXPECT_EQ(wrong_in(Language::fr, Status{}), "");
}

TEST(SignInPages, SayTheirLanguageAndOfferTheOthers) {
    SignInForm form;
    form.language = Language::fr;
    const auto french = sign_in_page(200, form).body;
    EXPECT_NE(french.find("<html lang=\"fr\">"), std::string::npos);
    EXPECT_NE(french.find("Mot de passe"), std::string::npos);
    EXPECT_NE(french.find("href=\"/sign-in?lang=nl\""), std::string::npos);
    EXPECT_EQ(count_of(french, "aria-current=\"true\""), 1u);
    EXPECT_EQ(french.find("{{"), std::string::npos);
    const auto dutch = code_page(
        401, wrong_in(Language::nl, make_status(Code::invalid_argument, "x", "wrong_code")), Language::nl);
    EXPECT_NE(dutch.body.find("href=\"/sign-in/code?lang=en\""), std::string::npos);
    EXPECT_NE(dutch.body.find("deze code is onjuist"), std::string::npos);
    const auto bare = no_console_page(asking("fr-BE"));
    EXPECT_EQ(bare.status, 503);
    EXPECT_NE(bare.body.find("<html lang=\"fr\">"), std::string::npos);
    EXPECT_NE(bare.body.find("construit sans la console"), std::string::npos);
    EXPECT_NE(bare.body.find("href=\"?lang=nl\""), std::string::npos);
    EXPECT_EQ(bare.body.find("{{"), std::string::npos);
    EXPECT_NE(recovery_page({"a-b"}, Language::nl).body.find("Herstelcodes"), std::string::npos);
}

}  // namespace
}  // namespace guichet::gateway
