#pragma once
// What is told on the terminal: numbered steps, what people say, what the server made of it.
#include <ostream>
#include <string>

#include "services/demo/show/interrupt.hpp"

namespace guichet::demo {

struct Telling {
    bool color = false;
    // After each step, so that it can be read.
    std::chrono::milliseconds pace{0};
};

class Narrator {
  public:
    Narrator(std::ostream& out, Telling telling, Interrupt& interrupt)
        : out_(out), telling_(telling), interrupt_(interrupt) {}

    // "3  She goes on complaining"
    void step(const std::string& title);
    // Somebody's words, with where they stand: in public, in private.
    void says(const std::string& who, const std::string& where, const std::string& words);
    // What the server shows.
    void shows(const std::string& what, const std::string& value);
    // In its own line, on top of the line before where the terminal can.
    void progress(const std::string& words);
    void line(const std::string& words = {});
    void held(const std::string& what);

  private:
    std::string painted(const char* code, const std::string& words) const;
    void end_progress();

    std::ostream& out_;
    Telling telling_;
    Interrupt& interrupt_;
    int steps_ = 0;
    bool in_progress_ = false;
};

}  // namespace guichet::demo
