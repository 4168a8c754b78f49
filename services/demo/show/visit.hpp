#pragma once
// A visitor's demonstration: looks on what he does, grants what he wishes for.
#include <thread>

#include "services/demo/pages/hall.hpp"
#include "services/demo/show/storm.hpp"

namespace guichet::demo {

// Asks the server about the visitor's case, on a thread of its own.
class Onlooker {
  public:
    Onlooker(Stage& stage, Hall& hall);
    // One look. Throws Broken while the server does not answer.
    void look();

  private:
    void find_case();
    void look_at_case();
    void let_the_bot_try();
    void make_link();

    Stage& stage_;
    Hall& hall_;
    std::unique_ptr<Desk> claire_, bot_, admin_;
    CaseFacts known_;
    std::string case_;
};

class Visit {
  public:
    Visit(Stage& stage, Hall& hall, Interrupt& interrupt, StormPlan storm);
    // Until Ctrl-C.
    void run();

  private:
    void look_on();
    void brew();

    Stage& stage_;
    Hall& hall_;
    Interrupt& interrupt_;
    StormPlan plan_;
};

}  // namespace guichet::demo
