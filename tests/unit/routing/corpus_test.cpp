// Accuracy on messages as customers write them: corpus/ may be tuned on, corpus/held_out/ never is.
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "services/routing/engine/intent.hpp"
#include "services/routing/engine/language.hpp"
#include "services/routing/engine/sentiment.hpp"

namespace guichet::routing {
namespace {

struct Sample {
    std::string language;
    std::string intent;
    char sign = '0';
    std::string text;
};

std::vector<Sample> load(const std::string& folder) {
    std::vector<Sample> samples;
    for (const std::string_view language : kLanguages) {
        std::ifstream file(GUICHET_SOURCE_DIR "/tests/unit/routing/" + folder + "/" + std::string(language) +
                           ".tsv");
        for (std::string line; std::getline(file, line);) {
            if (line.empty() || line[0] == '#') continue;
            std::istringstream fields(line);
            Sample sample;
            std::string sign;
            std::getline(fields, sample.language, '\t');
            std::getline(fields, sample.intent, '\t');
            std::getline(fields, sign, '\t');
            std::getline(fields, sample.text);
            sample.sign = sign.empty() ? '?' : sign[0];
            samples.push_back(sample);
        }
    }
    return samples;
}

struct Score {
    int right = 0;
    int all = 0;
    double share() const { return all == 0 ? 0 : static_cast<double>(right) / all; }
    void count(bool hit) {
        ++all;
        right += hit ? 1 : 0;
    }
};

struct Accuracy {
    Score language;
    Score intent;
    Score sign;
};

char sign_of(const Sentiment& sentiment) {
    return sentiment.label == SentimentLabel::negative   ? '-'
           : sentiment.label == SentimentLabel::positive ? '+'
                                                         : '0';
}

// Spam has no feeling that anybody acts on.
// The misses of the held-out messages are not shown: who sees them tunes on them.
Accuracy measure(const std::vector<Sample>& samples, bool show_misses, const std::string& only = "") {
    Accuracy out;
    for (const Sample& sample : samples) {
        if (!only.empty() && sample.language != only) continue;
        const Text text = read_text(sample.text);
        const Language language = detect_language(text);
        const Reading reading = lexicon_for(language.code).read(text);
        const Sentiment sentiment = judge_sentiment(text, reading);
        const IntentVerdict intent = judge_intent(text, reading, sentiment);
        const bool language_ok = language.code == sample.language;
        const bool intent_ok = to_string(intent.intent) == sample.intent;
        const bool sign_ok = sample.intent == "spam" || sign_of(sentiment) == sample.sign;
        out.language.count(language_ok);
        out.intent.count(intent_ok);
        if (sample.intent != "spam") out.sign.count(sign_ok);
        if (!show_misses || (language_ok && intent_ok && sign_ok)) continue;
        std::cout << "  missed: " << sample.language << " " << sample.intent << " " << sample.sign << " -> "
                  << language.code << "(" << language.how << ") " << to_string(intent.intent) << " "
                  << sign_of(sentiment) << " " << sentiment.score << ": " << sample.text << "\n";
        for (const Reason& r : sentiment.reasons) {
            std::cout << "      " << r.text << " " << r.weight << " (" << r.rule << ")\n";
        }
        for (const Reason& r : intent.reasons)
            std::cout << "      -> " << r.text << " " << r.weight << " " << r.rule << "\n";
    }
    return out;
}

void report(const std::string& name, const Accuracy& a) {
    std::cout << name << ": " << a.language.all << " messages, language " << 100 * a.language.share()
              << " %, intent " << 100 * a.intent.share() << " %, sentiment " << 100 * a.sign.share()
              << " %\n";
}

TEST(Corpus, IsLargeEnough) {
    std::vector<Sample> all = load("corpus");
    const std::vector<Sample> held_out = load("corpus/held_out");
    all.insert(all.end(), held_out.begin(), held_out.end());
    for (const std::string_view language : kLanguages) {
        int count = 0;
        for (const Sample& sample : all) count += sample.language == language ? 1 : 0;
        EXPECT_GE(count, language == "de" ? 25 : 40) << language;
    }
}

TEST(Corpus, TunedMessages) {
    const auto samples = load("corpus");
    for (const std::string_view language : kLanguages) {
        const Accuracy a = measure(samples, true, std::string(language));
        report("tuned " + std::string(language), a);
        EXPECT_GE(a.language.share(), 0.90) << language;
        EXPECT_GE(a.intent.share(), 0.85) << language;
        EXPECT_GE(a.sign.share(), 0.85) << language;
    }
}

TEST(Corpus, HeldOutMessages) {
    const auto samples = load("corpus/held_out");
    for (const std::string_view language : kLanguages) {
        const Accuracy a = measure(samples, false, std::string(language));
        report("held out " + std::string(language), a);
    }
    const Accuracy a = measure(samples, false);
    report("held out", a);
    EXPECT_GE(a.language.share(), 0.90);
    EXPECT_GE(a.intent.share(), 0.85);
    EXPECT_GE(a.sign.share(), 0.85);
}

}  // namespace
}  // namespace guichet::routing
