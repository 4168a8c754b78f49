#include <gtest/gtest.h>

#include "common/access/store_authenticator.hpp"
#include "common/store/records.hpp"
#include "tests/support/redis_server.hpp"
#include "tests/support/wait.hpp"

namespace guichet::access {
namespace {

using test::run;

class CredentialsTest : public ::testing::Test {
  protected:
    CredentialsTest() {
        EXPECT_TRUE(run(io_, store_.load()));
        EXPECT_TRUE(run(io_, store_.create_workspace(kBrand)));
        put_agent("bob", false);
    }
    void put_agent(const std::string& id, bool disabled) {
        records::AgentRecord record;
        record.mutable_agent()->set_id(id);
        record.mutable_agent()->set_name("Bob Stone");
        record.mutable_agent()->set_disabled(disabled);
        record.mutable_agent()->add_grants()->set_role(v1::ROLE_SUPERVISOR);
        EXPECT_TRUE(
            run(io_, store_.put_document({kBrand, "test"}, kAgent, id, -1, record.SerializeAsString())));
        catalog_.forget();
    }
    std::string token_for(const std::string& agent, TimeMs expires_at = 0) {
        records::TokenRecord record;
        record.set_workspace(kBrand.str());
        record.mutable_token()->set_agent(agent);
        if (expires_at > 0) record.mutable_token()->mutable_expires_at()->set_seconds(expires_at / 1000);
        auto secret = run(io_, credentials_.create_token("test", record));
        EXPECT_TRUE(secret);
        last_id_ = record.token().id();
        return *secret;
    }
    // All names, and what the hashes and strings hold.
    std::string everything() {
        const auto names = server_.command(redis::Command("KEYS", "*"));
        std::string text;
        for (const auto& name : names.items()) {
            const auto type = server_.command(redis::Command("TYPE", name.text())).text();
            text += name.text() + "\n";
            if (type != "hash" && type != "string") continue;
            const auto* read = type == "hash" ? "HGETALL" : "GET";
            text += redis::to_debug_text(server_.command(redis::Command(read, name.text())), 100'000) + "\n";
        }
        return text;
    }

    const WorkspaceId kBrand{"brand"};
    boost::asio::io_context io_;
    test::RedisServer server_;
    ManualClock clock_;
    SeededRandom random_{3};
    std::unique_ptr<redis::Client> client_ = server_.client(io_);
    store::Store store_{*client_, random_, clock_};
    Catalog catalog_{store_, clock_};
    Credentials credentials_{store_, clock_, random_};
    StoreAuthenticator authenticator_{credentials_, catalog_, store_};
    std::string last_id_;
};

TEST_F(CredentialsTest, ATokenOpensAsItsAgentUntilRevoked) {
    const auto secret = token_for("bob");
    auto caller = run(io_, authenticator_.authenticate(secret));
    ASSERT_TRUE(caller);
    EXPECT_EQ(caller->actor, "bob");
    EXPECT_EQ(caller->workspace, kBrand);
    ASSERT_EQ(caller->grants.size(), 1u);
    EXPECT_EQ(caller->grants[0].role, rpc::Role::supervisor);
    ASSERT_TRUE(run(io_, credentials_.revoke_token(kBrand, "admin", last_id_)));
    EXPECT_EQ(run(io_, authenticator_.authenticate(secret)).error().code, Code::unauthenticated);
}

TEST_F(CredentialsTest, ItIsToldWhenATokenWasUsedLast) {
    const auto used_at = [this] {
        const auto tokens = run(io_, credentials_.tokens(kBrand));
        EXPECT_TRUE(tokens && tokens->size() == 1);
        const auto& token = tokens->front().second.token();
        return token.has_last_used_at() ? store::to_ms(token.last_used_at()) : 0;
    };
    const auto secret = token_for("bob");
    EXPECT_EQ(used_at(), 0);
    const auto first = clock_.now();
    ASSERT_TRUE(run(io_, authenticator_.authenticate(secret)));
    EXPECT_EQ(used_at(), first);
    // Not at each call: that would be a write for every read.
    clock_.advance(std::chrono::minutes(4));
    ASSERT_TRUE(run(io_, authenticator_.authenticate(secret)));
    EXPECT_EQ(used_at(), first);
    clock_.advance(std::chrono::minutes(2));
    ASSERT_TRUE(run(io_, authenticator_.authenticate(secret)));
    EXPECT_EQ(used_at(), clock_.now());
}

TEST_F(CredentialsTest, ATokenIsGoodWhereItsUseCannotBeNoted) {
    const auto secret = token_for("bob");
    server_.command(redis::Command("CONFIG", "SET", "maxmemory", "1"));
    EXPECT_TRUE(run(io_, authenticator_.authenticate(secret)));
}

TEST_F(CredentialsTest, ATokenExpiresAndADisabledAgentIsNobody) {
    const auto secret = token_for("bob", clock_.now() + 10'000);
    EXPECT_TRUE(run(io_, authenticator_.authenticate(secret)));
    clock_.advance(std::chrono::seconds(11));
    EXPECT_EQ(run(io_, authenticator_.authenticate(secret)).error().code, Code::unauthenticated);
    const auto lasting = token_for("bob");
    put_agent("bob", true);
    EXPECT_EQ(run(io_, authenticator_.authenticate(lasting)).error().code, Code::unauthenticated);
}

TEST_F(CredentialsTest, SecretsAreNotStored) {
    const auto secret = token_for("bob");
    const auto tokens =
        redis::to_debug_text(server_.command(redis::Command("HGETALL", "{sys}:doc:_:token")), 100'000);
    EXPECT_NE(tokens.find(fingerprint(secret)), std::string::npos);
    const auto until = clock_.now() + 60'000;
    records::SessionRecord session;
    session.set_expires_at(until);
    records::SignInLinkRecord link;
    link.set_expires_at(until);
    records::PrivatePageRecord page;
    page.set_workspace(kBrand.str());
    page.set_expires_at(until);
    std::vector<Result<std::string>> made;
    made.push_back(run(io_, credentials_.create_session(session)));
    made.push_back(run(io_, credentials_.create_link(link)));
    made.push_back(run(io_, credentials_.create_private_page(page)));
    made.emplace_back(secret);
    const auto all = everything();
    EXPECT_NE(all.find(fingerprint(secret)), std::string::npos);
    for (const auto& one : made) {
        ASSERT_TRUE(one);
        EXPECT_EQ(all.find(one->substr(3)), std::string::npos) << one->substr(0, 3);
    }
    EXPECT_EQ(run(io_, authenticator_.authenticate("gt_guess")).error().code, Code::unauthenticated);
    EXPECT_EQ(run(io_, authenticator_.authenticate("nonsense")).error().code, Code::unauthenticated);
}

TEST_F(CredentialsTest, ASessionEndsAndALinkWorksOnce) {
    records::SessionRecord session;
    session.set_workspace(kBrand.str());
    session.set_agent("bob");
    session.set_expires_at(clock_.now() + 60'000);
    auto secret = run(io_, credentials_.create_session(session));
    ASSERT_TRUE(secret);
    EXPECT_EQ(run(io_, authenticator_.authenticate(*secret))->actor, "bob");
    EXPECT_FALSE(run(io_, credentials_.session(*secret))->csrf().empty());
    ASSERT_TRUE(run(io_, credentials_.end_session(*secret)));
    EXPECT_EQ(run(io_, authenticator_.authenticate(*secret)).error().code, Code::unauthenticated);

    records::SignInLinkRecord link;
    link.set_workspace(kBrand.str());
    link.set_agent("bob");
    link.set_expires_at(clock_.now() + 60'000);
    auto once = run(io_, credentials_.create_link(link));
    ASSERT_TRUE(once);
    EXPECT_EQ(run(io_, credentials_.take_link(*once))->agent(), "bob");
    EXPECT_EQ(run(io_, credentials_.take_link(*once)).error().code, Code::not_found);
}

TEST_F(CredentialsTest, APrivatePageIsRevokedAndExpires) {
    records::PrivatePageRecord page;
    page.set_workspace(kBrand.str());
    page.set_conversation("C1");
    page.set_expires_at(clock_.now() + 60'000);
    auto first = run(io_, credentials_.create_private_page(page));
    auto second = run(io_, credentials_.create_private_page(page));
    ASSERT_TRUE(first && second);
    EXPECT_EQ(run(io_, credentials_.private_page(*first))->conversation(), "C1");
    EXPECT_TRUE(run(io_, credentials_.revoke_private_page(*first)));
    EXPECT_EQ(run(io_, credentials_.private_page(*first)).error().code, Code::not_found);
    clock_.advance(std::chrono::minutes(2));
    EXPECT_EQ(run(io_, credentials_.private_page(*second)).error().code, Code::not_found);
}

TEST_F(CredentialsTest, AnAgentIsFoundByNameOnlyWhenItIsClear) {
    EXPECT_EQ((*run(io_, catalog_.find_agent(kBrand, "bob stone")))->str(), "bob");
    EXPECT_FALSE(*run(io_, catalog_.find_agent(kBrand, "nobody")));
    put_agent("bob2", false);
    EXPECT_FALSE(*run(io_, catalog_.find_agent(kBrand, "Bob Stone")));
}

}  // namespace
}  // namespace guichet::access
