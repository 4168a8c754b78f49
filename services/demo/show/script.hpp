#pragma once
// The case from the first angry comment to the closing word, played and checked step by step.
#include <string>

#include "services/demo/show/narrator.hpp"
#include "services/demo/show/storm.hpp"

namespace guichet::demo {

class Script {
  public:
    Script(Stage& stage, Narrator& narrator, Interrupt& interrupt, StormPlan storm);
    // Throws Broken where a promise does not hold.
    void play();

  private:
    void complains();
    void taken_once();
    void answered_in_public();
    void taken_back();
    void goes_on();
    void moves();
    void answers_in_private();
    void one_history();
    void breaks();
    void closes();
    void account();

    // What Anna sees under her comment, or in her messages.
    void appears(const std::string& text, const std::string& where);
    v1::Escalation the_case();

    Stage& stage_;
    Narrator& tell_;
    Interrupt& interrupt_;
    StormPlan storm_;
    std::string comment_, public_, private_, escalation_;
};

}  // namespace guichet::demo
