#include <boost/json.hpp>
#include <gtest/gtest.h>

#include "common/channels/facebook/outgoing.hpp"
#include "common/channels/facebook/routes.hpp"

namespace guichet::channels::facebook {
namespace {

constexpr TimeMs kRoutesNow = 1'763'800'000'000;
constexpr TimeMs kDay = 24 * kHour;

Settings routes_page(bool human_agent = false) {
    Settings settings;
    settings.page.id = "100";
    settings.human_agent = human_agent;
    return settings;
}

RouteQuestion route_asked(TimeMs commented_ago, TimeMs wrote_ago) {
    RouteQuestion question;
    question.comment = "7_71";
    question.commented_at = kRoutesNow - commented_ago;
    if (wrote_ago >= 0) {
        question.recipient = "555";
        question.wrote_privately_at = kRoutesNow - wrote_ago;
    }
    return question;
}

TEST(FacebookRoutes, AStrangerGetsOnePrivateReply) {
    const auto routes = routes_of(routes_page(), route_asked(kDay, -1), kRoutesNow);
    ASSERT_EQ(routes.size(), 2u);
    EXPECT_EQ(routes[0].way, Way::private_reply);
    EXPECT_TRUE(routes[0].single_use);
    EXPECT_EQ(routes[0].closed, "");
    EXPECT_EQ(routes[0].expires_at, kRoutesNow + 6 * kDay);
    EXPECT_EQ(routes[0].max_length, 2000u);
    EXPECT_EQ(routes[1].way, Way::direct);
    EXPECT_NE(routes[1].closed, "");
}

TEST(FacebookRoutes, APrivateReplyIsOverAfterSevenDays) {
    EXPECT_EQ(routes_of(routes_page(), route_asked(7 * kDay - 1, -1), kRoutesNow)[0].closed, "");
    for (const auto& route : routes_of(routes_page(), route_asked(7 * kDay, -1), kRoutesNow))
        EXPECT_NE(route.closed, "");
    for (const auto& route : routes_of(routes_page(), {}, kRoutesNow)) EXPECT_NE(route.closed, "");
}

TEST(FacebookRoutes, WhoWroteTodayCanBeWrittenTo) {
    const auto routes = routes_of(routes_page(), route_asked(kDay, kHour), kRoutesNow);
    EXPECT_EQ(routes[0].way, Way::direct);
    EXPECT_FALSE(routes[0].single_use);
    EXPECT_EQ(routes[0].expires_at, kRoutesNow + 23 * kHour);
    EXPECT_EQ(routes[1].way, Way::private_reply);
    EXPECT_EQ(routes[1].closed, "");
}

TEST(FacebookRoutes, AHumanHasSevenDays) {
    EXPECT_EQ(routes_of(routes_page(false), route_asked(kDay, kDay), kRoutesNow)[0].way, Way::private_reply);
    const auto routes = routes_of(routes_page(true), route_asked(kDay, kDay), kRoutesNow);
    EXPECT_EQ(routes[0].way, Way::direct);
    EXPECT_EQ(routes[0].expires_at, kRoutesNow + 6 * kDay);
    EXPECT_NE(routes_of(routes_page(true), route_asked(8 * kDay, 7 * kDay), kRoutesNow)[0].closed, "");
}

SendIntent comment_intent() {
    SendIntent intent;
    intent.thread = "7_71|555";
    intent.author = "555";
    intent.reply_to = "7_72";
    intent.text = "Sorry & more";
    intent.is_public = true;
    intent.customer_wrote_at = kRoutesNow - kHour;
    return intent;
}

SendIntent direct_intent() {
    auto intent = comment_intent();
    intent.thread = "dm|777";
    intent.author = "777";
    intent.reply_to = "m_1";
    intent.is_public = false;
    return intent;
}

boost::json::object body_of(const Planned& planned) {
    return boost::json::parse(planned.call.body).as_object();
}

TEST(FacebookOutgoing, AnswersBelowTheComment) {
    const auto planned = plan_send(routes_page(), comment_intent(), kRoutesNow);
    ASSERT_FALSE(planned.refused);
    EXPECT_EQ(planned.call.method, http::Method::post);
    EXPECT_EQ(planned.call.path, "7_72/comments");
    EXPECT_EQ(http::find_field(*http::parse_urlencoded(planned.call.body), "message"), "Sorry & more");
    auto intent = comment_intent();
    intent.reply_to.clear();
    EXPECT_EQ(plan_send(routes_page(), intent, kRoutesNow).call.path, "7_71/comments")
        << "the root of the thread";
    intent.thread.clear();
    EXPECT_EQ(plan_send(routes_page(), intent, kRoutesNow).call.path, "100/feed")
        << "a post of the page's own";
    intent.reply_to = "../100/feed";
    EXPECT_TRUE(plan_send(routes_page(), intent, kRoutesNow).refused);
}

TEST(FacebookOutgoing, AnswersInMessengerWithinTheWindow) {
    const auto planned = plan_send(routes_page(), direct_intent(), kRoutesNow);
    ASSERT_FALSE(planned.refused);
    EXPECT_EQ(planned.call.path, "100/messages");
    EXPECT_EQ(
        body_of(planned),
        boost::json::parse(
            R"({"recipient":{"id":"777"},"messaging_type":"RESPONSE","message":{"text":"Sorry & more"}})"));
}

TEST(FacebookOutgoing, AfterADayOnlyAHumanMayAnswer) {
    auto intent = direct_intent();
    intent.customer_wrote_at = kRoutesNow - kDay;
    const auto refused = plan_send(routes_page(), intent, kRoutesNow);
    ASSERT_TRUE(refused.refused);
    EXPECT_EQ(refused.refused->kind, channels::Outcome::Kind::permanent);
    EXPECT_TRUE(refused.refused->route_closed);
    EXPECT_NE(refused.refused->error.find("24 hours"), std::string::npos);
    const auto tagged = plan_send(routes_page(true), intent, kRoutesNow);
    ASSERT_FALSE(tagged.refused);
    EXPECT_EQ(body_of(tagged).at("messaging_type"), "MESSAGE_TAG");
    EXPECT_EQ(body_of(tagged).at("tag"), "HUMAN_AGENT");
    intent.customer_wrote_at = kRoutesNow - 7 * kDay;
    EXPECT_TRUE(plan_send(routes_page(true), intent, kRoutesNow).refused);
}

TEST(FacebookOutgoing, RepliesPrivatelyToAComment) {
    auto intent = comment_intent();
    intent.way = Way::private_reply;
    intent.customer_wrote_at = 0;
    const auto planned = plan_send(routes_page(), intent, kRoutesNow);
    ASSERT_FALSE(planned.refused);
    EXPECT_EQ(planned.call.path, "100/messages");
    EXPECT_EQ(body_of(planned),
              boost::json::parse(R"({"recipient":{"comment_id":"7_72"},"message":{"text":"Sorry & more"}})"));
    intent.reply_to.clear();
    EXPECT_TRUE(plan_send(routes_page(), intent, kRoutesNow).refused);
}

TEST(FacebookOutgoing, NeverTurnsPrivateWordsPublic) {
    auto intent = comment_intent();
    intent.is_public = false;
    EXPECT_TRUE(plan_send(routes_page(), intent, kRoutesNow).refused)
        << "the comment's author is nobody in Messenger";
    intent.way = Way::direct;
    EXPECT_TRUE(plan_send(routes_page(), intent, kRoutesNow).refused);
    intent.recipient = "777";
    EXPECT_EQ(body_of(plan_send(routes_page(), intent, kRoutesNow)).at("recipient").at("id"), "777");
    auto direct = direct_intent();
    direct.is_public = true;
    EXPECT_EQ(plan_send(routes_page(), direct, kRoutesNow).call.path, "100/messages");
}

TEST(FacebookOutgoing, RefusesWhatDoesNotFit) {
    auto intent = direct_intent();
    intent.text.clear();
    EXPECT_TRUE(plan_send(routes_page(), intent, kRoutesNow).refused);
    for (int i = 0; i < 2000; ++i) intent.text += "é";
    EXPECT_FALSE(plan_send(routes_page(), intent, kRoutesNow).refused);
    intent.text += "é";
    EXPECT_TRUE(plan_send(routes_page(), intent, kRoutesNow).refused);
    intent.text = "x";
    intent.attachments.emplace_back();
    EXPECT_TRUE(plan_send(routes_page(), intent, kRoutesNow).refused);
}

TEST(FacebookOutgoing, OnePictureGoesWithAComment) {
    const auto planned_with = [](const std::string& type, std::int64_t size, const std::string& url,
                                 int count = 1) {
        auto intent = comment_intent();
        v1::Attachment file;
        file.set_media_type(type);
        file.set_size(size);
        file.set_url(url);
        intent.attachments.assign(static_cast<std::size_t>(count), file);
        return plan_send(routes_page(), intent, kRoutesNow);
    };
    const std::string url = "https://shop.example/a b.png";
    const auto taken = planned_with("image/png", 4'000'000, url);
    ASSERT_FALSE(taken.refused) << taken.refused->error;
    EXPECT_EQ(taken.call.path, "7_72/comments");
    EXPECT_EQ(http::find_field(*http::parse_urlencoded(taken.call.body), "attachment_url"), url);
    for (const auto& refused :
         {planned_with("image/png", 4'000'001, url), planned_with("application/pdf", 1, url),
          planned_with("", 1, url), planned_with("image/png", 1, url, 2),
          planned_with("image/png", 1, "http://shop.example/a.png")}) {
        ASSERT_TRUE(refused.refused);
        EXPECT_EQ(refused.refused->kind, channels::Outcome::Kind::permanent);
        EXPECT_FALSE(refused.refused->route_closed) << "the same words can go out without it";
        EXPECT_FALSE(refused.refused->error.empty());
    }
    auto post = comment_intent();
    post.reply_to.clear();
    post.thread.clear();
    post.attachments.emplace_back();
    EXPECT_TRUE(plan_send(routes_page(), post, kRoutesNow).refused);
}

TEST(FacebookOutgoing, HidesAndLikes) {
    EXPECT_EQ(plan_act(Act::hide, "7_71").call.body, "is_hidden=true");
    EXPECT_EQ(plan_act(Act::show, "7_71").call.body, "is_hidden=false");
    EXPECT_EQ(plan_act(Act::hide, "7_71").call.path, "7_71");
    EXPECT_EQ(plan_act(Act::like, "7_71").call.path, "7_71/likes");
    EXPECT_EQ(plan_act(Act::like, "7_71").call.method, http::Method::post);
    EXPECT_EQ(plan_act(Act::unlike, "7_71").call.method, http::Method::del);
    EXPECT_TRUE(plan_act(Act::like, "..").refused);
}

}  // namespace
}  // namespace guichet::channels::facebook
