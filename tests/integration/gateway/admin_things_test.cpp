// AdminService: tokens, channels, texts, dead letters.
#include <gmock/gmock.h>

#include "common/access/channel_health.hpp"
#include "tests/integration/gateway/fixture.hpp"

namespace guichet::gateway {
namespace {

class AdminThings : public GatewayTest {
  protected:
    Result<v1::CreateTokenResponse> token(const std::string& agent, std::vector<v1::Role> roles = {},
                                          const std::string& request_id = {}) {
        v1::CreateTokenRequest request;
        request.set_request_id(request_id);
        request.set_name("a program");
        request.set_agent(agent);
        for (const auto role : roles) request.add_grants()->set_role(role);
        return call<v1::CreateTokenResponse>(ada_, "CreateToken", request);
    }
    static v1::ConnectChannelRequest channel(std::int64_t version = 0) {
        v1::ConnectChannelRequest request;
        request.mutable_channel()->set_id("shop");
        request.mutable_channel()->set_name("Shop");
        request.mutable_channel()->set_kind(v1::CHANNEL_KIND_CUSTOM);
        request.mutable_channel()->set_team("care");
        request.mutable_channel()->set_version(version);
        (*request.mutable_channel()->mutable_settings())["webhook_url"] = "https://shop.example/hook";
        if (version == 0) (*request.mutable_channel()->mutable_secrets())["key"] = "very-secret-key";
        return request;
    }
    Result<v1::ConnectChannelResponse> connect(const v1::ConnectChannelRequest& request) {
        return call<v1::ConnectChannelResponse>(ada_, "ConnectChannel", request);
    }
    std::string stored_key() {
        catalog_.forget();
        auto found = run(catalog_.channel(kMain, ChannelId("shop")));
        const auto& secrets = (*found)->secrets();
        return secrets.count("key") == 0 ? "" : secrets.at("key");
    }
};

TEST_F(AdminThings, ATokenIsShownOnceAndItsHashStored) {
    auto made = token("bob");
    ASSERT_TRUE(made);
    EXPECT_TRUE(made->secret().starts_with("gt_"));
    EXPECT_EQ(call<v1::WhoAmIResponse>(made->secret(), "WhoAmI", v1::WhoAmIRequest())->agent().id(), "bob");
    const auto all = dump();
    EXPECT_EQ(all.find(made->secret().substr(3)), std::string::npos);
    EXPECT_NE(all.find(access::fingerprint(made->secret())), std::string::npos);
    auto listed = call<v1::ListTokensResponse>(ada_, "ListTokens", v1::ListTokensRequest());
    ASSERT_TRUE(listed);
    EXPECT_EQ(listed->DebugString().find(made->secret().substr(3)), std::string::npos);
    EXPECT_EQ(listed->tokens_size(), 4);
    EXPECT_EQ(call<v1::ListTokensResponse>(sue_, "ListTokens", v1::ListTokensRequest()).error().code,
              Code::permission_denied);
}

TEST_F(AdminThings, ASecretOfAChannelLiesSealedInRedis) {
    ASSERT_TRUE(connect(channel()));
    EXPECT_EQ(stored_key(), "very-secret-key");
    const auto all = dump();
    EXPECT_EQ(all.find("very-secret-key"), std::string::npos);
    EXPECT_NE(all.find("sealed:1:"), std::string::npos);
    // With another key it is an error that says what to do, not a wrong secret.
    const Sealer other("another key");
    access::Catalog stranger(store_, clock_, &other);
    auto found = run(stranger.channel(kMain, ChannelId("shop")));
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().reason, "sealed_with_other_key");
}

TEST_F(AdminThings, ANewChannelsNameEndsWhereItsMessagesBegin) {
    auto request = channel();
    request.mutable_channel()->set_id("shop:eu");
    const auto refused = connect(request);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().field, "channel.id") << "its message 1 would be shop's message eu:1";
    EXPECT_THAT(refused.error().message, testing::HasSubstr("say shop-eu"));
    // One that was connected before this was refused stays, and can be changed; its secret need not be said
    // again.
    const store::By by{kMain, "ada", "", "*"};
    auto bytes = catalog_.encode(kMain, request.channel(), random_);
    auto written = run(store_.put_document(by, access::kChannel, "shop:eu", 0, std::move(bytes)));
    ASSERT_TRUE(written);
    catalog_.forget();
    request = channel(*written);
    request.mutable_channel()->set_id("shop:eu");
    request.mutable_channel()->set_name("Shop of Europe");
    const auto changed = connect(request);
    ASSERT_TRUE(changed) << to_string(changed.error());
    EXPECT_EQ(changed->channel().name(), "Shop of Europe");
}

