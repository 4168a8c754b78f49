// g++ 12.2 compiles a co_await in the condition of an if or while wrongly when an argument of the awaited
// call is a temporary: `if (co_await event.wait(10s))` destroys the frame before it is suspended, and the
// heap with it. Name the result first: `const bool notified = co_await event.wait(10s);`.
#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace {

// The line numbers of conditions that hold a co_await.
std::vector<std::size_t> awaiting_conditions(const std::string& code) {
    std::vector<std::size_t> found;
    for (const std::string keyword : {"if (", "while (", "switch ("}) {
        for (std::size_t at = code.find(keyword); at != std::string::npos; at = code.find(keyword, at + 1)) {
            if (at > 0 && (std::isalnum(static_cast<unsigned char>(code[at - 1])) || code[at - 1] == '_'))
                continue;
            const auto begin = at + keyword.size();
            auto end = begin;
            for (int depth = 1; end < code.size(); ++end) {
                if (code[end] == '(') ++depth;
                if (code[end] == ')' && --depth == 0) break;
            }
            const auto inside = code.substr(begin, end - begin);
            // An init-statement is compiled rightly.
            const auto semicolon = inside.rfind(';');
            const auto condition = semicolon == std::string::npos ? inside : inside.substr(semicolon);
            if (condition.find("co_await") != std::string::npos) {
                found.push_back(1 +
                                static_cast<std::size_t>(std::count(code.begin(), code.begin() + at, '\n')));
            }
        }
    }
    return found;
}

std::string without_comments(const std::string& code) {
    std::istringstream in(code);
    std::string out;
    for (std::string line; std::getline(in, line);) out += line.substr(0, line.find("//")) + '\n';
    return out;
}

TEST(Coroutines, TheRuleSeesWhatItForbids) {
    EXPECT_EQ(awaiting_conditions("a;\nif (co_await f(10s)) b;").size(), 1u);
    EXPECT_EQ(awaiting_conditions("while (x() && !co_await f(g(1))) b;"), (std::vector<std::size_t>{1}));
    EXPECT_TRUE(awaiting_conditions("if (x()) co_await f(10s);").empty());
    EXPECT_TRUE(awaiting_conditions("if (auto ok = co_await f(10s); !ok) b;").empty());
    EXPECT_EQ(awaiting_conditions("if (auto a = b(); co_await f(10s)) c;").size(), 1u);
    EXPECT_TRUE(awaiting_conditions("const bool ok = co_await f(10s);\nif (ok) b;").empty());
}

TEST(Coroutines, NoConditionAwaits) {
    const std::filesystem::path root = GUICHET_SOURCE_DIR;
    for (const char* folder : {"common", "services", "tests"}) {
        for (const auto& entry : std::filesystem::recursive_directory_iterator(root / folder)) {
            const auto extension = entry.path().extension();
            if (extension != ".cpp" && extension != ".hpp") continue;
            if (entry.path().filename() == "coroutines_test.cpp") continue;
            std::ostringstream code;
            code << std::ifstream(entry.path()).rdbuf();
            for (const auto line : awaiting_conditions(without_comments(code.str()))) {
                ADD_FAILURE()
                    << std::filesystem::relative(entry.path(), root).string() << ':' << line
                    << ": co_await in a condition; name its result first (see this test's first lines)";
            }
        }
    }
}

}  // namespace
