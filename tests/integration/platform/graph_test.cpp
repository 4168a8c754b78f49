#include "tests/integration/platform/world.hpp"

namespace guichet::stand_in {
namespace {

using Texts = std::vector<std::string>;

class StandInGraph : public StandIn {};

TEST_F(StandInGraph, PublishesAnAnswerAndTellsOfIt) {
    const auto comment = platform_.comment("Anna", "It broke");
    const auto result = answer(comment.id, "We look into it");
    ASSERT_EQ(result.status, 200) << result.body;
    const auto id = text(json::parse(result.body).at("id"));
    ASSERT_EQ(platform_.published().size(), 1u);
    EXPECT_EQ(platform_.published()[0].id, id);
    EXPECT_EQ(platform_.published()[0].kind, "comment");
    EXPECT_EQ(platform_.published()[0].target, comment.id);
    EXPECT_EQ(platform_.published()[0].request, 1u);
    const auto& value = platform_.told().back().at("changes").at(0).at("value");
    EXPECT_EQ(text(value.at("comment_id")), id);
    EXPECT_EQ(text(value.at("parent_id")), comment.id);
    EXPECT_EQ(text(value.at("from").at("id")), page());
    EXPECT_EQ(texts(get("/" + comment.id + "/comments")), Texts{"We look into it"});
}

TEST_F(StandInGraph, ReadsCommentsByOrderTimeAndPage) {
    const auto post = platform_.page().post("New!");
    const auto root = platform_.comment("Anna", "0", post).id;
    for (int i = 1; i < 6; ++i) {
        clock_.advance(10s);
        platform_.comment("Anna", std::to_string(i), root);
    }
    const auto base = "/" + root + "/comments?";
    EXPECT_EQ(texts(get(base + "order=chronological")), (Texts{"1", "2", "3", "4", "5"}));
    EXPECT_EQ(texts(get(base + "order=reverse_chronological&limit=2")), (Texts{"5", "4"}));
    const auto since = std::to_string(clock_.now() / 1000 - 10);
    EXPECT_EQ(texts(get(base + "order=chronological&since=" + since)), (Texts{"4", "5"}));
    EXPECT_EQ(texts(get("/" + post + "/comments?order=chronological")), Texts{"0"});
    EXPECT_EQ(texts(get("/" + post + "/comments?order=chronological&filter=stream")).size(), 6u);

    auto shown = get(base + "order=chronological&limit=2");
    Texts all = texts(shown);
    while (shown.at("paging").as_object().contains("next")) {
        const auto next = text(shown.at("paging").at("next"));
        shown = get(next.substr(next.find("/v25.0") + 6));
        for (const auto& one : texts(shown)) all.push_back(one);
    }
    EXPECT_EQ(all, (Texts{"1", "2", "3", "4", "5"}));

    // The rest of an edge within an answer is asked for by itself.
    const auto within = get("/" + root + "?fields=comments.limit(4).order(chronological){message}");
    const auto rest = text(within.at("comments").at("paging").at("next"));
    EXPECT_EQ(get(rest.substr(rest.find("/v25.0") + 6)).at("data").at(0).at("message").as_string(), "5");
}

TEST_F(StandInGraph, ShowsTheFieldsThatAreAskedForAndNoOthers) {
    const auto root = platform_.comment("Anna", "It broke").id;
    answer(root, "Sorry");
    EXPECT_EQ(get("/" + root + "?fields=message"), (json::object{{"message", "It broke"}, {"id", root}}));
    const auto feed =
        get("/" + page() + "/feed?fields=message,comments.limit(5){message,from{id},comments{message}}");
    const auto& comment = feed.at("data").at(0).at("comments").at("data").at(0);
    EXPECT_EQ(text(comment.at("message")), "It broke");
    EXPECT_EQ(text(comment.at("comments").at("data").at(0).at("message")), "Sorry");
    EXPECT_FALSE(comment.as_object().contains("created_time"));
    EXPECT_EQ(code(call(http::Method::get, "/" + root + "?fields=mesage")), 100);
    EXPECT_EQ(code(call(http::Method::get, "/" + root + "?fields=from{")), 2500);
    EXPECT_EQ(text(get("/me?fields=id,name").at("name")), "Maison Dupont");
}

TEST_F(StandInGraph, TakesOnePrivateReplyForEachCommentWithinSevenDays) {
    const auto comment = platform_.comment("Anna", "It broke").id;
    const auto recipient = R"({"comment_id":")" + comment + "\"}";
    const auto first = send(recipient, "Write to us here");
    ASSERT_EQ(first.status, 200) << first.body;
    EXPECT_EQ(text(json::parse(first.body).at("recipient_id")), platform_.page().person("Anna").psid);
    EXPECT_EQ(platform_.published().at(0).kind, "private_reply");
    EXPECT_EQ(code(send(recipient, "Again")), 10900);
    const auto late = platform_.comment("Anna", "And still").id;
    clock_.advance(std::chrono::hours(24 * 7 + 1));
    EXPECT_EQ(code(send(R"({"comment_id":")" + late + "\"}", "Too late")), 10903);
    EXPECT_EQ(platform_.published().size(), 1u);
}

