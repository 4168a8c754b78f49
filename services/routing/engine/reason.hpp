#pragma once
// Why a message was judged as it was: what agents are shown beside the verdict.
#include <string>
#include <vector>

namespace guichet::routing {

struct Reason {
    std::string kind;   // what was decided: "language", "sentiment", "intent", "priority"
    std::string text;   // the words as they stand in the message; empty where the reason is not a word
    double weight = 0;  // what it added (or took away)
    std::string rule;   // "sentiment", "negated by 'pas'", "after 'mais'", "public complaint", ...
};

}  // namespace guichet::routing
