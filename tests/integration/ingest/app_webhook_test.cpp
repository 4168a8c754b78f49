// One webhook address for all accounts of an app, in whatever workspace.
#include "common/channels/facebook/facebook_connector.hpp"
#include "common/channels/facebook/signature.hpp"
#include "services/ingest/webhooks.hpp"
#include "tests/integration/ingest/ingest_world.hpp"

namespace guichet::test {
namespace {

constexpr char kApp[] = "4001";
constexpr char kAppKey[] = "the app's secret 0123456789";
constexpr char kOtherKey[] = "another secret 0123456789ab";

class AppWebhook : public IngestWorld {
  protected:
    AppWebhook() {
        connectors_.add(facebook_);
        expect(store_.create_workspace(kOther));
        put_channel(kMain, page("fb-one", "100"));
        put_channel(kOther, page("fb-two", "200"));
    }

    static v1::Channel page(const std::string& id, const std::string& account,
                            const std::string& secret = kAppKey) {
        v1::Channel channel;
        channel.set_id(id);
        channel.set_kind(v1::CHANNEL_KIND_FACEBOOK);
        channel.set_team("care");
        auto& settings = *channel.mutable_settings();
        settings["app"] = kApp;
        settings["page_id"] = account;
        // Nobody is asked for news here.
        settings["graph_url"] = "https://127.0.0.1:1";
        auto& secrets = *channel.mutable_secrets();
        secrets["app_secret"] = secret;
        secrets["verify_token"] = "verify-" + account;
        secrets["page_token"] = "token-" + account;
        return channel;
    }

    static std::string entry(const std::string& account, const std::string& comment) {
        return R"({"id":")" + account + R"(","time":1763800001,"changes":[{"field":"feed","value":)" +
               R"({"item":"comment","verb":"add","comment_id":")" + comment + R"(","post_id":")" + account +
               R"(_7","parent_id":")" + account +
               R"(_7","from":{"id":"555","name":"Anna"},"created_time":1763800000,"message":"It broke"}}]})";
    }
    static std::string body_of(const std::vector<std::string>& entries) {
        std::string all;
        for (const auto& one : entries) all += (all.empty() ? "" : ",") + one;
        return R"({"object":"page","entry":[)" + all + "]}";
    }
    Answer deliver(const std::string& body, const std::string& secret = kAppKey,
                   const std::string& app = kApp) {
        http::Headers headers;
        headers.add(channels::facebook::kSignatureHeader, channels::facebook::sign_body(secret, body));
        return request(http::Method::post, "/webhooks/facebook/" + app, body, std::move(headers));
    }
    Answer shake(const std::string& token) {
        return get("/webhooks/facebook/4001?hub.mode=subscribe&hub.challenge=42&hub.verify_token=" + token);
    }
    std::string reason_in(const WorkspaceId& workspace) {
        return expect(reads_.dead_letters(workspace, "", 10)).at(0).reason();
    }
    // Conversations, by their ids.
    static std::vector<std::string> all_between(std::string text, const std::string& from,
                                                const std::string& to) {
        std::vector<std::string> found;
        for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at)) {
            at += from.size();
            found.push_back(text.substr(at, text.find(to, at) - at));
        }
        return found;
    }

    const WorkspaceId kOther{"other"};
    channels::FacebookConnector facebook_{*client_, client_.get(), clock_};
};

TEST_F(AppWebhook, TellsEveryWorkspaceWhatIsItsOwn) {
    const auto body = body_of({entry("100", "7_1"), entry("200", "8_1"), entry("100", "7_2")});
    const auto answer = deliver(body);
    ASSERT_EQ(answer.status, 200) << answer.body;
    const auto ids = all_between(answer.body, "\"conversation\":\"", "\"");
    ASSERT_EQ(ids.size(), 3u) << answer.body;
    EXPECT_EQ(conversation(ids[0]).channel(), "fb-one");
    EXPECT_EQ(conversation(ids[1]).channel(), "fb-one");
    EXPECT_EQ(expect(reads_.conversation(kOther, ConversationId(ids[2]), "*")).channel(), "fb-two");
    EXPECT_FALSE(run(io_, reads_.conversation(kMain, ConversationId(ids[2]), "*")))
        << "the other brand's customers are none of ours";

    EXPECT_NE(raw_of(kMain).find("7_1"), std::string::npos);
    EXPECT_EQ(raw_of(kMain).find("8_1"), std::string::npos) << "nor in what is kept as it came";
    EXPECT_NE(raw_of(kOther).find("8_1"), std::string::npos);
    EXPECT_EQ(raw_of(kOther).find("7_1"), std::string::npos);

    const auto again = deliver(body);
    EXPECT_EQ(all_between(again.body, "\"conversation\":\"", "\""), ids);
    EXPECT_EQ(all_between(again.body, "\"duplicate\":", "}").size(), 3u);
    EXPECT_EQ(again.body.find("\"duplicate\":false"), std::string::npos);
    EXPECT_EQ(dead_letters() + dead_letters(kOther), 0);
}

