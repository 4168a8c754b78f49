#include "services/demo/show/narrator.hpp"

#include <sstream>

#include <gtest/gtest.h>

namespace guichet::demo {
namespace {

TEST(Narrator, NumbersStepsAndKeepsPlainTextPlain) {
    Interrupt interrupt;
    std::ostringstream out;
    Narrator narrator(out, {}, interrupt);
    narrator.step("It begins");
    narrator.says("Anna", "in public", "Hello");
    narrator.progress("half");
    narrator.progress("whole");
    narrator.step("It ends");
    EXPECT_EQ(out.str(), "\n 1  It begins\n    Anna, in public: Hello\n    half\n    whole\n\n 2  It ends\n");
}

TEST(Narrator, OnATerminalProgressStaysInItsLine) {
    Interrupt interrupt;
    std::ostringstream out;
    Narrator narrator(out, {.color = true}, interrupt);
    narrator.progress("half");
    narrator.progress("whole");
    narrator.line("done");
    EXPECT_EQ(out.str(), "\r\x1b[K    half\r\x1b[K    whole\ndone\n");
}

TEST(Narrator, PublicAndPrivateWordsDiffer) {
    Interrupt interrupt;
    std::ostringstream in_public, in_private;
    Narrator(in_public, {.color = true}, interrupt).says("Anna", "in public", "Hello");
    Narrator(in_private, {.color = true}, interrupt).says("Anna", "in private", "Hello");
    EXPECT_NE(in_public.str().substr(0, 12), in_private.str().substr(0, 12));
}

}  // namespace
}  // namespace guichet::demo
