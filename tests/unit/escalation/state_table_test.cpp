// Every state x input: allowed with this result, or refused with this reason.
#include <map>
#include <set>

#include <gtest/gtest.h>

#include "services/escalation/engine/state.hpp"
#include "tests/unit/escalation/samples.hpp"

namespace guichet::escalation {
namespace {

constexpr TimeMs kLater = kNow + 1000;

Route reply_route(Use use = Use::free) {
    Route out;
    out.id = "reply";
    out.kind = RouteKind::private_reply;
    out.single_use = true;
    out.use = use;
    return out;
}

Route mail_route() {
    Route out;
    out.id = "mail";
    out.kind = RouteKind::mail;
    return out;
}

Case in_state(State state, Delivery delivery = Delivery::none) {
    Case out;
    out.state = state;
    out.delivery = delivery;
    if (delivery != Delivery::none) {
        const bool held = delivery == Delivery::sending || delivery == Delivery::unconfirmed;
        out.route = reply_route(held ? Use::reserved : (delivery == Delivery::sent ? Use::spent : Use::free));
        out.tried = {"reply"};
    }
    if (state == State::proposed || state == State::offered || state == State::resolved) out.timer = kNow;
    if (state == State::accepted || state == State::resolved || state == State::closed_in_public) {
        out.joined = {"p1"};
        out.identity = Identity::account_proven;
    }
    return out;
}

const std::map<std::string, Case> kCases = {
    {"none", in_state(State::none)},
    {"proposed", in_state(State::proposed)},
    {"offered, sending", in_state(State::offered, Delivery::sending)},
    {"offered, unconfirmed", in_state(State::offered, Delivery::unconfirmed)},
    {"offered, sent", in_state(State::offered, Delivery::sent)},
    {"offered, refused", in_state(State::offered, Delivery::refused)},
    {"accepted", in_state(State::accepted, Delivery::sent)},
    {"accepted, unconfirmed", in_state(State::accepted, Delivery::unconfirmed)},
    {"declined proposal", in_state(State::declined)},
    {"declined, sending", in_state(State::declined, Delivery::sending)},
    {"declined, sent", in_state(State::declined, Delivery::sent)},
    {"expired proposal", in_state(State::expired)},
    {"expired, sent", in_state(State::expired, Delivery::sent)},
    {"resolved", in_state(State::resolved, Delivery::sent)},
    {"closed", in_state(State::closed_in_public, Delivery::sent)}};

const std::map<std::string, Input> kInputs = {
    {"propose", input::Propose{kLater}},
    {"offer", input::Offer{mail_route(), kLater}},
    {"sent", input::Sent{"reply"}},
    {"refused", input::RouteRefused{"reply", true, "blocked"}},
    {"refused for now", input::RouteRefused{"reply", false, "later"}},
    {"ambiguous", input::Ambiguous{"reply"}},
    {"answered, proven", input::CustomerAnswered{"reply", true, "p2", Identity::account_proven, kLater}},
    {"answered, claimed", input::CustomerAnswered{"reply", true, "p2", Identity::claimed, kLater}},
    {"answered in public", input::CustomerAnswered{"", false, "", Identity::claimed, kLater}},
    {"proven", input::Proven{"p2", Identity::brand_verified}},
    {"decline", input::Decline{"no need"}},
    {"expire", input::Expire{}},
    {"resolve", input::Resolve{kLater}},
    {"close", input::CloseInPublic{}}};

std::string outcome(const Case& present, const Input& input) {
    const auto stepped = step(present, input, kNow);
    if (!stepped) return "!" + stepped.error().reason;
    std::string out = to_string(stepped->next.state);
    for (const Action& action : stepped->actions) out += std::string(" ") + to_string(action.what);
    return out;
}

struct Row {
    const char* state;
    const char* expected;  // "input -> outcome" for each input, one on a line
};

const Row kTable[] = {
    {"none", R"(
        propose -> proposed tell_agent set_timer
        offer -> offered send_private_text set_timer
        sent -> !no_case
        refused -> !no_case
        refused for now -> !no_case
        ambiguous -> !no_case
        answered, proven -> !no_case
        answered, claimed -> !no_case
        answered in public -> !no_case
        proven -> !no_case
        decline -> !no_case
        expire -> !no_case
        resolve -> !no_case
        close -> !no_case)"},
    {"proposed", R"(
        propose -> proposed
        offer -> offered send_private_text set_timer
        sent -> !nothing_offered
        refused -> !nothing_offered
        refused for now -> !nothing_offered
        ambiguous -> !nothing_offered
        answered, proven -> !nothing_offered
        answered, claimed -> !nothing_offered
        answered in public -> !nothing_offered
        proven -> !nothing_offered
        decline -> declined clear_timer
        expire -> expired tell_agent
        resolve -> !not_private_yet
        close -> !not_resolved)"},
    {"offered, sending", R"(
        propose -> !already_open
        offer -> !on_its_way
        sent -> offered spend_route send_public_invitation
        refused -> offered free_route propose_next_route
        refused for now -> offered
        ambiguous -> offered tell_agent
        answered, proven -> accepted spend_route join_conversations clear_timer
        answered, claimed -> offered spend_route mark_unproven ask_proof set_timer
        answered in public -> offered tell_agent
        proven -> accepted join_conversations clear_timer
        decline -> declined cancel_offer clear_timer
        expire -> offered tell_agent set_timer
        resolve -> !not_private_yet
        close -> !not_resolved)"},
    {"offered, unconfirmed", R"(
        propose -> !already_open
        offer -> !on_its_way
        sent -> offered spend_route send_public_invitation
        refused -> offered free_route propose_next_route
        refused for now -> offered
        ambiguous -> offered
        answered, proven -> accepted spend_route join_conversations clear_timer
        answered, claimed -> offered spend_route mark_unproven ask_proof set_timer
        answered in public -> offered tell_agent
        proven -> accepted join_conversations clear_timer
        decline -> declined clear_timer
        expire -> offered tell_agent set_timer
        resolve -> !not_private_yet
        close -> !not_resolved)"},
    {"offered, sent", R"(
        propose -> !already_open
        offer -> offered send_private_text set_timer
        sent -> offered
        refused -> offered propose_next_route
        refused for now -> offered
        ambiguous -> offered
        answered, proven -> accepted join_conversations clear_timer
        answered, claimed -> offered mark_unproven ask_proof set_timer
        answered in public -> offered tell_agent
        proven -> accepted join_conversations clear_timer
        decline -> declined clear_timer
        expire -> expired propose_next_route
        resolve -> !not_private_yet
        close -> !not_resolved)"},
    {"offered, refused", R"(
        propose -> !already_open
        offer -> offered send_private_text set_timer
        sent -> offered spend_route send_public_invitation
        refused -> offered
        refused for now -> offered
        ambiguous -> offered
        answered, proven -> accepted join_conversations clear_timer
        answered, claimed -> offered mark_unproven ask_proof set_timer
        answered in public -> offered tell_agent
        proven -> accepted join_conversations clear_timer
        decline -> declined clear_timer
        expire -> expired propose_next_route
        resolve -> !not_private_yet
        close -> !not_resolved)"},
    {"accepted", R"(
        propose -> !already_open
        offer -> !already_private
        sent -> accepted
        refused -> accepted
        refused for now -> accepted
        ambiguous -> accepted
        answered, proven -> accepted join_conversations
        answered, claimed -> accepted mark_unproven ask_proof
        answered in public -> accepted
        proven -> accepted join_conversations
        decline -> !already_private
        expire -> accepted
        resolve -> resolved ask_closing_word set_timer
        close -> !not_resolved)"},
    {"accepted, unconfirmed", R"(
        propose -> !already_open
        offer -> !already_private
        sent -> accepted spend_route
        refused -> accepted free_route
        refused for now -> accepted
        ambiguous -> accepted
        answered, proven -> accepted spend_route join_conversations
        answered, claimed -> accepted spend_route mark_unproven ask_proof
        answered in public -> accepted
        proven -> accepted join_conversations
        decline -> !already_private
        expire -> accepted
        resolve -> resolved ask_closing_word set_timer
        close -> !not_resolved)"},
    {"declined proposal", R"(
        propose -> !ended
        offer -> !ended
        sent -> !nothing_offered
        refused -> !nothing_offered
        refused for now -> !nothing_offered
        ambiguous -> !nothing_offered
        answered, proven -> !nothing_offered
        answered, claimed -> !nothing_offered
        answered in public -> !nothing_offered
        proven -> !nothing_offered
        decline -> declined
        expire -> declined
        resolve -> !not_private_yet
        close -> !not_resolved)"},
    {"declined, sending", R"(
        propose -> !ended
        offer -> !ended
        sent -> declined spend_route
        refused -> declined free_route
        refused for now -> declined
        ambiguous -> declined
        answered, proven -> accepted spend_route join_conversations
        answered, claimed -> declined spend_route mark_unproven ask_proof
        answered in public -> declined
        proven -> accepted join_conversations
        decline -> declined
        expire -> declined
        resolve -> !not_private_yet
        close -> !not_resolved)"},
    {"declined, sent", R"(
        propose -> !ended
        offer -> !ended
        sent -> declined
        refused -> declined
        refused for now -> declined
        ambiguous -> declined
        answered, proven -> accepted join_conversations
        answered, claimed -> declined mark_unproven ask_proof
        answered in public -> declined
        proven -> accepted join_conversations
        decline -> declined
        expire -> declined
        resolve -> !not_private_yet
        close -> !not_resolved)"},
    {"expired proposal", R"(
        propose -> !ended
        offer -> offered send_private_text set_timer
        sent -> !nothing_offered
        refused -> !nothing_offered
        refused for now -> !nothing_offered
        ambiguous -> !nothing_offered
        answered, proven -> !nothing_offered
        answered, claimed -> !nothing_offered
        answered in public -> !nothing_offered
        proven -> !nothing_offered
        decline -> declined
        expire -> expired
        resolve -> !not_private_yet
        close -> !not_resolved)"},
    {"expired, sent", R"(
        propose -> !ended
        offer -> offered send_private_text set_timer
        sent -> expired
        refused -> expired
        refused for now -> expired
        ambiguous -> expired
        answered, proven -> accepted join_conversations
        answered, claimed -> expired mark_unproven ask_proof
        answered in public -> expired
        proven -> accepted join_conversations
        decline -> declined
        expire -> expired
        resolve -> !not_private_yet
        close -> !not_resolved)"},
    {"resolved", R"(
        propose -> !ended
        offer -> !ended
        sent -> resolved
        refused -> resolved
        refused for now -> resolved
        ambiguous -> resolved
        answered, proven -> accepted join_conversations tell_agent clear_timer
        answered, claimed -> resolved mark_unproven ask_proof
        answered in public -> resolved
        proven -> accepted join_conversations tell_agent clear_timer
        decline -> !ended
        expire -> resolved ask_closing_word
        resolve -> resolved
        close -> closed_in_public send_closing_word clear_timer)"},
    {"closed", R"(
        propose -> !ended
        offer -> !ended
        sent -> closed_in_public
        refused -> closed_in_public
        refused for now -> closed_in_public
        ambiguous -> closed_in_public
        answered, proven -> accepted join_conversations tell_agent
        answered, claimed -> closed_in_public mark_unproven ask_proof
        answered in public -> closed_in_public
        proven -> accepted join_conversations tell_agent
        decline -> !ended
        expire -> closed_in_public
        resolve -> closed_in_public
        close -> !ended)"},
};

std::map<std::string, std::string> cells(std::string_view rows) {
    std::map<std::string, std::string> out;
    while (!rows.empty()) {
        const auto end = std::min(rows.find('\n'), rows.size());
        const auto line = rows.substr(0, end);
        rows.remove_prefix(std::min(end + 1, rows.size()));
        const auto arrow = line.find(" -> ");
        if (arrow == std::string_view::npos) continue;
        const auto name = line.substr(line.find_first_not_of(' '), arrow - line.find_first_not_of(' '));
        out[std::string(name)] = line.substr(arrow + 4);
    }
    return out;
}

TEST(StateTable, EveryStateAndInput) {
    std::set<State> states;
    std::set<std::size_t> inputs;
    for (const Row& row : kTable) {
        const auto expected = cells(row.expected);
        EXPECT_EQ(expected.size(), kInputs.size()) << row.state;
        const Case& present = kCases.at(row.state);
        states.insert(present.state);
        for (const auto& [name, input] : kInputs) {
            inputs.insert(input.index());
            EXPECT_EQ(outcome(present, input), expected.at(name)) << row.state << " x " << name;
        }
    }
    EXPECT_EQ(std::size(kTable), kCases.size());
    EXPECT_EQ(states.size(), static_cast<std::size_t>(State::closed_in_public) + 1);
    EXPECT_EQ(inputs.size(), std::variant_size_v<Input>);
}

TEST(StateTable, RefusalsSayWhyInWords) {
    for (const auto& [state, present] : kCases) {
        for (const auto& [name, input] : kInputs) {
            const auto stepped = step(present, input, kNow);
            if (stepped) continue;
            EXPECT_EQ(stepped.error().code, Code::failed_precondition);
            EXPECT_GT(stepped.error().message.size(), 20U) << state << " x " << name;
        }
    }
}

// A redelivery of an outcome, an answer or a timer changes nothing more.
TEST(StateTable, TellingTwiceDoesNothingTwice) {
    for (const auto& [state, present] : kCases) {
        for (const auto& [name, input] : kInputs) {
            if (name == "offer" || name == "close" || name.starts_with("answered,") ||
                name == "answered in public")
                continue;
            const auto once = step(present, input, kNow);
            if (!once) continue;
            const auto twice = step(once->next, input, kNow);
            if (!twice) continue;
            EXPECT_EQ(twice->next.state, once->next.state) << state << " x " << name;
            EXPECT_TRUE(twice->actions.empty()) << state << " x " << name;
        }
    }
}

}  // namespace
}  // namespace guichet::escalation
