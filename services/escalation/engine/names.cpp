#include <array>

#include "services/escalation/engine/state.hpp"

namespace guichet::escalation {
namespace {

constexpr auto kStates = std::to_array<const char*>(
    {"none", "proposed", "offered", "accepted", "declined", "expired", "resolved", "closed_in_public"});
constexpr auto kInputs =
    std::to_array<const char*>({"propose", "offer", "sent", "route_refused", "ambiguous", "customer_answered",
                                "proven", "decline", "expire", "resolve", "close_in_public"});
constexpr auto kActions =
    std::to_array<const char*>({"reserve_route", "spend_route", "free_route", "send_private_text",
                                "send_public_invitation", "create_call_back", "cancel_offer", "set_timer",
                                "clear_timer", "propose_next_route", "join_conversations", "mark_unproven",
                                "ask_proof", "ask_closing_word", "send_closing_word", "tell_agent"});
static_assert(kStates.size() == static_cast<std::size_t>(State::closed_in_public) + 1);
static_assert(kInputs.size() == std::variant_size_v<Input>);
static_assert(kActions.size() == static_cast<std::size_t>(Do::tell_agent) + 1);

}  // namespace

const char* to_string(State state) {
    return kStates.at(static_cast<std::size_t>(state));
}

const char* name_of(const Input& input) {
    return kInputs.at(input.index());
}

const char* to_string(Do action) {
    return kActions.at(static_cast<std::size_t>(action));
}

}  // namespace guichet::escalation
