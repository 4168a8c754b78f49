#include "tests/integration/ingest/ingest_world.hpp"

namespace guichet::test {
namespace {

using Webhook = IngestWorld;

std::string webhook_message(const std::string& id, const std::string& more = "") {
    return R"({"externalId":")" + id +
           R"(","thread":"t1","author":{"externalId":"anna","name":"Anna"},"text":"It broke")" + more + "}";
}

TEST_F(Webhook, StoresOnceHoweverOftenItIsDelivered) {
    const auto first = post_webhook("shop", webhook_message("e1"));
    ASSERT_EQ(first.status, 200) << first.body;
    const auto id = between(first.body, "\"conversation\":\"", "\"");
    EXPECT_NE(first.body.find("\"duplicate\":false"), std::string::npos);
    EXPECT_EQ(conversation(id).contact_name(), "Anna");
    for (int i = 0; i < 10; ++i) {
        const auto again = post_webhook("main.shop", webhook_message("e1"));
        EXPECT_EQ(again.status, 200);
        EXPECT_NE(again.body.find("\"duplicate\":true"), std::string::npos);
        EXPECT_EQ(between(again.body, "\"conversation\":\"", "\""), id);
    }
    EXPECT_EQ(messages(id).size(), 1u);
    EXPECT_EQ(dead_letters(), 0);
}

TEST_F(Webhook, StoresABatchInOrder) {
    std::string batch = R"({"messages":[)";
    for (int i = 0; i < 500; ++i) batch += (i ? "," : "") + webhook_message("b" + std::to_string(i));
    const auto answer = post_webhook("shop", batch + "]}");
    ASSERT_EQ(answer.status, 200) << answer.body.substr(0, 500);
    const auto stored = messages(between(answer.body, "\"conversation\":\"", "\""));
    ASSERT_EQ(stored.size(), 500u);
    for (int i = 0; i < 500; ++i)
        EXPECT_EQ(stored[static_cast<std::size_t>(i)].external_id(), "b" + std::to_string(i));
}

TEST_F(Webhook, AMissingAuthorIsAnonymous) {
    const auto answer = post_webhook("shop", R"({"externalId":"e1","text":"hello"})");
    ASSERT_EQ(answer.status, 200);
    const auto stored = messages(between(answer.body, "\"conversation\":\"", "\""));
    EXPECT_EQ(stored.at(0).author().external_id(), "anonymous:e1");
}

TEST_F(Webhook, RefusesAWrongSignature) {
    EXPECT_EQ(post_webhook("shop", webhook_message("e1"), "another secret").status, 401);
    EXPECT_EQ(request(http::Method::post, "/webhooks/custom/shop", webhook_message("e1")).status, 401);
    EXPECT_EQ(dead_letters(), 0) << "what nobody signed is not kept";
    EXPECT_EQ(post_webhook("nothing", webhook_message("e1")).status, 404);
    EXPECT_EQ(post_webhook("complaint", webhook_message("e1")).status, 404) << "a form is no webhook";
    EXPECT_EQ(get("/webhooks/custom/shop").status, 405);
}

TEST_F(Webhook, RefusesWhatIsTooLarge) {
    const std::string large(options_.webhook.max_body + 1, 'x');
    EXPECT_EQ(post_webhook("shop", large).status, 413);
}

class UnreadableWebhook : public IngestWorld, public ::testing::WithParamInterface<std::string> {};

TEST_P(UnreadableWebhook, IsKeptAsADeadLetter) {
    const auto answer = post_webhook("shop", GetParam());
    EXPECT_EQ(answer.status, 200) << "delivered again it would be as unreadable";
    EXPECT_NE(answer.body.find("\"error\""), std::string::npos) << answer.body;
    ASSERT_EQ(dead_letters(), 1);
    const auto letter = expect(reads_.dead_letters(kMain, "", 10)).at(0);
    EXPECT_EQ(letter.source(), "webhook:shop");
    EXPECT_FALSE(letter.reason().empty());
    EXPECT_EQ(expect(reads_.dead_letter(kMain, letter.id())).body(), GetParam());
}

