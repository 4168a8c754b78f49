#include "services/escalation/engine/chain.hpp"

#include <map>

#include <gtest/gtest.h>

#include "tests/unit/escalation/samples.hpp"

namespace guichet::escalation {
namespace {

const ContactFacts kReachable{"a@b.example", true, "+32475000000", true};

std::vector<Route> all() {
    auto reply = route("reply", RouteKind::private_reply);
    reply.single_use = true;
    reply.expires_at = kNow + 60 * kMinute;
    return {route("link", RouteKind::private_link), route("call", RouteKind::call_back),
            route("mail", RouteKind::mail), route("dm", RouteKind::direct_message), reply};
}

std::vector<std::string> ids(const Chain& chain) {
    std::vector<std::string> out;
    for (const Route& r : chain.usable) out.push_back(r.id);
    return out;
}

std::map<std::string, std::string> refusals(const Chain& chain) {
    std::map<std::string, std::string> out;
    for (const auto& unusable : chain.unusable) out[unusable.route.id] = unusable.why;
    return out;
}

using Ids = std::vector<std::string>;

TEST(Chain, GoesByKindAndEndsInTheLink) {
    const auto chain = chain_of(all(), kReachable, {}, {}, kNow);
    EXPECT_EQ(ids(chain), (Ids{"reply", "dm", "mail", "call", "link"}));
    EXPECT_TRUE(chain.unusable.empty());
    EXPECT_EQ(ids(chain_of({}, {}, {}, {}, kNow)), Ids{"private_link"});
}

TEST(Chain, TakesTheAgentsOrderFirst) {
    EXPECT_EQ(ids(chain_of(all(), kReachable, {"mail", "nonsense", "call"}, {}, kNow)),
              (Ids{"mail", "call", "reply", "dm", "link"}));
    EXPECT_EQ(ids(chain_of(all(), kReachable, {"link"}, {}, kNow)),
              (Ids{"link", "reply", "dm", "mail", "call", "private_link"}));
}

TEST(Chain, TellsWhyARouteCannotBeUsed) {
    auto routes = all();
    for (Route& r : routes) {
        if (r.id == "dm") r.closed = "the 24 h window is closed";
        if (r.id == "link") r.expires_at = kNow;
        if (r.id == "reply") r.use = Use::reserved;
    }
    auto spent = route("spent", RouteKind::private_reply);
    spent.single_use = true;
    spent.use = Use::spent;
    auto late = route("late", RouteKind::direct_message);
    late.expires_at = kNow + 5 * kMinute;
    routes.push_back(spent);
    routes.push_back(late);
    const auto chain = chain_of(routes, {}, {"spent"}, {}, kNow);
    EXPECT_EQ(ids(chain), Ids{"private_link"});
    const std::map<std::string, std::string> expected = {
        {"dm", "the 24 h window is closed"},
        {"link", "its time is over"},
        {"late", "its time is nearly over"},
        {"reply", "another reply has it: wait until that one is sent or has failed"},
        {"spent", "it can be used once, and was"},
        {"mail", "no mail address is known"},
        {"call", "no telephone number is known"}};
    EXPECT_EQ(refusals(chain), expected);
}

TEST(Chain, WritesToProvenAddressesAndCallsWhoAgreed) {
    const auto chain = chain_of(all(), {"a@b.example", false, "+32475000000", false}, {}, {}, kNow);
    const std::map<std::string, std::string> expected = {
        {"mail", "the mail address is not proven to be this person's"},
        {"call", "the person has not agreed to be called"}};
    EXPECT_EQ(refusals(chain), expected);
}

TEST(Chain, HasNoRouteTwice) {
    EXPECT_EQ(ids(chain_of({route("dm", RouteKind::direct_message), route("dm", RouteKind::direct_message)},
                           {}, {}, {}, kNow)),
              (Ids{"dm", "private_link"}));
}

TEST(Chain, SeveralUseRoutesAreNotSpent) {
    auto dm = route("dm", RouteKind::direct_message);
    dm.use = Use::spent;
    EXPECT_EQ(ids(chain_of({dm}, {}, {}, {}, kNow)), (Ids{"dm", "private_link"}));
}

TEST(NextRoute, IsTheFirstThatWasNotTriedAndIsOpenStill) {
    const auto chain = chain_of(all(), kReachable, {}, {}, kNow);
    const auto next = [&](const Ids& tried, TimeMs now = kNow) {
        const auto found = next_route(chain, tried, {}, now);
        return found ? found->id : "";
    };
    EXPECT_EQ(next({}), "reply");
    EXPECT_EQ(next({}, kNow + 55 * kMinute - 1), "reply");
    EXPECT_EQ(next({}, kNow + 55 * kMinute), "dm");
    EXPECT_EQ(next({"reply", "mail"}), "dm");
    EXPECT_EQ(next({"reply", "dm", "mail", "call"}), "link");
    EXPECT_EQ(next({"reply", "dm", "mail", "call", "link"}), "");
}

TEST(WhyNext, SaysHowTheLastWayEndedAndWhichIsOpen) {
    EXPECT_EQ(why_next({"box:mail", false, ""}, route("private_link", RouteKind::private_link)),
              "box:mail was not answered. Open is private_link");
    EXPECT_EQ(why_next({"box:mail", false, "no such mailbox"}, route("dm", RouteKind::direct_message)),
              "box:mail led nowhere: no such mailbox. Open is dm");
    EXPECT_EQ(why_next({"dm", true, ""}, route("call_back", RouteKind::call_back)),
              "dm was declined. Open is call_back: a number is known, ask whether a call is welcome");
}

TEST(OfferExpires, AsItsKindAllows) {
    const ChainSettings settings;
    for (const auto kind : {RouteKind::private_reply, RouteKind::direct_message, RouteKind::mail,
                            RouteKind::call_back, RouteKind::private_link}) {
        auto r = route("r", kind);
        EXPECT_EQ(offer_expires(r, kNow, settings), kNow + settings.patience(kind)) << to_string(kind);
        r.expires_at = kNow + 10;
        const bool ends = kind == RouteKind::call_back || kind == RouteKind::private_link;
        EXPECT_EQ(offer_expires(r, kNow, settings), ends ? kNow + 10 : kNow + settings.patience(kind));
        r.expires_at = kNow - 10;
        EXPECT_GE(offer_expires(r, kNow, settings), kNow);
    }
}

}  // namespace
}  // namespace guichet::escalation
