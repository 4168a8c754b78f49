#include "guichet/v1/moderation.pb.h"
#include "tests/integration/services/windowed.hpp"

namespace guichet::test {
namespace {

using Kind = channels::Outcome::Kind;

// Obeys, and hides: can_like is the test's to say.
class HidingConnector final : public WindowedConnector {
  public:
    using WindowedConnector::WindowedConnector;

    channels::Caps caps(const v1::Channel& channel) const override {
        auto caps = WindowedConnector::caps(channel);
        caps.can_hide = true;
        return caps;
    }
    asio::awaitable<channels::Outcome> act(v1::Channel, channels::Act act, std::string external_id,
                                           std::chrono::milliseconds) override {
        acts.emplace_back(act, external_id);
        auto outcome = next;
        if (failures > 0) {
            --failures;
            outcome.kind = Kind::ambiguous;
            outcome.error = "no answer";
        }
        co_return outcome;
    }

    channels::Outcome next;
    // The answer is lost so often.
    int failures = 0;
    std::vector<std::pair<channels::Act, std::string>> acts;
};

class ModeratingTest : public ServicesTest {
  protected:
    ModeratingTest() { connectors_.add(hiding_); }
    ~ModeratingTest() override { connectors_.add(connector_); }

    ConversationId comment(const std::string& channel = "wall", bool is_public = true) {
        store::Inbound m;
        m.workspace = kBrand;
        m.channel = ChannelId(channel);
        m.external_id = "c" + std::to_string(++comments_);
        m.thread = "t-" + m.external_id;
        m.author = "anna";
        m.is_public = is_public;
        m.team = TeamId("care");
        v1::Message message;
        message.set_text("You are all thieves");
        message.set_external_id(m.external_id);
        m.blob = store::encode_message(message);
        auto stored = run(io_, store_.ingest(m));
        EXPECT_TRUE(stored);
        return stored->conversation;
    }
    v1::ModerateRequest asking(const ConversationId& id, v1::ModerationAct act, std::int64_t seq = 1) {
        v1::ModerateRequest request;
        request.set_conversation(id.str());
        request.set_seq(seq);
        request.set_act(act);
        return request;
    }
    v1::ListModerationsResponse listed(const ConversationId& id) {
        v1::ListModerationsRequest request;
        request.set_conversation(id.str());
        return expect<v1::ListModerationsResponse>("looker", "ModerationService/ListModerations", request);
    }
    v1::Moderation settled(const ConversationId& id, v1::ModerationState wanted) {
        v1::Moderation found;
        wait_for(
            [&] {
                const auto all = listed(id);
                if (all.moderations_size() > 0) found = all.moderations(0);
                return found.state() == wanted;
            },
            v1::ModerationState_Name(wanted).c_str());
        return found;
    }

    HidingConnector hiding_{connector_};
    int comments_ = 0;
};

constexpr char kModerate[] = "ModerationService/Moderate";

TEST_F(ModeratingTest, PeopleAndBotsHideACommentAtThePlatform) {
    const auto id = comment();
    const auto asked = expect<v1::ModerateResponse>("bob", kModerate, asking(id, v1::MODERATION_ACT_HIDE));
    EXPECT_EQ(asked.moderation().state(), v1::MODERATION_STATE_ASKED);
    const auto done = settled(id, v1::MODERATION_STATE_DONE);
    EXPECT_EQ(done.actor(), "bob");
    ASSERT_EQ(hiding_.acts.size(), 1u);
    EXPECT_EQ(hiding_.acts[0], (std::pair{channels::Act::hide, std::string("c1")}));
    expect<v1::ModerateResponse>("robot", kModerate, asking(id, v1::MODERATION_ACT_UNHIDE));
    wait_for([&] { return hiding_.acts.size() == 2; }, "shown again");
    EXPECT_EQ(hiding_.acts[1].first, channels::Act::show);
}

TEST_F(ModeratingTest, ALostAnswerIsAskedAgainUntilItIsKnown) {
    const auto id = comment();
    hiding_.failures = 2;
    expect<v1::ModerateResponse>("bob", kModerate, asking(id, v1::MODERATION_ACT_HIDE));
    EXPECT_EQ(settled(id, v1::MODERATION_STATE_DONE).attempts(), 3);
    EXPECT_EQ(hiding_.acts.size(), 3u);
}

TEST_F(ModeratingTest, ItIsGivenUpInTheEndAndSaysWhy) {
    const auto id = comment();
    hiding_.failures = 1000;
    expect<v1::ModerateResponse>("bob", kModerate, asking(id, v1::MODERATION_ACT_HIDE));
    const auto failed = settled(id, v1::MODERATION_STATE_FAILED);
    EXPECT_EQ(failed.attempts(), settings_.reply.retry_attempts);
    EXPECT_NE(failed.error().find("no answer"), std::string::npos) << failed.error();
    hiding_.failures = 0;
    hiding_.next = {Kind::permanent, "", "no permission to moderate", {}};
    expect<v1::ModerateResponse>("bob", kModerate, asking(id, v1::MODERATION_ACT_UNHIDE));
    wait_for([&] { return listed(id).moderations(0).error() == "no permission to moderate"; }, "the refusal");
}

TEST_F(ModeratingTest, WhatCannotBeIsRefusedInWords) {
    const auto id = comment();
    EXPECT_EQ(listed(id).possible_size(), 2);
    const auto cannot = refused<v1::ModerateResponse>("bob", kModerate, asking(id, v1::MODERATION_ACT_LIKE));
    EXPECT_EQ(cannot.reason, "channel_cannot");
    EXPECT_NE(cannot.message.find("cannot like"), std::string::npos) << cannot.message;
    EXPECT_EQ(refused<v1::ModerateResponse>("bob", kModerate,
                                            asking(comment("wall", false), v1::MODERATION_ACT_HIDE))
                  .reason,
              "not_public");
    EXPECT_EQ(
        refused<v1::ModerateResponse>("agency", kModerate, asking(comment("shop"), v1::MODERATION_ACT_HIDE))
            .code,
        Code::not_found);
    EXPECT_EQ(refused<v1::ModerateResponse>("looker", kModerate, asking(id, v1::MODERATION_ACT_HIDE)).code,
              Code::permission_denied);
    EXPECT_EQ(
        refused<v1::ModerateResponse>("bob", kModerate, asking(id, v1::MODERATION_ACT_UNSPECIFIED)).field,
        "act");
    EXPECT_EQ(refused<v1::ModerateResponse>("bob", kModerate, asking(id, v1::MODERATION_ACT_HIDE, 0)).field,
              "seq");
    EXPECT_TRUE(hiding_.acts.empty());
}

}  // namespace
}  // namespace guichet::test
