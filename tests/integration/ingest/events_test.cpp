// What a connector tells besides new messages, and who asks it where several could.
#include "tests/integration/ingest/polled_world.hpp"

namespace guichet::test {
namespace {

using namespace std::chrono_literals;
using Kind = channels::Event::Kind;

channels::Event told(Kind kind, const v1::InboundMessage& message) {
    channels::Event event(message);
    event.kind = kind;
    return event;
}

class Told : public Polled {
  protected:
    // Reads them all.
    void tell(const std::vector<channels::Event>& events) {
        for (const auto& event : events) box_.events.push_back(event);
        put_channel(channel());
        ASSERT_TRUE(wait_for_cursor(std::to_string(box_.events.size())));
    }
    double events_of(const std::string& kind) {
        return metric("guichet_ingest_events_total{kind=\"" + kind + "\"}");
    }
};

TEST_F(Told, TheBrandsOwnWordsJoinTheConversation) {
    auto own = mail("o1", "another thread");
    own.set_reply_to("m1");
    own.set_text("We look into it");
    auto gone = mail("o2");
    gone.set_kind(v1::INBOUND_KIND_DELETED);
    auto strange = mail("o3", "of nobody");
    auto empty = mail("o4");
    empty.clear_text();
    tell({mail("m1"), told(Kind::own, own), told(Kind::own, own), told(Kind::own, gone),
          told(Kind::own, strange), told(Kind::own, empty)});
    ASSERT_EQ(conversation_ids().size(), 1u);
    const auto all = messages(conversation_ids()[0]);
    ASSERT_EQ(all.size(), 2u) << "once, and no conversation for what belongs to none";
    EXPECT_EQ(all[1].kind(), v1::MESSAGE_KIND_OUTBOUND);
    EXPECT_EQ(all[1].text(), "We look into it");
    EXPECT_EQ(conversation(conversation_ids()[0]).inbound_seq(), 1) << "nobody has to answer it";
    EXPECT_EQ(events_of("own"), 5);
    EXPECT_EQ(dead_letters(), 0);
}

TEST_F(Told, AReportSettlesWhatNobodyWasSureOf) {
    tell({mail("m1")});
    ASSERT_EQ(conversation_ids().size(), 1u);
    const auto id = conversation_ids()[0];
    answer(id, "We look into it", true);
    const DeliveryId delivery("D1");
    const auto before = expect(reads_.delivery(kMain, delivery));
    EXPECT_EQ(before.state(), v1::DELIVERY_STATE_SENT);
    auto failed = told(Kind::failed, {});
    failed.delivery = "D1";
    failed.error = "no such mailbox \xff";
    auto unknown = told(Kind::delivered, mail("nothing of ours"));
    const auto nameless = told(Kind::failed, {});
    tell({failed, unknown, nameless, told(Kind::hidden, mail("m1")), told(Kind::shown, mail("m1"))});
    const auto after = expect(reads_.delivery(kMain, delivery));
    EXPECT_EQ(after.state(), v1::DELIVERY_STATE_FAILED);
    EXPECT_NE(after.error().find("no such mailbox"), std::string::npos) << after.error();
    EXPECT_EQ(events_of("failed"), 2);
    EXPECT_EQ(events_of("hidden"), 1);
    EXPECT_EQ(messages(id).size(), 2u);
    EXPECT_EQ(dead_letters(), 0);
}

TEST_F(Told, WhatBearsTheMarkOfAConversationGoesOnInIt) {
    tell({mail("m1")});
    ASSERT_EQ(conversation_ids().size(), 1u);
    const auto id = conversation_ids()[0];
    auto marked = told(Kind::message, mail("m2", "conv:" + id));
    marked.conversation = id;
    auto forged = told(Kind::message, mail("m3", "conv:nothing"));
    forged.conversation = "nothing";
    tell({marked, forged});
    EXPECT_EQ(messages(id).size(), 2u);
    EXPECT_EQ(conversation_ids().size(), 2u);
}

TEST_F(Told, AMarkOfAnotherChannelsConversationIsNone) {
    const auto other = post_webhook("shop", R"({"externalId":"e1","thread":"t9","text":"It broke"})");
    const auto id = between(other.body, "\"conversation\":\"", "\"");
    auto marked = told(Kind::message, mail("m1"));
    marked.conversation = id;
    tell({marked});
    EXPECT_EQ(messages(id).size(), 1u);
    EXPECT_EQ(conversation_ids().size(), 2u);
}

// Two processes, eight workspaces: every channel is asked by one of them.
TEST_F(Told, OfTwoProcessesOneAsksAChannel) {
    constexpr int kWorkspaces = 8;
    settings_.streams.partition_lease = 2s;
    run(io_, service_->stop());
    obs::Metrics other_metrics;
    service::Context other_context{
        io_.get_executor(), settings_,    clock_,        random_, store_, reads_,
        catalog_,           credentials_, other_metrics, health_, pool_,  context_->redis,
        "the other process"};
    const auto other = std::make_unique<ingest::Service>(other_context, connectors_, options_);
    service_ = std::make_unique<ingest::Service>(*context_, connectors_, options_);
    for (int i = 0; i < kWorkspaces; ++i) {
        const WorkspaceId workspace("w" + std::to_string(i));
        expect(store_.create_workspace(workspace));
        put_channel(workspace, channel("c" + std::to_string(i)));
    }
    expect(service_->start());
    expect(other->start());
    const auto asked = [](const obs::Metrics& metrics) {
        const auto all = metrics.exposition();
        const std::string name = "\nguichet_channels_asked ";
        const auto at = all.find(name);
        return at == std::string::npos ? 0.0 : std::atof(all.c_str() + at + name.size());
    };
    const auto waiting = [&] {
        int sum = 0;
        for (const auto& [id, count] : box_.asking) sum += count;
        return sum;
    };
    const auto all_asked = [&] {
        return asked(metrics_) + asked(other_metrics) == kWorkspaces && waiting() == kWorkspaces;
    };
    EXPECT_TRUE(
        wait_until(io_, [&] { return all_asked() && asked(other_metrics) > 0 && asked(metrics_) > 0; }))
        << asked(metrics_) << " + " << asked(other_metrics);
    EXPECT_EQ(box_.most_at_once, 1);
    run(io_, service_->stop());
    EXPECT_TRUE(
        wait_until(io_, [&] { return asked(other_metrics) == kWorkspaces && waiting() == kWorkspaces; }));
    EXPECT_EQ(box_.most_at_once, 1);
    run(io_, other->stop());
    EXPECT_EQ(waiting(), 0);
}

class DurablePolled : public Polled {
  protected:
    DurablePolled()
        : Polled([] {
              RedisServerOptions options;
              options.appendfsync = "always";
              return options;
          }()) {}
};

TEST_F(DurablePolled, WhatComesWhileRedisIsAwayIsStoredWhenItIsBack) {
    put_channel(channel());
    ASSERT_TRUE(is_waiting());
    box_.put(mail("m0"));
    ASSERT_TRUE(wait_for_cursor("1"));
    redis_.kill9();
    box_.put(mail("m1"));
    ASSERT_TRUE(wait_until(io_, [&] { return failures() >= 1; }));
    redis_.start();
    const auto found = [&] {
        const auto document = run(io_, store_.document(kMain, "cursor", "support"));
        return document && *document && (*document)->bytes == "2";
    };
    EXPECT_TRUE(wait_until(io_, found));
    ASSERT_EQ(conversation_ids().size(), 1u);
    EXPECT_EQ(messages(conversation_ids()[0]).size(), 2u);
}

}  // namespace
}  // namespace guichet::test
