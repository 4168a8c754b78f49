// The Nth redis.call of every function fails, for every N: nothing half-done is left behind.
#include <set>

#include <gtest/gtest.h>

#include "tests/integration/store_faults/scenarios.hpp"

namespace guichet::test {
namespace {

using Lines = std::vector<std::string>;

// No function makes that many calls in a scenario.
constexpr int kMostCalls = 300;

std::string difference(const Lines& is, const Lines& should) {
    const std::multiset<std::string> left(is.begin(), is.end()), right(should.begin(), should.end());
    std::string text;
    for (const auto& line : left) {
        if (!right.count(line)) text += "\n  is there: " + line;
    }
    for (const auto& line : right) {
        if (!left.count(line)) text += "\n  is missing: " + line;
    }
    return text.empty() ? "\n  same lines, another number of times" : text;
}

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

// What is left when acknowledging failed: everything but the work streams.
Lines without_work(const Lines& lines) {
    Lines kept;
    for (const auto& line : lines) {
        if (!contains(line, ":work:") && !contains(line, "}:work")) kept.push_back(line);
    }
    return kept;
}

// Everything that is said of one conversation, in no order of its own.
std::multiset<std::string> told_of(const Lines& lines, const std::string& id) {
    std::multiset<std::string> told;
    for (const auto& line : lines) {
        if (!contains(line, id)) continue;
        const auto number = line.find('#');
        told.insert(number == std::string::npos ? line : line.substr(0, number) + line.substr(number + 6));
    }
    return told;
}

std::set<std::string> conversations(const Lines& lines) {
    std::set<std::string> ids;
    for (const auto& line : lines) {
        const auto at = line.find(":brand:c:");
        if (at != std::string::npos) ids.insert(line.substr(at + 9, 26));
    }
    return ids;
}

// Which state each conversation and delivery is in.
Lines states(const Lines& lines) {
    Lines kept;
    for (const auto& line : lines) {
        const bool record =
            contains(line, ":brand:c:") || contains(line, ":brand:o:") || contains(line, ":brand:a:");
        bool state = false;
        for (const auto* field : {" st = ", " ow = ", " q = ", " rt = ", " od = ", " ps = "}) {
            state = state || contains(line, field);
        }
        if (record && state) kept.push_back(line);
    }
    return kept;
}

class FaultTest : public ::testing::TestWithParam<Scenario> {
  protected:
    struct Run {
        Ended ended;
        World::Calls calls;
        Lines before, after;
    };

    Run run_with(int number, const std::string& mode) {
        world().reset();
        Run result;
        call_ = GetParam().prepare(world());
        result.before = world().snapshot(true);
        again(result, number, mode);
        return result;
    }
    void again(Run& result, int number, const std::string& mode) {
        world().reseed(99);
        world().fail(number, mode);
        result.ended = call_();
        result.calls = world().disarm();
        result.after = world().snapshot(true);
    }
    // As if nothing had ever failed.
    void expect_done(const Lines& reference) {
        world().reseed(99);
        EXPECT_TRUE(call_().status.ok());
        const auto now = world().snapshot(false);
        EXPECT_EQ(now, reference) << difference(now, reference);
    }
    void one_conversation(int number, const std::string& mode, const Lines& reference, bool& more);
    void several_conversations(int number, const std::string& mode, const Lines& before,
                               const Lines& reference, bool& more);

