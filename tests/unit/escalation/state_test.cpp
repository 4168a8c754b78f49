#include "services/escalation/engine/state.hpp"

#include <algorithm>
#include <map>
#include <set>

#include <gtest/gtest.h>

#include "tests/unit/escalation/samples.hpp"

namespace guichet::escalation {
namespace {

class StateTest : public ::testing::Test {
  protected:
    // The actions' names; the case moves on. "!reason" when refused.
    std::vector<std::string> take(const Input& input, TimeMs now = kNow) {
        const auto stepped = step(case_, input, now);
        if (!stepped) return {"!" + stepped.error().reason};
        case_ = stepped->next;
        actions_ = stepped->actions;
        std::vector<std::string> out;
        for (const Action& action : actions_) out.emplace_back(to_string(action.what));
        return out;
    }
    using Names = std::vector<std::string>;
    Case case_;
    std::vector<Action> actions_;
};

TEST_F(StateTest, GoesTheWholeWay) {
    EXPECT_EQ(take(input::Propose{kNow + 10}), (Names{"tell_agent", "set_timer"}));
    EXPECT_EQ(take(input::Offer{route("reply", RouteKind::private_reply, true), kNow + 100}),
              (Names{"reserve_route", "send_private_text", "set_timer"}));
    EXPECT_EQ(actions_.back().at, kNow + 100);
    EXPECT_EQ(case_.route->use, Use::reserved);
    EXPECT_EQ(take(input::Sent{"reply"}), (Names{"spend_route", "send_public_invitation"}));
    EXPECT_EQ(take(input::CustomerAnswered{"reply", true, "p1", Identity::account_proven, 0}),
              (Names{"join_conversations", "clear_timer"}));
    EXPECT_EQ(actions_.front().conversation, "p1");
    EXPECT_EQ(case_.identity, Identity::account_proven);
    EXPECT_EQ(take(input::Resolve{kNow + 5}), (Names{"ask_closing_word", "set_timer"}));
    EXPECT_EQ(take(input::CloseInPublic{}), (Names{"send_closing_word", "clear_timer"}));
    EXPECT_EQ(take(input::CloseInPublic{}), Names{"!ended"});
    EXPECT_EQ(case_.state, State::closed_in_public);
}

TEST_F(StateTest, GoesToTheNextRoute) {
    take(input::Offer{route("reply", RouteKind::private_reply, true), kNow + 100});
    EXPECT_EQ(take(input::RouteRefused{"reply", true, "blocked"}),
              (Names{"free_route", "propose_next_route"}));
    EXPECT_EQ(actions_.back().words, "blocked");
    EXPECT_EQ(take(input::Offer{route("mail", RouteKind::mail), kNow + 100}),
              (Names{"send_private_text", "set_timer"}));
    take(input::Sent{"mail"});
    EXPECT_EQ(take(input::Expire{}, kNow + 100), Names{"propose_next_route"});
    EXPECT_EQ(case_.state, State::expired);
    EXPECT_EQ(take(input::Offer{route("call", RouteKind::call_back), kNow + 300}, kNow + 101),
              (Names{"create_call_back", "set_timer"}));
    EXPECT_EQ(take(input::Sent{"call"}), Names{});
    EXPECT_EQ(take(input::Offer{route("link", RouteKind::private_link), kNow + 300}),
              (Names{"send_public_invitation", "set_timer"}));
    EXPECT_EQ(take(input::Sent{"link"}), Names{});
    EXPECT_EQ(case_.tried, (Names{"reply", "mail", "call", "link"}));
    // Late, by an earlier route.
    EXPECT_EQ(take(input::CustomerAnswered{"mail", true, "p1", Identity::account_proven, 0}),
              (Names{"join_conversations", "clear_timer"}));
    EXPECT_EQ(take(input::Sent{"reply"}), Names{"!other_route"});
}

TEST_F(StateTest, AnAmbiguousOutcomeKeepsTheRouteUntilItIsKnown) {
    take(input::Offer{route("reply", RouteKind::private_reply, true), kNow + 100});
    EXPECT_EQ(take(input::Ambiguous{"reply"}), Names{"tell_agent"});
    EXPECT_EQ(take(input::Offer{route("mail", RouteKind::mail), kNow + 100}), Names{"!on_its_way"});
    EXPECT_EQ(take(input::Expire{}, kNow + 100), (Names{"tell_agent", "set_timer"}));
    EXPECT_EQ(*case_.timer, kNow + 100 + kUnsettledWait);
    EXPECT_EQ(case_.route->use, Use::reserved);
    EXPECT_EQ(take(input::RouteRefused{"reply", true, "absent"}),
              (Names{"free_route", "propose_next_route"}));
    EXPECT_EQ(case_.route->use, Use::free);
}

TEST_F(StateTest, AStrangerOnThePublicLinkIsNotJoined) {
    take(input::Offer{route("link", RouteKind::private_link), kNow + 100});
    take(input::Sent{"link"});
    EXPECT_EQ(take(input::CustomerAnswered{"link", true, "stranger", Identity::claimed, kNow + 500}),
              (Names{"mark_unproven", "ask_proof", "set_timer"}));
    EXPECT_EQ(case_.state, State::offered);
    EXPECT_TRUE(case_.joined.empty());
    EXPECT_EQ(*case_.timer, kNow + 500);
    // An unproven person cannot shorten the wait.
    EXPECT_EQ(take(input::CustomerAnswered{"link", true, "stranger", Identity::claimed, kNow + 200}),
              (Names{"mark_unproven", "ask_proof"}));
    // The author proves himself in a session of his own.
    EXPECT_EQ(take(input::Proven{"author", Identity::account_proven}),
              (Names{"join_conversations", "clear_timer"}));
    EXPECT_EQ(case_.joined, Names{"author"});
    // The stranger stays what he is, though the case's person is proven.
    EXPECT_EQ(take(input::CustomerAnswered{"link", true, "stranger", Identity::claimed, 0}),
              (Names{"mark_unproven", "ask_proof"}));
    EXPECT_EQ(case_.joined, Names{"author"});
    EXPECT_EQ(take(input::CustomerAnswered{"link", true, "author", Identity::claimed, 0}), Names{});
    EXPECT_EQ(case_.identity, Identity::account_proven);
    EXPECT_EQ(take(input::Proven{"author", Identity::brand_verified}), Names{});
    EXPECT_EQ(case_.identity, Identity::brand_verified);
}

TEST_F(StateTest, TakesNoOfferItCannotKeep) {
    auto taken = route("reply", RouteKind::private_reply, true);
    taken.use = Use::reserved;
    EXPECT_EQ(take(input::Offer{taken, 0}), Names{"!route_not_free"});
    taken.use = Use::spent;
    EXPECT_EQ(take(input::Offer{taken, 0}), Names{"!route_not_free"});
    auto closed = route("dm", RouteKind::direct_message);
    closed.closed = "the window is closed";
    EXPECT_EQ(take(input::Offer{closed, 0}), Names{"!route_not_free"});
    EXPECT_EQ(take(input::Offer{route("", RouteKind::mail), 0}), Names{"!invalid"});
    EXPECT_EQ(case_.state, State::none);
}

TEST_F(StateTest, TakesNoProofWithoutNameOrWorth) {
    take(input::Offer{route("link", RouteKind::private_link), kNow + 100});
    EXPECT_FALSE(step(case_, input::Proven{"", Identity::account_proven}, kNow));
    EXPECT_FALSE(step(case_, input::Proven{"p", Identity::claimed}, kNow));
    EXPECT_EQ(take(input::CustomerAnswered{"dm", true, "p", Identity::account_proven, 0}),
              Names{"!other_route"});
}

TEST_F(StateTest, HasLimits) {
    for (std::size_t i = 0; i < kMostTried; ++i) {
        const auto id = std::to_string(i);
        take(input::Offer{route(id, RouteKind::mail), kNow});
        take(input::Sent{id});
    }
    EXPECT_EQ(take(input::Offer{route("x", RouteKind::mail), kNow}), Names{"!too_many"});
    EXPECT_EQ(take(input::Offer{route("0", RouteKind::mail), kNow}),
              (Names{"send_private_text", "set_timer"}));
    for (std::size_t i = 0; i < kMostJoined; ++i)
        take(input::Proven{std::to_string(i), Identity::account_proven});
    EXPECT_EQ(take(input::Proven{"x", Identity::account_proven}), Names{"!too_many"});
}

TEST_F(StateTest, BearsClocksThatStep) {
    take(input::Propose{kNow - 1000});
    EXPECT_EQ(*case_.timer, kNow);
    EXPECT_EQ(take(input::Expire{}, kNow - 1), Names{"!too_early"});
    EXPECT_EQ(take(input::Expire{}, kNow), Names{"tell_agent"});
    EXPECT_EQ(take(input::Expire{}, kNow), Names{});
}

TEST_F(StateTest, ComesBackAfterTheEnd) {
    take(input::Offer{route("dm", RouteKind::direct_message), kNow + 100});
    take(input::CustomerAnswered{"dm", true, "p1", Identity::account_proven, 0});
    take(input::Resolve{kNow + 5});
    EXPECT_EQ(take(input::CustomerAnswered{"dm", true, "p1", Identity::account_proven, 0}),
              (Names{"tell_agent", "clear_timer"}));
    EXPECT_EQ(case_.state, State::accepted);
    EXPECT_EQ(take(input::Resolve{kNow + 5}), (Names{"ask_closing_word", "set_timer"}));
}

// Whatever comes in whatever order, a single-use route is reserved when free, sent once and spent once;
// nobody unproven is joined; one closing word for each time it was resolved.
TEST(StateWalk, KeepsItsPromises) {
    SeededRandom random(11);
    for (int walk = 0; walk < 2000; ++walk) {
        Case present;
        Route reply = route("reply", RouteKind::private_reply, true);
        std::map<std::string, int> done;
        std::set<std::string> proven;
        TimeMs now = kNow;
        for (int i = 0; i < 40; ++i) {
            now += static_cast<TimeMs>(random.below(2'000'000)) - 200'000;
            const std::string id = random.below(2) == 0 ? "reply" : "link";
            const std::string who = std::to_string(random.below(3));
            const bool knows = random.below(4) == 0;
            const auto identity = knows ? Identity::account_proven : Identity::claimed;
            const Input inputs[] = {
                input::Propose{now + 1000},
                input::Offer{id == "reply" ? reply : route("link", RouteKind::private_link), now + 1000},
                input::Sent{id},
                input::RouteRefused{id, random.below(2) == 0, "x"},
                input::Ambiguous{id},
                input::CustomerAnswered{id, true, who, identity, now + 1000},
                input::Proven{who, Identity::account_proven},
                input::Decline{"x"},
                input::Expire{},
                input::Resolve{now + 1000},
                input::CloseInPublic{}};
            const Input& input = inputs[random.below(std::size(inputs))];
            const auto stepped = step(present, input, now);
            if (!stepped) continue;
            if ((input.index() == 5 && knows) || input.index() == 6) proven.insert(who);
            present = stepped->next;
            for (const Action& action : stepped->actions) {
                ++done[to_string(action.what)];
                if (action.what == Do::reserve_route) {
                    ASSERT_EQ(reply.use, Use::free);
                    reply.use = Use::reserved;
                }
                if (action.what == Do::free_route) {
                    ASSERT_EQ(reply.use, Use::reserved);
                    reply.use = Use::free;
                }
                if (action.what == Do::spend_route) {
                    ASSERT_NE(reply.use, Use::spent);
                    reply.use = Use::spent;
                }
            }
            for (const auto& joined : present.joined) ASSERT_TRUE(proven.contains(joined));
        }
        EXPECT_LE(done["spend_route"], 1);
        EXPECT_LE(done["send_closing_word"], done["ask_closing_word"]);
    }
}

}  // namespace
}  // namespace guichet::escalation
