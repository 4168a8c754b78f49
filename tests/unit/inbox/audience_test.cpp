#include "services/inbox/audience.hpp"

#include <gtest/gtest.h>

#include "guichet/v1/inbox.pb.h"
#include "tests/support/wait.hpp"

namespace guichet::inbox {
namespace {

using test::wait_until;

LoggedEventPtr logged(std::uint64_t number, const std::string& type = "message.received",
                      const std::string& workspace = "w1") {
    auto made = std::make_shared<LoggedEvent>();
    made->id = {number, 0};
    made->workspace = workspace;
    made->event.set_type(type);
    made->event.set_channel("shop");
    return made;
}

v1::WatchResponse parsed(const std::string& bytes) {
    v1::WatchResponse response;
    EXPECT_TRUE(response.ParseFromString(bytes));
    return response;
}

class AudienceTest : public testing::Test {
  protected:
    std::shared_ptr<Audience> gather(std::size_t most = 100, const Clock& clock = test::system_clock()) {
        EventFilter filter{"*", "bob", {}};
        filter.request.add_types("message.received");
        return std::make_shared<Audience>(io_.get_executor(), clock, "w1", std::move(filter), most);
    }
    static bool has(const MailboxPtr& mailbox, std::size_t count) { return mailbox->events.size() == count; }