    // One server for all: each scenario starts from an empty database.
    static World& world() {
        static World one;
        return one;
    }
    std::function<Ended()> call_;
};

void FaultTest::one_conversation(int number, const std::string& mode, const Lines& reference, bool& more) {
    const auto result = run_with(number, mode);
    more = result.calls.failed > 0;
    if (!more) {
        EXPECT_TRUE(result.ended.status.ok()) << to_string(result.ended.status);
        return;
    }
    if (!result.ended.status.ok()) {
        EXPECT_EQ(result.after, result.before) << difference(result.after, result.before);
        expect_done(reference);
        return;
    }
    const auto now = world().snapshot(false);
    // What failed together was then done one by one.
    if (now == reference) return;
    // Only acknowledging may fail without a word: the state is whole, and the entry comes again.
    EXPECT_TRUE(GetParam().acknowledges);
    EXPECT_EQ(without_work(now), without_work(reference))
        << difference(without_work(now), without_work(reference));
    expect_done(reference);
}

void FaultTest::several_conversations(int number, const std::string& mode, const Lines& before,
                                      const Lines& reference, bool& more) {
    const auto result = run_with(number, mode);
    more = result.calls.failed > 0;
    const auto now = world().snapshot(false);
    if (more) {
        // It is told, or what failed together was then done one by one.
        EXPECT_TRUE(!result.ended.status.ok() || result.ended.failed > 0 || now == reference)
            << difference(now, reference);
    }
    for (const auto& id : conversations(reference)) {
        auto told = told_of(now, id);
        // A timer that failed was put off by a minute; nothing else may differ.
        auto was = told_of(before, id), shall = told_of(reference, id);
        for (auto* lines : {&told, &was, &shall}) {
            std::erase_if(*lines, [](const auto& line) { return contains(line, "timers"); });
        }
        EXPECT_TRUE(told == was || told == shall)
            << "conversation " << id << " is half done:"
            << difference(Lines(told.begin(), told.end()), Lines(shall.begin(), shall.end()));
    }
    // What was put off comes again.
    const auto later = world().clock.now() + 60'001;
    for (int i = 0; i < 3; ++i) {
        world().set_clock(later + i);
        EXPECT_TRUE(call_().status.ok());
    }
    const auto end = states(world().snapshot(false));
    EXPECT_EQ(end, states(reference)) << difference(end, states(reference));
}

TEST_P(FaultTest, LeavesNothingHalfDone) {
    const auto clean = run_with(0, "");
    ASSERT_TRUE(clean.ended.status.ok()) << to_string(clean.ended.status);
    const auto reference = world().snapshot(false);
    world().reset();
    call_ = GetParam().prepare(world());
    const auto before = world().snapshot(false);
    for (const auto* mode : {"once", "from"}) {
        bool more = true;
        int number = 1;
        for (; more && number < kMostCalls; ++number) {
            SCOPED_TRACE("call " + std::to_string(number) + ", " + mode);
            if (GetParam().several) {
                several_conversations(number, mode, before, reference, more);
            } else {
                one_conversation(number, mode, reference, more);
            }
            if (HasFailure()) return;
        }
        EXPECT_GT(number, 2) << "nothing was made to fail";
        EXPECT_EQ(number - 2, clean.calls.made);
    }
}

std::vector<Scenario> all_scenarios() {
    std::vector<Scenario> all;
    for (const auto& group :
         {ingest_scenarios(), routing_scenarios(), reply_scenarios(), system_scenarios(),
          escalation_scenarios(), contact_scenarios(), desk_scenarios(), moderation_scenarios()}) {
        all.insert(all.end(), group.begin(), group.end());
    }
    return all;
}

std::string name_of(const ::testing::TestParamInfo<Scenario>& info) {
    std::string name;
    for (char c : info.param.name) name.push_back(std::isalnum(static_cast<unsigned char>(c)) ? c : '_');
    return name;
}

INSTANTIATE_TEST_SUITE_P(Store, FaultTest, ::testing::ValuesIn(all_scenarios()), name_of);

// A function that nobody breaks here would go unproven.
TEST(Faults, EveryFunctionHasAScenario) {
    std::set<std::string> tested;
    for (const auto& scenario : all_scenarios())
        tested.insert(scenario.name.substr(0, scenario.name.find('/')));
    tested.insert("bury");
    // They write nothing: Redis itself sees to that.
    tested.insert("view");
    tested.insert("waiting");
    const auto& text = store::library_text();
    std::size_t found = 0;
    for (std::size_t at = text.find("'g1_"); at != std::string::npos; at = text.find("'g1_", at + 1)) {
        const auto name = text.substr(at + 4, text.find('\'', at + 4) - at - 4);
        EXPECT_TRUE(tested.count(name)) << name;
        ++found;
    }
    EXPECT_GT(found, 20U);
}

}  // namespace
}  // namespace guichet::test