TEST_F(AdminThings, AChannelMadeElsewhereIsSeenSoonAfterAMiss) {
    access::Catalog elsewhere(store_, clock_, &sealer_);
    EXPECT_FALSE(*run(elsewhere.channel(kMain, ChannelId("shop"))));
    ASSERT_TRUE(connect(channel()));
    EXPECT_FALSE(*run(elsewhere.channel(kMain, ChannelId("shop"))))
        << "guesses do not reach Redis one by one";
    clock_.advance(access::Catalog::kMissed);
    EXPECT_TRUE(*run(elsewhere.channel(kMain, ChannelId("shop"))));
}

TEST_F(AdminThings, ARepeatedCreationMakesNoSecondToken) {
    ASSERT_TRUE(token("bob", {}, "once"));
    EXPECT_EQ(token("bob", {}, "once").error().reason, "shown_once");
    EXPECT_EQ(call<v1::ListTokensResponse>(ada_, "ListTokens", v1::ListTokensRequest())->tokens_size(), 4);
}

TEST_F(AdminThings, ATokenHasNoMoreRightsThanItsAgentAndItsCreator) {
    EXPECT_EQ(token("bob", {v1::ROLE_SUPERVISOR}).error().reason, "grants_exceeded");
    EXPECT_TRUE(token("bob", {v1::ROLE_VIEWER}));
    EXPECT_EQ(token("").error().field, "grants");
    EXPECT_TRUE(token("", {v1::ROLE_CHANNEL}));
    EXPECT_EQ(token("nobody").error().field, "agent");
    v1::CreateTokenRequest by_supervisor;
    by_supervisor.set_name("x");
    by_supervisor.set_agent("bob");
    EXPECT_EQ(call<v1::CreateTokenResponse>(sue_, "CreateToken", by_supervisor).error().code,
              Code::permission_denied);
    put_agent("agency", v1::ROLE_ADMIN, {}, {"form"});
    EXPECT_EQ(call<v1::CreateTokenResponse>(token_of("agency"), "CreateToken", by_supervisor).error().reason,
              "grants_exceeded");
}

TEST_F(AdminThings, ARevokedTokenIsRefusedAtOnce) {
    auto made = token("bob");
    ASSERT_TRUE(call<v1::WhoAmIResponse>(made->secret(), "WhoAmI", v1::WhoAmIRequest()));
    v1::RevokeTokenRequest request;
    request.set_token(made->token().id());
    EXPECT_EQ(call<v1::RevokeTokenResponse>(sue_, "RevokeToken", request).error().code,
              Code::permission_denied);
    EXPECT_TRUE(call<v1::RevokeTokenResponse>(ada_, "RevokeToken", request)->token().revoked());
    EXPECT_EQ(call<v1::WhoAmIResponse>(made->secret(), "WhoAmI", v1::WhoAmIRequest()).error().code,
              Code::unauthenticated);
    request.set_token("unknown");
    EXPECT_EQ(call<v1::RevokeTokenResponse>(ada_, "RevokeToken", request).error().code, Code::not_found);
}

