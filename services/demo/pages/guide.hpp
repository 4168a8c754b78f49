#pragma once
// The guided strip: six steps, and how far the visitor has come. Pure.
#include <string>
#include <vector>

namespace guichet::demo {

// What is known of the visitor's case.
struct CaseFacts {
    bool queued = false;
    int queued_after_ms = 0;
    std::string understood;  // "fr, complaint, negative (-0.87)"
    std::string because;     // the words that led to it
    bool taken = false;      // by a person
    std::string bot_refused;
    bool proposed = false, offered = false, accepted = false;
    bool undone = false;
    bool closed = false;
};

struct StormFacts {
    bool asked = false, running = false, over = false, held = false;
    int told = 0, kept = 0, published = 0, twice = 0;
    std::string what;  // the last thing that happened, or why it failed
};

enum class StepState { later, now, done };
const char* to_string(StepState state);

struct Step {
    std::string title;
    // What to do; once done, what happened.
    std::string words;
    StepState state = StepState::later;
};

// Always six. At most one is `now`: the first that is not done. The storm can be had at any time.
std::vector<Step> steps_of(const CaseFacts& known, const StormFacts& storm);

}  // namespace guichet::demo