INSTANTIATE_TEST_SUITE_P(Bad, UnreadableWebhook,
                         ::testing::Values(std::string("{\"externalId\":\"e1\",\"text\":\"\xff\xfe\"}"),
                                           "{\"x\":" + std::string(5'000, '[') + std::string(5'000, ']') +
                                               "}",
                                           std::string("not json"), std::string("{\"text\":\"no id\"}"),
                                           std::string("{\"externalId\":\"e1\",\"text\":\"a\\u0000b\"}"),
                                           std::string("{\"externalId\":\"e1\"}")));

TEST_F(Webhook, KeepsTheGoodPartsOfABatch) {
    const auto body =
        R"({"messages":[)" + webhook_message("g1") + R"(,{"text":"no id"},)" + webhook_message("g2") + "]}";
    const auto answer = post_webhook("shop", body);
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(messages(between(answer.body, "\"conversation\":\"", "\"")).size(), 2u);
    EXPECT_EQ(dead_letters(), 1);
}

TEST_F(Webhook, AReplayedDeadLetterIsTakenIn) {
    // Refused at first: longer than allowed.
    auto body = R"({"externalId":"late","author":{"externalId":"anna"},"text":")" +
                std::string(options_.message.text + 1, 'x') + "\"}";
    post_webhook("shop", body);
    ASSERT_EQ(dead_letters(), 1);
    auto letter = expect(reads_.dead_letters(kMain, "", 10)).at(0);
    store::By admin{kMain, "admin", {}, "*"};
    expect(store_.replay(admin, letter.id()));
    const auto work = [&] {
        return redis_
            .command(redis::Command("EVAL",
                                    "local n = 0; for _, k in ipairs(redis.call('KEYS', '*work:ingest')) do "
                                    "n = n + redis.call('XLEN', k) end return n",
                                    "0"))
            .to_integer();
    };
    EXPECT_TRUE(wait_until(io_, [&] { return work() == 0; })) << "refused again, the work is done";
    EXPECT_EQ(dead_letters(), 1) << "and the letter stays";

    // Now one that can be read since the channel is there.
    store::DeadLetter good;
    good.workspace = kMain;
    good.source = "webhook:shop";
    good.reason = "was unreadable once";
    good.body = webhook_message("replayed");
    expect(store_.bury(good));
    letter = expect(reads_.dead_letters(kMain, "", 10)).at(1);
    expect(store_.replay(admin, letter.id()));
    EXPECT_TRUE(wait_until(io_, [&] { return dead_letters() == 1; }));
    EXPECT_NE(post_webhook("shop", webhook_message("replayed")).body.find("\"duplicate\":true"),
              std::string::npos);
}

class DurableWebhook : public IngestWorld {
  protected:
    DurableWebhook()
        : IngestWorld([] {
              RedisServerOptions options;
              options.appendfsync = "always";
              return options;
          }()) {}
};

TEST_F(DurableWebhook, Answers503WhileRedisIsAwayAndRecovers) {
    ASSERT_EQ(post_webhook("shop", webhook_message("before")).status, 200);
    redis_.kill9();
    const auto away = post_webhook("shop", webhook_message("during"));
    EXPECT_EQ(away.status, 503);
    EXPECT_FALSE(away.headers.get("retry-after").empty());
    EXPECT_EQ(get("/f/complaint").status, 503);
    redis_.start();
    Answer back;
    EXPECT_TRUE(wait_until([&] {
        back = post_webhook("shop", webhook_message("during"));
        return back.status == 200;
    }));
    EXPECT_NE(post_webhook("shop", webhook_message("before")).body.find("\"duplicate\":true"),
              std::string::npos)
        << "what was acknowledged is there";
}

}  // namespace
}  // namespace guichet::test