TEST_F(StandInGraph, ACommentShowsItsPrivateReplyWhenThatIsShown) {
    const auto comment = platform_.comment("Anna", "It broke").id;
    const auto shown = [&] {
        return get("/" + comment +
                   "?fields=can_reply_privately,private_reply_conversation{participants,messages{message}}");
    };
    EXPECT_TRUE(shown().at("can_reply_privately").as_bool());
    EXPECT_FALSE(shown().contains("private_reply_conversation"));
    platform_.page().set_visibility_lag(std::chrono::seconds(5));
    send(R"({"comment_id":")" + comment + "\"}", "Write to us here");
    EXPECT_TRUE(shown().at("can_reply_privately").as_bool());
    clock_.advance(std::chrono::seconds(5));
    EXPECT_FALSE(shown().at("can_reply_privately").as_bool());
    const auto conversation = shown().at("private_reply_conversation");
    EXPECT_EQ(text(conversation.at("participants").at("data").at(0).at("id")),
              platform_.page().person("Anna").psid);
    EXPECT_EQ(text(conversation.at("messages").at("data").at(0).at("message")), "Write to us here");
}

TEST_F(StandInGraph, AWindowOpensWhenTheCustomerWritesAndOnlyThen) {
    const auto comment = platform_.comment("Anna", "It broke").id;
    const auto psid = platform_.page().person("Anna").psid;
    const auto recipient = R"({"id":")" + psid + "\"}";
    send(R"({"comment_id":")" + comment + "\"}", "Write to us here");
    EXPECT_EQ(code(send(recipient, "Hello?")), 10) << "a private reply opens nothing";
    platform_.message("Anna", "Here I am");
    EXPECT_EQ(send(recipient, "Good").status, 200);
    clock_.advance(std::chrono::hours(25));
    const auto closed = json::parse(send(recipient, "Still there?").body).at("error");
    EXPECT_EQ(closed.at("error_subcode").as_int64(), 2018278);
    EXPECT_EQ(send(recipient, "From a human", "HUMAN_AGENT").status, 200);
    clock_.advance(std::chrono::hours(24 * 7));
    EXPECT_EQ(code(send(recipient, "Too late", "HUMAN_AGENT")), 10);
    platform_.page().person("Anna").blocks_page = true;
    EXPECT_EQ(code(send(recipient, "Hello")), 551);
    EXPECT_EQ(code(send(R"({"id":"12"})", "Nobody")), 100);
}

TEST_F(StandInGraph, ShowsThePrivateThreadNewestFirst) {
    platform_.message("Anna", "Hello");
    const auto psid = platform_.page().person("Anna").psid;
    send(R"({"id":")" + psid + "\"}", "Bonjour");
    platform_.message("Berta", "Me too");
    const auto threads = get("/" + page() + "/conversations?platform=messenger&user_id=" + psid +
                             "&fields=id,messages{message,from,created_time}");
    ASSERT_EQ(threads.at("data").as_array().size(), 1u);
    const auto& thread = threads.at("data").at(0);
    EXPECT_EQ(texts(thread.at("messages").as_object()), (Texts{"Bonjour", "Hello"}));
    EXPECT_EQ(texts(get("/" + text(thread.at("id")) + "/messages?fields=message")),
              (Texts{"Bonjour", "Hello"}));
    EXPECT_EQ(get("/" + page() + "/conversations").at("data").as_array().size(), 2u);
}

TEST_F(StandInGraph, HidesLikesAndDeletes) {
    const auto comment = platform_.comment("Anna", "Bah").id;
    EXPECT_EQ(post("/" + comment, {{"is_hidden", "true"}}).status, 200);
    EXPECT_EQ(text(platform_.told().back().at("changes").at(0).at("value").at("verb")), "hide");
    EXPECT_EQ(call(http::Method::post, "/" + comment + "/likes").status, 200);
    EXPECT_EQ(get("/" + comment + "?fields=is_hidden,user_likes"),
              (json::object{{"is_hidden", true}, {"user_likes", true}, {"id", comment}}));
    EXPECT_EQ(call(http::Method::del, "/" + comment).status, 200);
    EXPECT_EQ(code(answer(comment, "Gone?")), 100);
    EXPECT_EQ(code(post("/" + comment, {{"is_hidden", "true"}})), 100);
}

TEST_F(StandInGraph, AsksForAToken) {
    const auto comment = platform_.comment("Anna", "It broke").id;
    platform_.graph().set_access_token("another");
    const auto refused = answer(comment, "Sorry");
    EXPECT_EQ(refused.status, 400);
    EXPECT_EQ(code(refused), 190);
    token_.clear();
    EXPECT_EQ(code(answer(comment, "Sorry")), 104);
    EXPECT_EQ(post("/" + comment + "/comments?access_token=another", {{"message", "Sorry"}}).status, 200);
    EXPECT_EQ(platform_.published().size(), 1u);
}

TEST_F(StandInGraph, ShowsWhatWasPublishedOnlyAfterAWhile) {
    platform_.page().set_visibility_lag(5s);
    const auto comment = platform_.comment("Anna", "It broke").id;
    answer(comment, "Sorry");
    EXPECT_TRUE(texts(get("/" + comment + "/comments")).empty());
    clock_.advance(5s);
    EXPECT_EQ(texts(get("/" + comment + "/comments")), Texts{"Sorry"});
}

}  // namespace
}  // namespace guichet::stand_in
