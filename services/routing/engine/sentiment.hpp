#pragma once
// How the writer feels, from the words of the lexicon and a few rules of grammar.
#include <string>
#include <vector>

#include "services/routing/engine/lexicon.hpp"
#include "services/routing/engine/reason.hpp"
#include "services/routing/engine/text.hpp"

namespace guichet::routing {

enum class SentimentLabel { negative, neutral, positive };
const char* to_string(SentimentLabel label);  // "negative", ...

struct Sentiment {
    double score = 0;  // -1 .. 1
    SentimentLabel label = SentimentLabel::neutral;
    double total = 0;  // the sum behind the score, unbounded
    // Words in which a complaint is none: turned by a negator or praise ("no *problem*"), or parts of a
    // formula
    // ("how do I file a *complaint*").
    std::vector<Hit> void_words;
    // The words that decided, the weightiest first, at most kMaxReasons.
    std::vector<Reason> reasons;
};

inline constexpr std::size_t kMaxReasons = 8;
// |score| below this is neutral.
inline constexpr double kNeutralBand = 0.15;

// Rules, in the order they are applied to each word of feeling:
//   intensifier before it: x factor ("très", "un peu")
//   negator up to four words before it in the clause, or behind a verb: turned and weakened;
//     two undo each other; it reaches over "and" to words of the same sign ("not fast or friendly")
//   in a sentence with "but": x 0.6 before it, x 1.4 behind; x 0.6 in a clause of "although";
//     praise before a "but" without feeling behind it is taken back
//   capitals among small letters, letters repeated, exclamation marks: emphasis
//   praise known for irony counts against, when the rest of the message is bad news or eyes roll
// Strong complaint markers that are no word of feeling ("still waiting for") weigh in, too, and a little each
// fact denied ("nobody came"), "???" and "...".
Sentiment judge_sentiment(const Text& text, const Reading& reading);

}  // namespace guichet::routing