    asio::io_context io_;
};

TEST_F(AudienceTest, WhatComesCloseTogetherLeavesForAllAsOneAnswer) {
    const auto audience = gather();
    std::vector<MailboxPtr> members;
    // More than are woken in one go.
    for (int i = 0; i < 120; ++i) members.push_back(audience->join());
    audience->hear({logged(1), logged(2, "conversation.claimed")});
    audience->hear({logged(3, "message.received", "w2"), logged(4), logged(5, "conversation.claimed")});
    EXPECT_TRUE(has(members.front(), 0)) << "it is held for a moment";
    EXPECT_EQ(audience->told(), streams::EntryId{});
    ASSERT_TRUE(wait_until(io_, [&] { return has(members.back(), 2); }));
    const auto packet = members.front()->whole;
    ASSERT_TRUE(packet);
    for (const auto& member : members) EXPECT_EQ(member->whole, packet);
    const auto answer = parsed(packet->answer("one"));
    ASSERT_EQ(answer.events_size(), 2);
    EXPECT_EQ(answer.events(1).cursor(), watch_cursor("one", {4, 0}));
    EXPECT_EQ(answer.cursor(), watch_cursor("one", {5, 0})) << "nothing was asked for behind the last";
    ASSERT_TRUE(wait_until(io_, [&] { return audience->told() == streams::EntryId{5, 0}; }));
    audience->hear({logged(6, "conversation.claimed")});
    EXPECT_EQ(audience->told(), (streams::EntryId{6, 0}));
}

TEST_F(AudienceTest, WhatAddsToSomethingThatWaitsIsNoWholePacket) {
    const auto audience = gather();
    const auto quick = audience->join();
    const auto slow = audience->join();
    audience->hear({logged(1)});
    ASSERT_TRUE(wait_until(io_, [&] { return has(slow, 1); }));
    quick->events.clear();
    quick->whole.reset();
    audience->hear({logged(2)});
    ASSERT_TRUE(wait_until(io_, [&] { return has(slow, 2); }));
    EXPECT_FALSE(slow->whole);
    ASSERT_TRUE(quick->whole);
    EXPECT_EQ(quick->whole->events().size(), 1u);
}

TEST_F(AudienceTest, AnIoThreadThatIsLateIsGivenTimeToCatchUp) {
    ManualClock clock;
    const auto audience = gather(100, clock);
    const auto member = audience->join();
    audience->hear({logged(1)});
    io_.poll();
    clock.advance(std::chrono::seconds(1));
    ASSERT_TRUE(wait_until(io_, [&] { return has(member, 1); }));
    const auto before = test::system_clock().steady();
    audience->hear({logged(2)});
    ASSERT_TRUE(wait_until(io_, [&] { return has(member, 2); }));
    EXPECT_GE(test::system_clock().steady() - before, std::chrono::milliseconds(150))
        << "of which 25 are always there";
}

TEST_F(AudienceTest, AFullMailboxIsEmptiedAndSaysSo) {
    const auto audience = gather(3);
    const auto slow = audience->join();
    for (std::uint64_t i = 1; i <= 4; ++i) {
        audience->hear({logged(i)});
        ASSERT_TRUE(wait_until(io_, [&] { return audience->told() == streams::EntryId{i, 0}; }));
    }
    EXPECT_TRUE(slow->overflowed);
    ASSERT_EQ(slow->events.size(), 1u);
    EXPECT_EQ(slow->events.front()->id.ms, 4u);
}

TEST_F(AudienceTest, MoreThanItMayHoldIsLostForAll) {
    const auto audience = gather(3);
    const auto member = audience->join();
    audience->hear({logged(1), logged(2), logged(3), logged(4)});
    EXPECT_TRUE(member->overflowed);
    ASSERT_TRUE(wait_until(io_, [&] { return !member->events.empty(); }));
    EXPECT_EQ(member->events.front()->id.ms, 4u);
    EXPECT_FALSE(member->whole) << "told to read anew first";
}

TEST_F(AudienceTest, AGapIsToldEvenWithAPacketWaiting) {
    const auto audience = gather();
    const auto member = audience->join();
    audience->hear({logged(1)});
    ASSERT_TRUE(wait_until(io_, [&] { return member->whole != nullptr; }));
    audience->lose();
    EXPECT_TRUE(member->overflowed);
    EXPECT_FALSE(member->whole);
}

TEST_F(AudienceTest, WhoHasLeftIsNotCounted) {
    const auto audience = gather();
    auto first = audience->join();
    const auto second = audience->join();
    EXPECT_EQ(audience->size(), 2u);
    first.reset();
    EXPECT_EQ(audience->size(), 1u);
    audience->hear({logged(1)});
    ASSERT_TRUE(wait_until(io_, [&] { return has(second, 1); }));
}

TEST(Mailbox, APacketGoesOnAtOnceOnlyWhereNothingWaits) {
    Mailbox mailbox;
    std::vector<PacketPtr> gone;
    bool willing = true;
    mailbox.take = [&](const PacketPtr& packet) {
        if (willing) gone.push_back(packet);
        return willing;
    };
    const auto packet = [](std::uint64_t number) {
        return std::make_shared<Packet>(std::vector{logged(number)}, streams::EntryId{number - 1, 0},
                                        streams::EntryId{number, 0});
    };
    mailbox.put(packet(5));
    EXPECT_EQ(gone.size(), 1u);
    EXPECT_TRUE(mailbox.events.empty());
    willing = false;
    mailbox.put(packet(6));
    willing = true;
    mailbox.put(packet(7));
    EXPECT_EQ(gone.size(), 1u) << "it comes behind what waits";
    EXPECT_EQ(mailbox.events.size(), 2u);
    mailbox.events.clear();
    mailbox.lose();
    mailbox.put(packet(8));
    EXPECT_EQ(gone.size(), 1u) << "it comes behind what was lost";
}

TEST(Packet, ComesAfterThoseWhoHaveAllBeforeItAndNothingOfIt) {
    const Packet packet({logged(5), logged(7)}, {3, 0}, {8, 0});
    EXPECT_FALSE(packet.comes_after({2, 0})) << "something lies between";
    EXPECT_TRUE(packet.comes_after({3, 0}));
    EXPECT_TRUE(packet.comes_after({4, 9})) << "read from the past";
    EXPECT_FALSE(packet.comes_after({5, 0}));
    EXPECT_FALSE(packet.comes_after({9, 0}));
}

TEST(Packet, ItsAnswerIsOfTheIncarnationThatIsAskedFor) {
    Packet packet({logged(5)}, {3, 0}, {8, 0});
    EXPECT_EQ(parsed(packet.answer("one")).events(0).cursor(), watch_cursor("one", {5, 0}));
    EXPECT_EQ(packet.answer("one").data(), packet.answer("one").data()) << "not made again";
    EXPECT_EQ(parsed(packet.answer("two")).events(0).cursor(), watch_cursor("two", {5, 0}));
}

}  // namespace
}  // namespace guichet::inbox
