#include "services/demo/show/visit.hpp"

#include "services/demo/show/reading.hpp"

namespace guichet::demo {
namespace {

using namespace std::chrono_literals;

constexpr auto kLook = 100ms;

bool is_by_a_person(const v1::Conversation& conversation) {
    return !conversation.owner().empty() && conversation.owner() != kBot;
}

template <class Messages>
bool has_cancelled(const Messages& messages) {
    for (const auto& message : messages) {
        if (message.kind() == v1::MESSAGE_KIND_OUTBOUND &&
            message.delivery_state() == v1::DELIVERY_STATE_CANCELLED) {
            return true;
        }
    }
    return false;
}

}  // namespace

Onlooker::Onlooker(Stage& stage, Hall& hall)
    : stage_(stage),
      hall_(hall),
      claire_(stage.another_claire()),
      bot_(stage.another_bot()),
      admin_(stage.administrator()) {}

void Onlooker::find_case() {
    const auto written = stage_.town().last_comment_at(kVisitor);
    if (written == 0) return;
    for (const auto& one : claire_->conversations(kChannel)) {
        if (one.contact_name() != kVisitor || one.visibility() != v1::VISIBILITY_PUBLIC ||
            one.state() == v1::CONVERSATION_STATE_NEW) {
            continue;
        }
        case_ = one.id();
        known_.queued = true;
        known_.queued_after_ms = queued_after_ms(one, written);
        known_.understood = triage_words(one.triage());
        known_.because = reason_words(one.triage().reasons());
    }
}

void Onlooker::let_the_bot_try() {
    const auto claimed = bot_->claim(case_);
    if (claimed) throw Broken("a bot took what a person owns");
    if (!claimed.error().retryable) known_.bot_refused = claimed.error().message;
}

void Onlooker::look_at_case() {
    const auto view = claire_->look(case_);
    known_.taken |= is_by_a_person(view.conversation());
    known_.undone |= has_cancelled(view.messages()) || has_cancelled(view.counterpart_messages());
    if (is_by_a_person(view.conversation()) && known_.bot_refused.empty()) let_the_bot_try();
    const auto listed = claire_->routes(case_);
    const auto state = listed.escalation().state();
    known_.closed |= state == v1::ESCALATION_STATE_CLOSED_IN_PUBLIC;
    known_.accepted |=
        known_.closed || state == v1::ESCALATION_STATE_ACCEPTED || state == v1::ESCALATION_STATE_RESOLVED;
    known_.offered |= known_.accepted || state == v1::ESCALATION_STATE_OFFERED;
    known_.proposed |= known_.offered || state == v1::ESCALATION_STATE_PROPOSED;
}

void Onlooker::make_link() {
    v1::CreateSignInLinkRequest request;
    request.set_request_id(Desk::request_id());
    request.set_agent("claire");
    hall_.link_made(
        admin_->must<v1::CreateSignInLinkResponse>("AdminService/CreateSignInLink", request).url());
}

void Onlooker::look() {
    if (case_.empty()) find_case();
    if (!case_.empty()) look_at_case();
    hall_.learned(known_);
    if (hall_.link_wished()) make_link();
}

Visit::Visit(Stage& stage, Hall& hall, Interrupt& interrupt, StormPlan storm)
    : stage_(stage), hall_(hall), interrupt_(interrupt), plan_(storm) {}

void Visit::look_on() {
    Onlooker onlooker(stage_, hall_);
    while (!interrupt_.happened()) {
        try {
            onlooker.look();
        } catch (const Broken&) {
            // The server is being killed, or starts again: what was known stays.
        }
        interrupt_.wait(kLook);
    }
}

void Visit::brew() {
    StormFacts facts;
    facts.running = true;
    try {
        Storm storm(stage_, interrupt_, plan_, [&](int told, int published, const std::string& what) {
            facts.told = told;
            facts.published = published;
            if (!what.empty()) facts.what = what;
            hall_.storm(facts);
        });
        const auto report = storm.run();
        facts.told = report.told;
        facts.kept = report.kept;
        facts.published = report.published;
        facts.twice = report.twice;
        facts.held = report.holds();
        if (!facts.held) facts.what = "something was lost, or published twice";
    } catch (const std::exception& error) {
        facts.what = error.what();
    }
    facts.running = false;
    facts.over = true;
    hall_.storm(facts);
}

void Visit::run() {
    std::thread looking([this] { look_on(); });
    while (!interrupt_.happened()) {
        // On the main thread, which may start processes.
        if (hall_.begin_storm()) brew();
        interrupt_.wait(kLook);
    }
    looking.join();
}

}  // namespace guichet::demo
