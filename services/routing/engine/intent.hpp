#pragma once
// What the writer wants.
#include <vector>

#include "services/routing/engine/lexicon.hpp"
#include "services/routing/engine/reason.hpp"
#include "services/routing/engine/sentiment.hpp"
#include "services/routing/engine/text.hpp"

namespace guichet::routing {

enum class Intent { complaint, question, praise, other, spam };
const char* to_string(Intent intent);  // "complaint", ...

struct IntentVerdict {
    Intent intent = Intent::other;
    double confidence = 0;  // 0 .. 1: how far ahead of the next best
    // The words that decided, the weightiest first, at most kMaxReasons; their weight is for this intent.
    std::vector<Reason> reasons;
    double complaint = 0;  // the scores compared
    double question = 0;
    double praise = 0;
    double spam = 0;
};

struct IntentHints {
    bool complaint_form = false;  // written on the complaint form
};

// complaint: markers, ill feeling, the complaint form. question: markers, a question mark; weaker in an angry
// message. praise: markers, good feeling. spam: at least two signs of different sorts (words of the trade,
// links, sums of money, repetition, lists of tags), less what speaks of the writer's own dealings with the
// brand; never on links alone, and never where the complaint is as strong. The best wins; below 1 all of
// them: other.
IntentVerdict judge_intent(const Text& text, const Reading& reading, const Sentiment& sentiment,
                           const IntentHints& hints = {});

}  // namespace guichet::routing
