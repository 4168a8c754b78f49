#include <gtest/gtest.h>

#include "common/http/client.hpp"
#include "services/demo/show/town.hpp"
#include "tests/support/wait.hpp"

namespace guichet::demo {
namespace {

using namespace std::chrono_literals;
namespace json = boost::json;

class VisitorsPages : public ::testing::Test {
  protected:
    VisitorsPages() {
        http::ClientOptions options;
        options.allowed_networks = *http::CidrSet::parse({"127.0.0.0/8"});
        client_ = *http::Client::create(io_, clock_, std::move(options));
    }

    http::ClientResult call(http::Method method, const std::string& path, const std::string& body = {},
                            const std::string& origin = {}) {
        http::ClientRequest request;
        request.method = method;
        request.url = town_.facts().url + path;
        request.body = body;
        if (!origin.empty()) request.headers.add("Origin", origin);
        return test::run(io_, client_->request(std::move(request), 10s));
    }
    json::object state() { return json::parse(call(http::Method::get, "/demo/state").body).as_object(); }

    boost::asio::io_context io_;
    SystemClock clock_;
    Hall hall_;
    Town town_{"Maison Dupont", &hall_};
    std::unique_ptr<http::Client> client_;
};

TEST_F(VisitorsPages, LoadNothingFromElsewhereAndRunNoInlineScript) {
    for (const auto* path : {"/", "/phone", "/demo/demo.css", "/demo/demo.js"}) {
        const auto answer = call(http::Method::get, path);
        ASSERT_EQ(answer.status, 200) << path;
        const std::string policy(answer.headers.get("content-security-policy"));
        EXPECT_NE(policy.find("default-src 'none'"), std::string::npos) << path;
        EXPECT_EQ(policy.find("unsafe"), std::string::npos) << path;
        EXPECT_EQ(answer.body.find("://"), std::string::npos) << path << " names another place";
        EXPECT_EQ(answer.body.find("innerHTML"), std::string::npos) << path;
    }
}

TEST_F(VisitorsPages, WhatIsSaidStandsOnThePage) {
    EXPECT_EQ(call(http::Method::post, "/demo/say", R"({"text":"<b>It broke</b>"})").status, 200);
    const auto comments = state()["comments"].as_array();
    ASSERT_EQ(comments.size(), 1U);
    EXPECT_EQ(comments[0].as_object().at("text"), "<b>It broke</b>");
    EXPECT_EQ(comments[0].as_object().at("author"), kVisitor);
    const auto parent = std::string(comments[0].as_object().at("id").as_string());
    EXPECT_EQ(call(http::Method::post, "/demo/say", R"({"text":"Still","parent":")" + parent + "\"}").status,
              200);
    EXPECT_EQ(state()["comments"].as_array()[1].as_object().at("parent"), json::value(parent));
}

TEST_F(VisitorsPages, AMessageIsOnThePhoneOnly) {
    EXPECT_EQ(call(http::Method::post, "/demo/message", R"({"text":"In private"})").status, 200);
    auto shown = state();
    EXPECT_TRUE(shown["comments"].as_array().empty());
    ASSERT_EQ(shown["messages"].as_array().size(), 1U);
    EXPECT_EQ(shown["messages"].as_array()[0].as_object().at("brand"), false);
}

TEST_F(VisitorsPages, WrongInputIsRefusedWithWords) {
    const std::string long_one(kMostSaid + 1, 'x');
    const std::vector<std::string> bodies{std::string("{}"),
                                          std::string("[]"),
                                          std::string("no json"),
                                          std::string(R"({"text":""})"),
                                          std::string(R"({"text":7})"),
                                          std::string(R"({"text":"x","parent":"nobody"})"),
                                          "{\"text\":\"" + long_one + "\"}"};
    for (const auto& body : bodies) {
        const auto answer = call(http::Method::post, "/demo/say", body);
        EXPECT_EQ(answer.status, 400) << body.substr(0, 40);
        EXPECT_NE(answer.body.find("message"), std::string::npos);
    }
    EXPECT_TRUE(state()["comments"].as_array().empty());
}

TEST_F(VisitorsPages, AnotherSiteMayNotPost) {
    const auto url = town_.facts().url;
    EXPECT_EQ(call(http::Method::post, "/demo/say", R"({"text":"x"})", "http://elsewhere.example").status,
              403);
    EXPECT_EQ(call(http::Method::post, "/demo/say", R"({"text":"x"})", url).status, 200);
}

TEST_F(VisitorsPages, TheStormIsWishedForOnce) {
    EXPECT_EQ(call(http::Method::post, "/demo/break").status, 200);
    EXPECT_EQ(state()["breaking"], true);
    EXPECT_EQ(call(http::Method::post, "/demo/break").status, 400);
    EXPECT_TRUE(hall_.begin_storm());
}

TEST_F(VisitorsPages, TheWayToTheCounterIsALinkThatWasJustMade) {
    hall_.link_made("http://127.0.0.1:1/sign-in#gl_x");
    const auto answer = call(http::Method::get, "/console");
    EXPECT_EQ(answer.status, 303);
    EXPECT_EQ(answer.headers.get("location"), "http://127.0.0.1:1/sign-in#gl_x");
}

TEST_F(VisitorsPages, WithoutAServerTheWayIsClosedWithWords) {
    EXPECT_EQ(call(http::Method::get, "/console").status, 503);
}

TEST_F(VisitorsPages, ManyOthersDoNotHideTheVisitor) {
    town_.comment(kVisitor, "Mine");
    std::string last;
    for (std::size_t i = 0; i < kShownOthers + 5; ++i)
        last = town_.comment("Customer " + std::to_string(i), "Hm");
    town_.comment("Somebody", "To the newest", last);
    auto shown = state();
    EXPECT_EQ(shown["comments"].as_array().size(), 1 + kShownOthers + 1);
    EXPECT_EQ(shown["comments"].as_array()[0].as_object().at("text"), "Mine");
    EXPECT_EQ(shown["more"], 5);
}

}  // namespace
}  // namespace guichet::demo
