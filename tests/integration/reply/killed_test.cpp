// Never twice, whenever the process that delivers dies.
#include <limits>
#include <set>

#include <gtest/gtest.h>

#include "tests/integration/reply/process.hpp"

namespace guichet::test {
namespace {

using stand_in::Fault;
using States = std::set<std::string>;

constexpr std::size_t kImmortal = std::numeric_limits<std::size_t>::max();
// The sanitizers ask whether memory is handled rightly, for which every seventh death is enough; what is
// promised is shown by the builds without them.
#if defined(__SANITIZE_ADDRESS__)
constexpr std::size_t kStride = 7;
#else
constexpr std::size_t kStride = 1;
#endif
// Handlers of one process and rounds of one answer: more means that it does not end.
constexpr std::size_t kMostSteps = 5'000;
constexpr int kMostRounds = 60;
// Looks after which nothing will be known.
constexpr int kMostLooks = 6;

enum class Kind { comment, private_reply, mail };

struct Case {
    std::string name;
    Kind kind = Kind::comment;
    std::string channel = "page";
    std::vector<Fault> faults;
    // In which the first process must have died at least once: the delivery's state, how often it was
    // published, looks that showed it absent. Of a move, the private message's.
    States deaths;
    // The platform cannot be read, or nothing is sent again: what was under way is a human's to settle.
    bool may_stay_open = false;
};

std::ostream& operator<<(std::ostream& out, const Case& one) {
    return out << one.name;
}

class Killed : public ::testing::TestWithParam<Case> {
  protected:
    // One for all: starting Redis takes longer than a death.
    static Outside& outside() {
        static Outside instance;
        return instance;
    }

