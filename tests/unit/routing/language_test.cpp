#include "services/routing/engine/language.hpp"

#include <gtest/gtest.h>

namespace guichet::routing {
namespace {

Language detect(std::string_view message, const LanguageHints& hints = {}) {
    return detect_language(read_text(message), hints);
}

TEST(Language, DetectsTheFour) {
    EXPECT_EQ(detect("Bonjour, je voudrais savoir quand mon colis sera livré").code, "fr");
    EXPECT_EQ(detect("Hallo, ik zou graag weten wanneer mijn pakje geleverd wordt").code, "nl");
    EXPECT_EQ(detect("Hello, I would like to know when my parcel will be delivered").code, "en");
    const Language german = detect("Hallo, ich möchte wissen, wann mein Paket geliefert wird");
    EXPECT_EQ(german.code, "de");
    EXPECT_EQ(german.how, "cld2");
    EXPECT_TRUE(german.supported);
    EXPECT_GT(german.confidence, 0.5);
}

TEST(Language, NamesOthersWithoutSupport) {
    const Language italian = detect("Buongiorno, vorrei sapere quando arriva il mio pacco, grazie mille");
    EXPECT_EQ(italian.code, "it");
    EXPECT_FALSE(italian.supported);
    EXPECT_EQ(detect("Здравствуйте, где моя посылка? Я жду уже две недели").code, "ru");
}

TEST(Language, LinksMentionsAndHashtagsDoNotCount) {
    const Language language = detect(
        "@bestbankever #customerservice https://www.thebank.example/the/long/english/address Je n'ai "
        "toujours rien reçu 😡");
    EXPECT_EQ(language.code, "fr");
}

TEST(Language, ShortTextsFallBack) {
    const LanguageHints hints{"nl", "fr", "de"};
    EXPECT_EQ(detect("ok", hints).how, "thread");
    EXPECT_EQ(detect("ok", hints).code, "nl");
    EXPECT_EQ(detect("ok", {"", "fr", "de"}).how, "form");
    EXPECT_EQ(detect("12345 👍", {"", "", "de"}).how, "default");
    EXPECT_EQ(detect("12345 👍", {"", "", "de"}).code, "de");
    // Words that speak for one language alone beat the thread's.
    const Language words = detect("where is it?", hints);
    EXPECT_EQ(words.code, "en");
    EXPECT_EQ(words.how, "words");
}

TEST(Language, EmptyTextIsTheDefault) {
    EXPECT_EQ(detect("", {"", "", "fr"}).code, "fr");
}

}  // namespace
}  // namespace guichet::routing