TEST_F(AdminThings, AChannelIsConnectedAndItsSecretsAreKept) {
    auto made = connect(channel());
    ASSERT_TRUE(made);
    EXPECT_EQ(made->channel().secrets().at("key"), "set");
    EXPECT_EQ(stored_key(), "very-secret-key");
    // Left out, or as it was read: as it is.
    EXPECT_TRUE(connect(channel(1)));
    EXPECT_EQ(stored_key(), "very-secret-key");
    auto as_read = channel(2);
    (*as_read.mutable_channel()->mutable_secrets())["key"] = "set";
    EXPECT_TRUE(connect(as_read));
    EXPECT_EQ(stored_key(), "very-secret-key");
    auto changed = channel(3);
    (*changed.mutable_channel()->mutable_secrets())["key"] = "another";
    EXPECT_TRUE(connect(changed));
    EXPECT_EQ(stored_key(), "another");
    auto without = channel(4);
    (*without.mutable_channel()->mutable_secrets())["key"] = "";
    EXPECT_EQ(connect(without).error().field, "channel.secrets.key");
    EXPECT_EQ(connect(channel(1)).error().reason, "stale_version");
}

TEST_F(AdminThings, AChannelMustFitItsConnector) {
    auto incomplete = channel();
    incomplete.mutable_channel()->clear_settings();
    EXPECT_EQ(connect(incomplete).error().field, "channel.settings.webhook_url");
    auto unknown = channel();
    unknown.mutable_channel()->set_kind(v1::CHANNEL_KIND_MAIL);
    EXPECT_EQ(connect(unknown).error().field, "channel.kind");
    auto no_team = channel();
    no_team.mutable_channel()->set_team("nowhere");
    EXPECT_EQ(connect(no_team).error().field, "channel.team");
    EXPECT_EQ(call<v1::ConnectChannelResponse>(sue_, "ConnectChannel", channel()).error().code,
              Code::permission_denied);
    put_agent("agency", v1::ROLE_ADMIN, {}, {"form"});
    EXPECT_EQ(call<v1::ConnectChannelResponse>(token_of("agency"), "ConnectChannel", channel()).error().code,
              Code::permission_denied);
}

TEST_F(AdminThings, ChannelsAreListedWithinTheScope) {
    ASSERT_TRUE(connect(channel()));
    auto all = call<v1::ListChannelsResponse>(ada_, "ListChannels", v1::ListChannelsRequest());
    ASSERT_EQ(all->channels_size(), 1);
    EXPECT_EQ(all->channels(0).secrets().at("key"), "set");
    auto seen = call<v1::ListChannelsResponse>(bob_, "ListChannels", v1::ListChannelsRequest());
    ASSERT_EQ(seen->channels_size(), 1);
    EXPECT_TRUE(seen->channels(0).settings().empty());
    EXPECT_TRUE(seen->channels(0).secrets().empty());
    put_agent("outsider", v1::ROLE_AGENT, {}, {"form"});
    EXPECT_EQ(call<v1::ListChannelsResponse>(token_of("outsider"), "ListChannels", v1::ListChannelsRequest())
                  ->channels_size(),
              0);
}

TEST_F(AdminThings, AChannelsHealthIsShownUntilItWorksOrIsConnectedAnew) {
    ASSERT_TRUE(connect(channel()));
    const auto health = [&] {
        auto all = call<v1::ListChannelsResponse>(bob_, "ListChannels", v1::ListChannelsRequest());
        return all->channels(0).health();
    };
    EXPECT_EQ(health(), "ok");
    using access::ChannelHealth;
    ChannelHealth in(store_, clock_, ChannelHealth::Way::in, "ingest");
    ChannelHealth out(store_, clock_, ChannelHealth::Way::out, "reply");
    const ChannelId shop("shop");
    run(in.broken(kMain, shop, access::trouble_words("no route")));
    EXPECT_NE(health().find("nothing is read since 20"), std::string::npos) << health();
    EXPECT_NE(health().find("no route"), std::string::npos) << health();
    run(out.broken(kMain, shop, access::sign_in_words("expired")));
    EXPECT_NE(health().find("; nothing is sent since 20"), std::string::npos) << health();
    EXPECT_NE(health().find("new token or password (expired)"), std::string::npos) << health();
    run(in.works(kMain, shop));
    EXPECT_EQ(health().find("no route"), std::string::npos) << "one way works, the other does not";
    EXPECT_NE(health(), "ok");
    EXPECT_EQ(connect(channel(1))->channel().health(), "ok");
    EXPECT_EQ(health(), "ok");
    run(in.broken(kMain, shop, access::trouble_words("no route")));
    v1::TestChannelRequest request;
    request.set_channel("shop");
    connector_.answer = unavailable("the shop does not answer");
    call<v1::TestChannelResponse>(ada_, "TestChannel", request);
    EXPECT_NE(health(), "ok") << "a test that failed proves nothing";
    connector_.answer = {};
    call<v1::TestChannelResponse>(ada_, "TestChannel", request);
    EXPECT_EQ(health(), "ok");
}