TEST_F(AppWebhook, APageOfTwoWorkspacesIsToldInBoth) {
    put_channel(kOther, page("fb-too", "100"));
    const auto answer = deliver(body_of({entry("100", "7_1")}));
    EXPECT_EQ(all_between(answer.body, "\"conversation\":\"", "\"").size(), 2u) << answer.body;
}

TEST_F(AppWebhook, KeepsWhatIsOfAnAccountThatNobodyHasConnected) {
    const auto answer = deliver(body_of({entry("300", "9_1"), entry("200", "8_1")}));
    ASSERT_EQ(answer.status, 200) << answer.body;
    EXPECT_EQ(all_between(answer.body, "\"conversation\":\"", "\"").size(), 1u);
    ASSERT_EQ(dead_letters(), 1);
    EXPECT_EQ(dead_letters(kOther), 0);
    EXPECT_NE(reason_in(kMain).find("300"), std::string::npos) << reason_in(kMain);
    const auto id = expect(reads_.dead_letters(kMain, "", 10)).at(0).id();
    const auto letter = expect(reads_.dead_letter(kMain, id));
    EXPECT_EQ(letter.source(), "webhook:fb-one");
    EXPECT_NE(letter.body().find("9_1"), std::string::npos);
    EXPECT_EQ(letter.body().find("8_1"), std::string::npos) << "the other brand's words are not in it";

    // Once it is connected, a replay brings it in, and where it belongs.
    put_channel(kOther, page("fb-three", "300"));
    expect(store_.replay({kMain, "admin", {}, "*"}, id));
    EXPECT_TRUE(wait_until(io_, [&] { return dead_letters() == 0; }));
    const auto late = deliver(body_of({entry("300", "9_1")}));
    EXPECT_NE(late.body.find("\"duplicate\":true"), std::string::npos) << late.body;
    EXPECT_EQ(expect(reads_.conversation(
                         kOther, ConversationId(between(late.body, "\"conversation\":\"", "\"")), "*"))
                  .channel(),
              "fb-three");
}

TEST_F(AppWebhook, KeepsOnlyTheNewestOfWhatNobodyHasConnected) {
    for (const auto* comment : {"9_1", "9_2", "9_3", "9_4", "9_5"})
        ASSERT_EQ(deliver(body_of({entry("300", comment)})).status, 200) << "or it is delivered for ever";
    ASSERT_EQ(dead_letters(), 3);
    for (const auto& one : expect(reads_.dead_letters(kMain, "", 10))) {
        const auto body = expect(reads_.dead_letter(kMain, one.id())).body();
        EXPECT_EQ(body.find("9_1"), std::string::npos);
        EXPECT_EQ(body.find("9_2"), std::string::npos);
    }
    EXPECT_EQ(metric("guichet_dead_letters_dropped_total"), 2);
}

TEST_F(AppWebhook, FindsWhatWasConnectedElsewhereAMomentAgo) {
    ASSERT_EQ(deliver(body_of({entry("100", "7_1")})).status, 200);
    // As another process does it: nobody tells this one's catalog.
    expect(store_.put_document({kOther, "test", {}, "*"}, access::kChannel, "fb-four", -1,
                               page("fb-four", "400").SerializeAsString()));
    int next = 0;
    EXPECT_TRUE(wait_until([&] {
        const auto answer = deliver(body_of({entry("400", "5_" + std::to_string(next++))}));
        return answer.body.find("\"conversation\"") != std::string::npos;
    }));
}

TEST_F(AppWebhook, RefusesAWrongSignature) {
    const auto body = body_of({entry("100", "7_1")});
    EXPECT_EQ(deliver(body, kOtherKey).status, 401);
    EXPECT_EQ(request(http::Method::post, "/webhooks/facebook/4001", body).status, 401);
    EXPECT_EQ(deliver(body, kAppKey, "4002").status, 404) << "nobody has this app";
    EXPECT_EQ(deliver(body, kAppKey, "fb-one").status, 404) << "a channel is no app here";
    EXPECT_EQ(dead_letters() + dead_letters(kOther), 0);
    const auto good = deliver(body);
    EXPECT_NE(good.body.find("\"duplicate\":false"), std::string::npos) << "it was never there";
}

