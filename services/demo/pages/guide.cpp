#include "services/demo/pages/guide.hpp"

namespace guichet::demo {
namespace {

Step complain(const CaseFacts& known) {
    if (!known.queued) {
        return {"Complain", "You are Anna. Write something angry below the post, in French if you like."};
    }
    return {"Complain",
            "On top of the queue after " + std::to_string(known.queued_after_ms) + " ms: " +
                known.understood + (known.because.empty() ? "" : ", because of " + known.because) + ".",
            StepState::done};
}

Step take(const CaseFacts& known) {
    if (!known.taken) {
        return {"Take it", "You are Claire too: open the counter and take the conversation. Answer it."};
    }
    return {"Take it",
            known.bot_refused.empty()
                ? "It is yours. A bot tries to take it as well ..."
                : "It is yours. A bot tried as well and was refused: " + known.bot_refused + ".",
            known.bot_refused.empty() ? StepState::later : StepState::done};
}

Step go_private(const CaseFacts& known) {
    const std::string title = "Go private";
    if (known.accepted) {
        return {title, "Anna answered on her phone: one case, one history, both sides.", StepState::done};
    }
    if (known.offered) return {title, "The private message is on Anna's phone: answer there."};
    if (known.proposed) {
        return {title, "Going private is proposed, with the reasons: do it in the counter."};
    }
    return {title, "Complain twice more in public, and watch the counter propose the private way."};
}

Step take_back(const CaseFacts& known) {
    if (known.undone) return {"Take it back", "Nobody has read it.", StepState::done};
    return {"Take it back", "Send something harsh as Claire, and undo it before it leaves."};
}

Step break_it(const StormFacts& storm) {
    const std::string title = "Break it";
    const auto counts =
        std::to_string(storm.told) + " written, " + std::to_string(storm.published) + " answered";
    if (storm.over && storm.held) {
        return {title,
                "Accepted " + std::to_string(storm.told) + " = kept " + std::to_string(storm.kept) +
                    ". Published twice: " + std::to_string(storm.twice) + ".",
                StepState::done};
    }
    if (storm.over) return {title, "It did not hold: " + storm.what};
    if (storm.running) return {title, counts + (storm.what.empty() ? "" : " · " + storm.what)};
    return {title,
            "Redis and the server are killed in the middle of 200 messages a second. The counter tells what "
            "became of them."};
}

Step close(const CaseFacts& known) {
    if (known.closed) return {"Close in public", "Everybody reads that it is settled.", StepState::done};
    return {"Close in public", "In the counter: the closing word below Anna's comment."};
}

}  // namespace

const char* to_string(StepState state) {
    switch (state) {
        case StepState::later:
            return "later";
        case StepState::now:
            return "now";
        case StepState::done:
            return "done";
    }
    return "later";
}

std::vector<Step> steps_of(const CaseFacts& known, const StormFacts& storm) {
    std::vector<Step> steps{complain(known),  take(known),     go_private(known),
                            take_back(known), break_it(storm), close(known)};
    for (auto& step : steps) {
        if (step.state == StepState::done) continue;
        step.state = StepState::now;
        break;
    }
    return steps;
}

}  // namespace guichet::demo