TEST_F(AdminThings, ATestSaysWhatHappened) {
    ASSERT_TRUE(connect(channel()));
    v1::TestChannelRequest request;
    request.set_channel("shop");
    EXPECT_TRUE(call<v1::TestChannelResponse>(ada_, "TestChannel", request)->ok());
    EXPECT_EQ(connector_.tested.secrets().at("key"), "very-secret-key");
    connector_.answer = unavailable("the shop does not answer");
    auto failed = call<v1::TestChannelResponse>(ada_, "TestChannel", request);
    EXPECT_FALSE(failed->ok());
    EXPECT_EQ(failed->detail(), "the shop does not answer");
    EXPECT_EQ(call<v1::TestChannelResponse>(sue_, "TestChannel", request).error().code,
              Code::permission_denied);
    request.set_channel("none");
    EXPECT_EQ(call<v1::TestChannelResponse>(ada_, "TestChannel", request).error().code, Code::not_found);
}

TEST_F(AdminThings, SupervisorsPauseChannels) {
    ASSERT_TRUE(connect(channel()));
    v1::PauseChannelRequest request;
    request.set_channel("shop");
    request.set_paused(true);
    EXPECT_EQ(call<v1::PauseChannelResponse>(bob_, "PauseChannel", request).error().code,
              Code::permission_denied);
    auto paused = call<v1::PauseChannelResponse>(sue_, "PauseChannel", request);
    ASSERT_TRUE(paused);
    EXPECT_TRUE(paused->channel().paused());
    EXPECT_EQ(paused->channel().secrets().at("key"), "set");
    EXPECT_EQ(stored_key(), "very-secret-key");
    request.set_paused(false);
    EXPECT_FALSE(call<v1::PauseChannelResponse>(sue_, "PauseChannel", request)->channel().paused());
}

TEST_F(AdminThings, CannedRepliesAndPersonas) {
    v1::PutCannedReplyRequest reply;
    reply.set_request_id("once");
    reply.mutable_canned_reply()->set_title("Thanks");
    reply.mutable_canned_reply()->set_text("Merci {{contact.name}}");
    reply.mutable_canned_reply()->set_language("fr");
    EXPECT_EQ(call<v1::PutCannedReplyResponse>(bob_, "PutCannedReply", reply).error().code,
              Code::permission_denied);
    auto made = call<v1::PutCannedReplyResponse>(sue_, "PutCannedReply", reply);
    ASSERT_TRUE(made);
    auto again = call<v1::PutCannedReplyResponse>(sue_, "PutCannedReply", reply);
    EXPECT_EQ(again->canned_reply().id(), made->canned_reply().id());
    v1::ListCannedRepliesRequest list;
    list.set_language("nl");
    EXPECT_EQ(call<v1::ListCannedRepliesResponse>(bob_, "ListCannedReplies", list)->canned_replies_size(), 0);
    list.set_language("fr");
    EXPECT_EQ(call<v1::ListCannedRepliesResponse>(bob_, "ListCannedReplies", list)->canned_replies_size(), 1);
    auto removed = reply;
    *removed.mutable_canned_reply() = made->canned_reply();
    removed.mutable_canned_reply()->set_deleted(true);
    removed.set_request_id("");
    ASSERT_TRUE(call<v1::PutCannedReplyResponse>(sue_, "PutCannedReply", removed));
    EXPECT_EQ(call<v1::ListCannedRepliesResponse>(bob_, "ListCannedReplies", list)->canned_replies_size(), 0);

    v1::PutPersonaRequest persona;
    persona.mutable_persona()->set_id("claire");
    persona.mutable_persona()->set_name("Claire");
    persona.mutable_persona()->set_signature("^Claire");
    EXPECT_EQ(call<v1::PutPersonaResponse>(bob_, "PutPersona", persona).error().code,
              Code::permission_denied);
    ASSERT_TRUE(call<v1::PutPersonaResponse>(sue_, "PutPersona", persona));
    auto personas = call<v1::ListPersonasResponse>(bob_, "ListPersonas", v1::ListPersonasRequest());
    ASSERT_EQ(personas->personas_size(), 1);
    EXPECT_EQ(personas->personas(0).signature(), "^Claire");
}