// The name of an app is no secret: whoever writes it into his settings must not speak for its other accounts.
TEST_F(AppWebhook, AForeignSecretSpeaksForItsOwnChannelsOnly) {
    put_channel(kOther, page("fb-forger", "666", kOtherKey));
    const auto answer = deliver(body_of({entry("100", "7_1"), entry("666", "6_1")}), kOtherKey);
    ASSERT_EQ(answer.status, 200) << answer.body;
    const auto ids = all_between(answer.body, "\"conversation\":\"", "\"");
    ASSERT_EQ(ids.size(), 1u);
    EXPECT_EQ(expect(reads_.conversation(kOther, ConversationId(ids[0]), "*")).channel(), "fb-forger");
    EXPECT_EQ(dead_letters(), 0);
    EXPECT_EQ(dead_letters(kOther), 1) << "what he made up is his own dead letter";
}

TEST_F(AppWebhook, TheHandshakeIsAnsweredByTheChannelWhoseTokenFits) {
    EXPECT_EQ(shake("verify-200").status, 200);
    EXPECT_EQ(shake("verify-100").body, "42");
    EXPECT_EQ(shake("verify-300").status, 403);
    EXPECT_EQ(get("/webhooks/facebook/4001").status, 405);
    EXPECT_EQ(get("/webhooks/facebook/4002?hub.mode=subscribe").status, 404);
}

TEST_F(AppWebhook, StoresAThousandOfTwoPages) {
    std::vector<std::string> entries;
    entries.reserve(1'000);
    for (int i = 0; i < 1'000; ++i)
        entries.push_back(entry(i % 2 ? "100" : "200", "7_" + std::to_string(1'000 + i)));
    const auto body = body_of(entries);
    const auto answer = deliver(body);
    ASSERT_EQ(answer.status, 200) << answer.body.substr(0, 500);
    EXPECT_EQ(all_between(answer.body, "\"duplicate\":", "f").size(), 1'000u);
    EXPECT_EQ(metric("guichet_ingest_messages_total{outcome=\"opened\"}"), 1'000);
    const auto again = deliver(body);
    EXPECT_EQ(again.status, 200);
    EXPECT_EQ(metric("guichet_ingest_messages_total{outcome=\"duplicate\"}"), 1'000);
}

TEST_F(AppWebhook, AnUnreadableBodyIsKept) {
    const auto answer = deliver("not json");
    EXPECT_EQ(answer.status, 200);
    EXPECT_NE(answer.body.find("\"deadLetter\":true"), std::string::npos);
    EXPECT_EQ(dead_letters(), 1);
    EXPECT_EQ(deliver(std::string(options_.webhook.max_body + 1, 'x')).status, 413);
    EXPECT_EQ(deliver(body_of({})).body, "{\"results\":[]}");
}

TEST_F(AppWebhook, WhatThePageSaidItselfDoesNotTakeTheBodyAway) {
    auto own = entry("100", "7_1");
    own.replace(own.find("555"), 3, "100");
    ASSERT_EQ(deliver(body_of({own, entry("100", "7_2")})).status, 200);
    EXPECT_NE(raw_of(kMain).find("7_2"), std::string::npos);
    EXPECT_EQ(conversation_ids().size(), 1u);
}

// Larger than what Redis keeps of it: on disk, and Redis names it.
TEST_F(AppWebhook, ALargeBodyIsKeptOnDisk) {
    std::vector<std::string> entries;
    entries.reserve(500);
    for (int i = 0; i < 500; ++i) entries.push_back(entry("100", "7_" + std::to_string(1'000 + i)));
    const auto body = body_of(entries);
    ASSERT_GT(body.size(), options_.message.raw);
    ASSERT_EQ(deliver(body).status, 200);
    const auto name = raw_of(kMain);
    blob::BlobStore blobs(options_.blobs, pool_);
    EXPECT_EQ(expect(blobs.get(name, body.size())), body) << name;
}

TEST_F(AppWebhook, ABrokenChannelDoesNotCloseTheOthers) {
    expect(store_.put_document({kMain, "test", {}, "*"}, access::kChannel, "broken", -1, "\xff\xff"));
    catalog_.forget();
    EXPECT_EQ(deliver(body_of({entry("100", "7_1"), entry("200", "8_1")})).status, 200);
    EXPECT_EQ(dead_letters(), 0);
}

TEST(WebhookPlatforms, HaveTheNamesOfTheirKinds) {
    EXPECT_EQ(ingest::platform_name(v1::CHANNEL_KIND_CUSTOM), "custom");
    EXPECT_EQ(ingest::platform_name(v1::CHANNEL_KIND_FACEBOOK), "facebook");
    EXPECT_EQ(ingest::platform_name(v1::CHANNEL_KIND_MAIL), "");
    EXPECT_EQ(ingest::platform_name(v1::CHANNEL_KIND_FORM), "");
    EXPECT_EQ(ingest::platform_name(static_cast<v1::ChannelKind>(999)), "");
}

}  // namespace
}  // namespace guichet::test
