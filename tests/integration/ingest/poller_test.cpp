// Channels that have to be asked for news.
#include "services/ingest/dead_event.hpp"
#include "tests/integration/ingest/polled_world.hpp"

namespace guichet::test {
namespace {

using namespace std::chrono_literals;

TEST_F(Polled, StoresPageByPageAndGoesOnWhereItWas) {
    box_.page = 2;
    for (int i = 0; i < 5; ++i) box_.events.emplace_back(mail("m" + std::to_string(i)));
    put_channel(channel());
    ASSERT_TRUE(wait_for_cursor("5"));
    ASSERT_TRUE(is_waiting());
    box_.put(mail("m5"));
    ASSERT_TRUE(wait_for_cursor("6"));
    EXPECT_EQ(messages_in("opened"), 1);
    EXPECT_EQ(messages_in("added"), 5);
    EXPECT_EQ(messages_in("duplicate"), 0);
    const std::vector<std::string> asked(box_.questions.begin(), box_.questions.begin() + 4);
    EXPECT_EQ(asked, (std::vector<std::string>{"support:", "support:2", "support:4", "support:5"}));
}

// The cursor cannot be kept, as when the process dies right before: told again, stored once.
TEST_F(Polled, WhatIsStoredButNotNotedIsToldAgainAndStoredOnce) {
    box_.events.emplace_back(mail("m0"));
    box_.padding = "," + std::string(100'000, 'x');
    put_channel(channel());
    ASSERT_TRUE(wait_until(io_, [&] { return messages_in("duplicate") >= 2; }));
    EXPECT_EQ(cursor(), "");
    EXPECT_GE(failures(), 2);
    box_.padding.clear();
    ASSERT_TRUE(wait_for_cursor("1"));
    EXPECT_EQ(messages_in("opened"), 1);
    EXPECT_EQ(messages_in("added"), 0);
}

TEST_F(Polled, AnotherOneGoesOnFromTheCursorThatIsKept) {
    box_.events.emplace_back(mail("m0"));
    put_channel(channel());
    ASSERT_TRUE(wait_for_cursor("1"));
    ASSERT_TRUE(is_waiting());
    run(io_, service_->stop());
    EXPECT_EQ(box_.asking["support"], 0);
    box_.questions.clear();
    service_ = std::make_unique<ingest::Service>(*context_, connectors_, options_);
    expect(service_->start());
    ASSERT_TRUE(is_waiting());
    EXPECT_EQ(box_.questions, std::vector<std::string>{"support:1"});
}

TEST_F(Polled, WhoFindsTheCursorMovedReadsItAnew) {
    put_channel(channel());
    ASSERT_TRUE(is_waiting());
    expect(store_.put_document({kMain, "another process", {}, "*"}, "cursor", "support", -1, "1"));
    box_.put(mail("m0"));
    box_.put(mail("m1"));
    ASSERT_TRUE(wait_for_cursor("2"));
    EXPECT_TRUE(wait_until(io_, [&] { return box_.questions.back() == "support:2"; }));
    EXPECT_EQ(failures(), 1);
}

TEST_F(Polled, BacksOffAndSaysSo) {
    for (int i = 0; i < 5; ++i) box_.failures.push_back(make_status(Code::unavailable, "away"));
    put_channel(channel());
    ASSERT_TRUE(wait_until(io_, [&] { return failures() >= 4; }));
    EXPECT_TRUE(wait_until(io_, [&] { return health().find("main.support (asking") != std::string::npos; }));
    box_.put(mail("m0"));
    ASSERT_TRUE(wait_for_cursor("1"));
    EXPECT_EQ(failures(), 5);
    EXPECT_TRUE(wait_until(io_, [&] { return health().find("main.support") == std::string::npos; }));
}

TEST_F(Polled, ARefusedSignInWaitsForTheBrand) {
    run(io_, service_->stop());
    options_.poll.backoff_max = 1h;
    service_ = std::make_unique<ingest::Service>(*context_, connectors_, options_);
    expect(service_->start());
    box_.events.emplace_back(mail("m0"));
    box_.failures.push_back(make_status(Code::unauthenticated, "wrong password"));
    put_channel(channel());
    ASSERT_TRUE(
        wait_until(io_, [&] { return health().find("connect the channel anew") != std::string::npos; }));
    EXPECT_EQ(failures(), 1);
    put_channel(channel());
    EXPECT_TRUE(wait_for_cursor("1")) << "connected anew it is asked at once";
    EXPECT_TRUE(wait_until(io_, [&] { return health().find("main.support") == std::string::npos; }));
}

TEST_F(Polled, APausedOrRemovedChannelIsLeftAlone) {
    put_channel(channel());
    ASSERT_TRUE(is_waiting());
    auto paused = channel();
    paused.set_paused(true);
    put_channel(paused);
    ASSERT_TRUE(wait_until(io_, [&] { return box_.asking["support"] == 0; }));
    box_.put(mail("m0"));
    put_channel(channel());
    ASSERT_TRUE(wait_for_cursor("1"));
    ASSERT_TRUE(is_waiting());
    expect(store_.put_document({kMain, "test", {}, "*"}, access::kChannel, "support", -1, ""));
    catalog_.forget();
    EXPECT_TRUE(wait_until(io_, [&] { return box_.asking["support"] == 0; }));
    EXPECT_TRUE(wait_until(io_, [&] { return metric("guichet_channels_asked") == 0; }));
}

TEST_F(Polled, StopsAtOnceThoughItWaitsForNews) {
    put_channel(channel());
    ASSERT_TRUE(is_waiting());
    const auto start = clock_.steady();
    run(io_, service_->stop());
    EXPECT_LT(clock_.steady() - start, 5s);
    EXPECT_EQ(box_.asking["support"], 0);
}

TEST_F(Polled, WhatCannotBeTakenInIsKeptAndTheRestGoesOn) {
    auto bad = mail("m0");
    for (std::size_t i = 0; i <= options_.message.attachments; ++i) bad.add_attachments()->set_name("a");
    box_.events.emplace_back(bad);
    box_.events.emplace_back(mail("m1"));
    put_channel(channel());
    ASSERT_TRUE(wait_for_cursor("2"));
    EXPECT_EQ(messages_in("opened"), 1);
    ASSERT_EQ(dead_letters(), 1);
    const auto id = expect(reads_.dead_letters(kMain, "", 10)).at(0).id();
    const auto letter = expect(reads_.dead_letter(kMain, id));
    EXPECT_EQ(letter.source(), "event:support");
    EXPECT_NE(letter.body().find("\"m0\""), std::string::npos) << letter.body();

    // One that can be taken in by now.
    store::DeadLetter good;
    good.workspace = kMain;
    good.source = "event:support";
    good.reason = "was refused once";
    good.body = ingest::encode_dead_event(mail("m2"), 1'000);
    expect(store_.bury(good));
    store::By admin{kMain, "admin", {}, "*"};
    expect(store_.replay(admin, expect(reads_.dead_letters(kMain, "", 10)).at(1).id()));
    EXPECT_TRUE(wait_until(io_, [&] { return dead_letters() == 1; }));
    EXPECT_EQ(messages_in("added"), 1);
}

TEST_F(Polled, FilesAndLargeMailsAreOnDisk) {
    channels::Event event(mail("m0"));
    event.message.add_attachments()->set_name("invoice.pdf");
    event.message.add_attachments()->set_url("https://example.org/b");
    event.files = {"the invoice"};
    event.raw = std::string(options_.message.raw + 1, 'm');
    const auto raw = event.raw;
    box_.events.push_back(std::move(event));
    put_channel(channel());
    ASSERT_TRUE(wait_for_cursor("1"));
    ASSERT_EQ(conversation_ids().size(), 1u);
    const auto stored = messages(conversation_ids()[0]);
    ASSERT_EQ(stored.size(), 1u);
    const auto& invoice = stored[0].attachments(0);
    EXPECT_EQ(invoice.size(), 11);
    blob::BlobStore blobs(options_.blobs, pool_);
    EXPECT_EQ(expect(blobs.get(invoice.blob(), 100)), "the invoice");
    EXPECT_EQ(stored[0].attachments(1).url(), "https://example.org/b");
    EXPECT_EQ(stored[0].attachments(1).blob(), "");
    EXPECT_EQ(expect(blobs.get(raw_of(kMain), raw.size())), raw);
}

}  // namespace
}  // namespace guichet::test