TEST_F(AdminThings, DeadLettersAreListedShownAndReplayed) {
    for (int i = 0; i < 3; ++i) {
        store::DeadLetter letter;
        letter.workspace = kMain;
        letter.source = "webhook:shop";
        letter.reason = "not JSON";
        letter.body = "body " + std::to_string(i) + ", call 0470 12 34 56";
        ASSERT_TRUE(run(store_.bury(letter)));
    }
    v1::ListDeadLettersRequest list;
    list.set_page_size(2);
    auto first = call<v1::ListDeadLettersResponse>(sue_, "ListDeadLetters", list);
    ASSERT_TRUE(first);
    ASSERT_EQ(first->dead_letters_size(), 2);
    EXPECT_EQ(first->dead_letters(0).reason(), "not JSON");
    EXPECT_TRUE(first->dead_letters(0).body().empty());
    list.set_cursor(first->next_cursor());
    auto second = call<v1::ListDeadLettersResponse>(sue_, "ListDeadLetters", list);
    EXPECT_EQ(second->dead_letters_size(), 1);
    EXPECT_EQ(second->next_cursor(), "");
    EXPECT_EQ(call<v1::ListDeadLettersResponse>(bob_, "ListDeadLetters", list).error().code,
              Code::permission_denied);

    v1::GetDeadLetterRequest get;
    get.set_dead_letter(first->dead_letters(0).id());
    const auto masked = call<v1::GetDeadLetterResponse>(sue_, "GetDeadLetter", get);
    EXPECT_TRUE(masked->masked());
    EXPECT_EQ(masked->dead_letter().body(), "body 0, call •••• 56");
    get.set_unmasked(true);
    const auto whole = call<v1::GetDeadLetterResponse>(sue_, "GetDeadLetter", get);
    EXPECT_FALSE(whole->masked());
    EXPECT_EQ(whole->dead_letter().body(), "body 0, call 0470 12 34 56");
    const auto logs = run(client_->call(redis::Command("KEYS", "*:events")));
    ASSERT_EQ(logs->size(), 1U);
    const auto log = run(client_->call(redis::Command("XREVRANGE", (*logs)[0].text(), "+", "-", "COUNT", 1)));
    EXPECT_EQ((*log)[0][1][1].text(), "dead_letter.read") << "who read it stands in the trail";
    EXPECT_EQ(call<v1::GetDeadLetterResponse>(bob_, "GetDeadLetter", get).error().code,
              Code::permission_denied);
    put_agent("agency", v1::ROLE_SUPERVISOR, {}, {"form"});
    EXPECT_EQ(call<v1::GetDeadLetterResponse>(token_of("agency"), "GetDeadLetter", get).error().code,
              Code::permission_denied);
    v1::ReplayDeadLetterRequest replay;
    replay.set_dead_letter(get.dead_letter());
    EXPECT_EQ(call<v1::ReplayDeadLetterResponse>(bob_, "ReplayDeadLetter", replay).error().code,
              Code::permission_denied);
    EXPECT_TRUE(call<v1::ReplayDeadLetterResponse>(sue_, "ReplayDeadLetter", replay));
    for (const char* unknown : {"1-1", "- +", "1-"}) {
        get.set_dead_letter(unknown);
        EXPECT_EQ(call<v1::GetDeadLetterResponse>(sue_, "GetDeadLetter", get).error().code, Code::not_found)
            << unknown;
    }
}

}  // namespace
}  // namespace guichet::gateway
