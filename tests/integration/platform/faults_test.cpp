#include "common/core/bytes.hpp"
#include "tests/integration/platform/world.hpp"

namespace guichet::stand_in {
namespace {

using Kind = Fault::Kind;
using Ended = http::Outcome;

class StandInFaults : public StandIn {
  protected:
    StandInFaults() : comment_(platform_.comment("Anna", "It broke").id) {}
    std::string comment_;
};

TEST_F(StandInFaults, CutsBeforeOrAfterItPublished) {
    platform_.faults().script(Fault::cut_before());
    platform_.faults().script(Fault::cut_after());
    EXPECT_EQ(answer(comment_, "one").outcome, Ended::ambiguous);
    EXPECT_TRUE(platform_.published().empty());
    EXPECT_EQ(answer(comment_, "two").outcome, Ended::ambiguous);
    ASSERT_EQ(platform_.published().size(), 1u);
    EXPECT_EQ(platform_.published()[0].text, "two");
    EXPECT_EQ(answer(comment_, "three").status, 200);
    const auto& seen = platform_.graph().requests();
    EXPECT_EQ(seen.at(0).fault, Kind::cut_before);
    EXPECT_EQ(seen.at(0).status, 0);
    EXPECT_EQ(seen.at(1).status, 200);
}

TEST_F(StandInFaults, RefusesAsGraphDoes) {
    platform_.faults().script(Fault::throttled());
    const auto bare = answer(comment_, "x");
    EXPECT_EQ(bare.status, 429);
    EXPECT_EQ(code(bare), 32);
    const auto wait = [this](const http::ClientResult& result) {
        const auto usage = json::parse(std::string(result.headers.get("x-business-use-case-usage")));
        return usage.at(page()).at(0).at("estimated_time_to_regain_access").as_int64();
    };
    EXPECT_EQ(wait(bare), 0);
    platform_.faults().script(Fault::throttled(90s, 4));
    EXPECT_EQ(wait(answer(comment_, "x")), 2) << "minutes";
    platform_.faults().script(Fault::server_error(503));
    EXPECT_EQ(answer(comment_, "x").status, 503);
    platform_.faults().script(Fault::expired_token());
    EXPECT_EQ(code(answer(comment_, "x")), 190);
    EXPECT_TRUE(platform_.published().empty());
}

TEST_F(StandInFaults, AnswersTooLate) {
    platform_.faults().script(Fault::slow(10s));
    EXPECT_EQ(answer(comment_, "published at once", 200ms).outcome, Ended::ambiguous);
    EXPECT_EQ(platform_.published().size(), 1u);
    platform_.faults().script(Fault::late(600ms));
    EXPECT_EQ(answer(comment_, "published afterwards", 200ms).outcome, Ended::ambiguous);
    EXPECT_EQ(platform_.published().size(), 1u);
    EXPECT_TRUE(wait_until(io_, [&] { return platform_.published().size() == 2; }));
}

TEST_F(StandInFaults, SparesReadsUnlessTold) {
    platform_.faults().script(Fault::server_error());
    EXPECT_NO_THROW(get("/" + comment_));
    EXPECT_EQ(platform_.faults().left(), 1u);
    platform_.faults().script(Fault::server_error().for_reads());
    EXPECT_EQ(call(http::Method::get, "/" + comment_).status, 500);
    EXPECT_EQ(platform_.faults().left(), 1u);
}

TEST_F(StandInFaults, ComeAtRandomAsTheSeedSays) {
    const auto befallen = [](std::uint64_t seed) {
        Faults faults;
        faults.at_random(seed, 0.3, {Fault::cut_after(), Fault::server_error()});
        std::string all;
        for (int i = 0; i < 200; ++i) all += to_string(faults.next(true).kind).front();
        return all;
    };
    EXPECT_EQ(befallen(1), befallen(1));
    EXPECT_NE(befallen(1), befallen(2));
    const auto all = befallen(1);
    const auto spared = std::count(all.begin(), all.end(), 'n');
    EXPECT_GT(spared, 110);
    EXPECT_LT(spared, 170);
}

TEST_F(StandInFaults, SignsTheEscapedBytes) {
    const auto said = platform_.comment("Zoë", "Déçu 😡 a/b");
    EXPECT_NE(said.webhook.body.find(R"(D\u00e9\u00e7u \ud83d\ude21 a\/b)"), std::string::npos)
        << said.webhook.body;
    EXPECT_EQ(said.webhook.headers.get(kHubSignature),
              "sha256=" + hex(hmac_sha256(GraphOptions().app_secret, said.webhook.body)));
    const auto value = json::parse(said.webhook.body).at("entry").at(0).at("changes").at(0).at("value");
    EXPECT_EQ(text(value.at("message")), "Déçu 😡 a/b");
}

TEST_F(StandInFaults, PacksManyUpdatesIntoOneWebhook) {
    platform_.message("Anna", "Hello");
    const auto body = json::parse(platform_.pack(platform_.told()).body);
    EXPECT_EQ(body.at("entry").as_array().size(), 3u) << "a post, a comment, a message";
    EXPECT_EQ(text(body.at("object")), "page");
}

}  // namespace
}  // namespace guichet::stand_in