    static std::string word(v1::DeliveryState state) {
        const auto name = v1::DeliveryState_Name(state);
        std::string lower = name.substr(std::string("DELIVERY_STATE_").size());
        for (auto& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        return lower;
    }
    static bool is_settled(v1::DeliveryState state) {
        return state == v1::DELIVERY_STATE_SENT || state == v1::DELIVERY_STATE_FAILED ||
               state == v1::DELIVERY_STATE_CANCELLED;
    }
    DeliveryId queue() {
        switch (GetParam().kind) {
            case Kind::mail:
                return outside().answer_mail(GetParam().channel, kText);
            case Kind::private_reply:
                return outside().move_to_private(kText);
            case Kind::comment:
                break;
        }
        return outside().answer_comment(GetParam().channel, kText);
    }
    std::string where(const DeliveryId& id) {
        const auto state = outside().delivery(id)->state();
        auto text = word(state) + " " + std::to_string(outside().published(kText));
        if (const int looks = outside().looks_absent(id)) text += " after look " + std::to_string(looks);
        return text;
    }
    // All that can come of it by itself has come. `quiet`: rounds in which nothing did.
    bool is_over(const DeliveryId& id, int quiet) {
        const auto state = outside().delivery(id)->state();
        if (state == v1::DELIVERY_STATE_UNCONFIRMED)
            return quiet > 2 * kMostLooks || outside().looks_absent(id) > kMostLooks;
        if (!is_settled(state)) return false;
        if (GetParam().kind != Kind::private_reply || state != v1::DELIVERY_STATE_SENT) return true;
        const auto behind = outside().delivery(Outside::public_word_of(id));
        return behind && (is_settled(behind->state()) ||
                          (behind->state() == v1::DELIVERY_STATE_UNCONFIRMED && quiet > 2 * kMostLooks));
    }
    // A first process lives for `steps` handlers; the next takes over `late`, after all time-outs, or at
    // once. Where the first died; nothing: it came to the end.
    std::optional<std::string> deliver(const DeliveryId& id, std::size_t steps, bool late) {
        std::optional<std::string> died;
        auto process = std::make_unique<Process>(outside(), 1);
        std::string before;
        int quiet = 0;
        for (int round = 0; !is_over(id, quiet); ++round) {
            auto now = where(id);
            if (outside().delivery(Outside::public_word_of(id))) now += where(Outside::public_word_of(id));
            quiet = now == before ? quiet + 1 : 0;
            before = std::move(now);
            if (round > kMostRounds) throw std::runtime_error("it does not end: " + where(id));
            auto entries = outside().work();
            if (entries.empty() && !outside().pass_time()) throw std::runtime_error("stuck: " + where(id));
            for (auto& entry : entries) {
                if (process->handle(std::move(entry), steps)) {
                    EXPECT_FALSE(outside().published(kText) > 0 && outside().looks_absent(id) > 0)
                        << "a look took for absent what is there: " << where(id);
                    continue;
                }
                process.reset();
                died = where(id);
                if (late) outside().pass_time_outs();
                if (late) outside().pass_time();
                process = std::make_unique<Process>(outside(), 2);
                steps = kImmortal;
                break;
            }
        }
        return died;
    }
    void expect_once(const DeliveryId& id, const std::string& text) {
        const auto delivery = outside().delivery(id);
        ASSERT_TRUE(delivery);
        const int count = outside().published(text);
        if (delivery->state() == v1::DELIVERY_STATE_UNCONFIRMED) {
            EXPECT_TRUE(GetParam().may_stay_open) << delivery->error();
            EXPECT_LE(count, 1);
        } else {
            EXPECT_EQ(delivery->state(), v1::DELIVERY_STATE_SENT) << delivery->error();
            EXPECT_EQ(count, 1);
        }
    }

    const std::string kText = "We are sorry";
};

TEST_P(Killed, AtEveryStepItIsPublishedOnceOrAHumanIsAsked) {
    States seen;
    for (const bool late : {false, true}) {
        bool died = true;
        for (std::size_t steps = 0; died; steps += kStride) {
            ASSERT_LT(steps, kMostSteps);
            outside().reset();
            for (const auto& fault : GetParam().faults) {
                outside().page->faults().script(fault);
                outside().mail->faults().script(fault);
            }
            const auto id = queue();
            const auto death = deliver(id, steps, late);
            died = death.has_value();
            if (died) seen.insert(*death);
            expect_once(id, kText);
            const auto behind = Outside::public_word_of(id);
            const bool moved = GetParam().kind == Kind::private_reply &&
                               outside().delivery(id)->state() == v1::DELIVERY_STATE_SENT;
            if (moved) expect_once(behind, "Public " + kText);
            ASSERT_FALSE(HasFailure()) << "killed after " << steps << " handlers (" << death.value_or("not")
                                       << "), taken over " << (late ? "late" : "at once");
            if (!died) RecordProperty(late ? "steps_late" : "steps_at_once", static_cast<int>(steps));
        }
    }
    for (const auto& state : GetParam().deaths)
        EXPECT_TRUE(kStride > 1 || seen.contains(state)) << "never died " << state;
    std::string all;
    for (const auto& state : seen) all += (all.empty() ? "" : "; ") + state;
    RecordProperty("deaths", all);
}

std::vector<Case> cases() {
    const States plain{"queued 0", "sending 0", "sending 1", "sent 1"};
    const States committed{"queued 0", "sending 0", "sending 1", "unconfirmed 1", "sent 1"};
    const States lost{"queued 0",  "sending 0", "unconfirmed 0", "unconfirmed 0 after look 1",
                      "sending 1", "sent 1"};
    const States refused{"queued 0", "sending 0", "retry 0", "sending 1", "sent 1"};
    std::vector<Case> all;
    const auto add = [&](const std::string& name, Kind kind, const std::string& channel) {
        all.push_back({name + "_taken", kind, channel, {}, plain});
        all.push_back({name + "_cut_after", kind, channel, {Fault::cut_after()}, committed});
        all.push_back({name + "_cut_before", kind, channel, {Fault::cut_before()}, lost});
        all.push_back({name + "_throttled", kind, channel, {Fault::throttled()}, refused});
    };
    add("comment", Kind::comment, "page");
    add("mail", Kind::mail, "mailbox");
    add("private_reply", Kind::private_reply, "page");
    all.push_back(
        {"mail_unread", Kind::mail, "blind", {}, {"queued 0", "sending 0", "sending 1", "sent 1"}, true});
    all.push_back({"comment_never_again",
                   Kind::comment,
                   "careful",
                   {Fault::cut_before()},
                   {"sending 0", "unconfirmed 0", "unconfirmed 0 after look 1"},
                   true});
    return all;
}

INSTANTIATE_TEST_SUITE_P(Ways, Killed, ::testing::ValuesIn(cases()),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace guichet::test
