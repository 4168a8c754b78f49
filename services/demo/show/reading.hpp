#pragma once
// What the server tells, in a few words.
#include <algorithm>
#include <cctype>
#include <cstdio>
#include <string>

#include "common/core/clock.hpp"
#include "guichet/v1/types.pb.h"

namespace guichet::demo {

// "INTENT_COMPLAINT" without its prefix: "complaint".
inline std::string plain(std::string name, const char* prefix) {
    name.erase(0, std::string(prefix).size());
    for (auto& letter : name) letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
    return name;
}

// "fr, complaint, negative (-0.87)"
inline std::string triage_words(const v1::Triage& triage) {
    char score[16];
    std::snprintf(score, sizeof score, " (%.2f)", triage.sentiment_score());
    return triage.language() + ", " + plain(v1::Intent_Name(triage.intent()), "INTENT_") + ", " +
           plain(v1::Sentiment_Name(triage.sentiment()), "SENTIMENT_") + score;
}

// From the comment to its place in the queue, by the server's own clock.
inline int queued_after_ms(const v1::Conversation& waiting, TimeMs written_at) {
    const auto& at = waiting.updated_at();
    const auto queued = at.seconds() * 1000 + at.nanos() / 1'000'000;
    return static_cast<int>(std::max<TimeMs>(0, queued - written_at));
}

// At most four of them, each in quotes.
template <class Reasons>
std::string reason_words(const Reasons& reasons) {
    std::string words;
    int shown = 0;
    for (const auto& reason : reasons) {
        if (reason.text().empty() || ++shown > 4) continue;
        words += (words.empty() ? "\"" : ", \"") + reason.text() + "\"";
    }
    return words;
}

}  // namespace guichet::demo
