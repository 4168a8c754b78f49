// Whatever comes in: no crash, bounded output, bounded time.
#include <chrono>
#include <random>
#include <string>

#include <gtest/gtest.h>

#include "common/core/bytes.hpp"
#include "common/core/clock.hpp"
#include "services/routing/engine/time_zone.hpp"
#include "services/routing/engine/triage.hpp"

namespace guichet::routing {
namespace {

void expect_bounded(const std::string& text) {
    TriageInput input;
    input.text = text;
    input.subject = text.substr(0, 100);
    const Triage t = triage(input);
    ASSERT_GE(t.sentiment.score, -1);
    ASSERT_LE(t.sentiment.score, 1);
    ASSERT_GE(t.intent.confidence, 0);
    ASSERT_LE(t.intent.confidence, 1);
    ASSERT_LE(t.reasons.size(), 2 * kMaxReasons + 16);
    for (const Reason& reason : t.reasons) {
        ASSERT_TRUE(valid_utf8(reason.text));
        ASSERT_LE(reason.text.size(), 2 * kMaxTextBytes);
    }
}

TEST(Fuzz, RandomBytes) {
    std::mt19937 random(20261122);
    for (int round = 0; round < 400; ++round) {
        std::string text(random() % 600, '\0');
        for (char& c : text) c = static_cast<char>(random());
        expect_bounded(text);
    }
}

TEST(Fuzz, RandomPiecesOfLanguage) {
    const std::vector<std::string> pieces{
        "pas",     "ne", "not",         "nicht",    "très", "mais", "but",      "nul",
        "bon",     "!",  "?",           ".",        "'",    "’",    "@",        "#",
        "http://", "😡",  "🙄",        "\xF0\x9F", "\n",   "é",    "\xCC\x81", "👨‍👩‍👧",
        "+",       "12", "€",           ":(",       "<3",   "x",    "%",        "toujours",
        "-",       "ß",  "\xE2\x80\x8B"};
    std::mt19937 random(42);
    for (int round = 0; round < 2000; ++round) {
        std::string text;
        for (unsigned i = random() % 40; i > 0; --i) {
            text += pieces[random() % pieces.size()];
            if (random() % 3 != 0) text += ' ';
        }
        expect_bounded(text);
    }
}

TEST(Fuzz, HostileTextsAreCheap) {
    const std::vector<std::string> units{
        "pas ", "nul ", "not bad ",  "a",      "a.", "très ", "mais nul ", "fonctionne ", "!",   "😡",
        "#a ",  "@a ",  "http://a ", "a@a.a/", "'",  "n'",    ":",         "\xFF",        "aaa "};
    const SystemClock clock;
    for (const std::string& unit : units) {
        std::string text;
        while (text.size() < 1 << 16) text += unit;
        const auto begin = clock.steady();
        expect_bounded(text);
        const auto took = clock.steady() - begin;
        EXPECT_LT(took, std::chrono::seconds(2)) << unit;
    }
}

TEST(Fuzz, RandomZoneFiles) {
    std::mt19937 random(7);
    const std::string header = "TZif2";
    for (int round = 0; round < 2000; ++round) {
        std::string bytes(random() % 400, '\0');
        for (char& c : bytes) c = random() % 3 == 0 ? static_cast<char>(random()) : '\0';
        bytes.replace(0, std::min(bytes.size(), header.size()), header, 0,
                      std::min(bytes.size(), header.size()));
        const auto zone = TimeZone::from_tzif(bytes, "x");
        if (zone.has_error()) continue;
        EXPECT_LE(std::abs(zone->offset_at(1'700'000'000)), 200 * 3600);
    }
}

}  // namespace
}  // namespace guichet::routing
