#include "tests/integration/mail/world.hpp"

namespace guichet::channels {
namespace {

std::string short_mail(const std::string& id, const std::string& text) {
    return "From: anna@example.org\nTo: help@shop.example\nSubject: S\nMessage-ID: <" + id + ">\n\n" + text +
           "\n";
}

TEST_F(MailTest, ABacklogComesInPages) {
    auto at = cursor(shop());
    ASSERT_EQ(servers().deliver("anna@example.org", "help@shop.example",
                                short_mail("page-%n@example.org", "x"), 60),
              "");
    std::vector<std::string> ids;
    bool more = false;
    const auto end = clock.steady() + 15s;
    while (ids.size() < 60 && clock.steady() < end) {
        const auto page = run(connector.pull(shop(), at, 5s));
        ASSERT_TRUE(page) << to_string(page.error());
        EXPECT_LE(page->events.size(), 50u);
        more = more || page->more;
        for (const auto& event : page->events) ids.push_back(event.message.external_id());
        at = page->cursor;
    }
    ASSERT_EQ(ids.size(), 60u);
    std::sort(ids.begin(), ids.end());
    EXPECT_EQ(std::unique(ids.begin(), ids.end()), ids.end());

    auto channel = shop();
    set(channel, "from_start", "true");
    at = cursor(channel);
    EXPECT_EQ(at.substr(at.find(':')), ":0");
    const auto first = run(connector.pull(channel, at, 1s));
    ASSERT_TRUE(first);
    EXPECT_TRUE(first->more);
    EXPECT_FALSE(first->events.empty());
}

TEST_F(MailTest, WhatIsTooLargeStaysInTheMailbox) {
    auto channel = shop();
    set(channel, "max_mail_bytes", "65536");
    auto at = cursor(channel);
    ASSERT_EQ(servers().deliver("anna@example.org", "help@shop.example",
                                short_mail(
                                    "large@example.org", std::string(900, 'x') + "\n" +
                                                             [] {
                                                                 std::string lines;
                                                                 for (int i = 0; i < 200; ++i)
                                                                     lines += std::string(900, 'y') + "\n";
                                                                 return lines;
                                                             }())),
              "");
    const auto event = next(channel, at);
    EXPECT_EQ(event.message.external_id(), "large@example.org");
    EXPECT_NE(event.message.text().find("larger than this channel takes"), std::string::npos);
    EXPECT_LT(event.raw.size(), 10'000u);
}

TEST_F(MailTest, MarksWhatItTookWhereAsked) {
    auto channel = shop();
    set(channel, "mark_seen", "true");
    auto at = cursor(channel);
    const auto seen = [&] {
        int count = 0;
        for (const auto& file : servers().files("help@shop.example", "cur"))
            count += file.substr(file.rfind(',')).find('S') != std::string::npos ? 1 : 0;
        return count;
    };
    const auto before = seen();
    ASSERT_EQ(servers().deliver("anna@example.org", "help@shop.example", short_mail("seen@example.org", "x")),
              "");
    EXPECT_EQ(next(channel, at).message.external_id(), "seen@example.org");
    EXPECT_EQ(seen(), before + 1);
}

TEST_F(MailTest, AServerThatRestartsIsFoundAgain) {
    auto at = cursor(shop());
    servers().restart_imap();
    ASSERT_EQ(
        servers().deliver("anna@example.org", "help@shop.example", short_mail("restart@example.org", "x")),
        "");
    EXPECT_EQ(next(shop(), at).message.external_id(), "restart@example.org");
}

TEST_F(MailTest, AConnectionThatIsCutWhileWaitingIsTold) {
    auto channel = shop();
    test::Tap tap(io, servers().imap());
    through(channel, "imap", tap.port());
    const auto at = cursor(channel);
    const auto waiting = begin_waiting(channel, at, tap);
    const auto& page = waiting->page;
    tap.cut_now();
    ASSERT_TRUE(test::wait_until(io, [&] { return page.has_value(); }));
    ASSERT_FALSE(*page);
    EXPECT_EQ(page->error().code, Code::unavailable);
    EXPECT_TRUE(run(connector.pull(channel, at, 100ms)));
}

TEST_F(MailTest, WhoStopsNeedNotWait) {
    auto channel = shop();
    test::Tap tap(io, servers().imap());
    through(channel, "imap", tap.port());
    const auto at = cursor(channel);
    const auto waiting = begin_waiting(channel, at, tap);
    const auto begin = clock.steady();
    waiting->signal.emit(asio::cancellation_type::terminal);
    ASSERT_TRUE(test::wait_until(io, [&] { return waiting->ended; }));
    EXPECT_LT(clock.steady() - begin, 5s);
    EXPECT_TRUE(run(connector.pull(channel, at, 100ms)));
}

TEST_F(MailTest, UidsThatBecameWorthless) {
    auto at = cursor(shop());
    servers().recreate_mailboxes();
    ASSERT_EQ(servers().deliver("anna@example.org", "help@shop.example", short_mail("anew@example.org", "x")),
              "");
    ASSERT_TRUE(test::wait_until([&] { return !servers().files("help@shop.example", "new").empty(); }));
    const auto page = run(connector.pull(shop(), "1:77", 1s));
    ASSERT_TRUE(page) << to_string(page.error());
    EXPECT_TRUE(page->events.empty());
    EXPECT_TRUE(page->more);
    EXPECT_NE(page->cursor.substr(0, 2), "1:");
    at = page->cursor;
    EXPECT_EQ(next(shop(), at).message.external_id(), "anew@example.org");
}

TEST_F(MailTest, TheTestSaysWhatIsWrong) {
    EXPECT_TRUE(run(connector.test(shop())).ok());
    auto channel = shop();
    (*channel.mutable_secrets())["imap_password"] = "wrong";
    EXPECT_EQ(run(connector.test(channel)).code, Code::unauthenticated);
    channel = shop();
    (*channel.mutable_secrets())["smtp_password"] = "wrong";
    EXPECT_EQ(run(connector.test(channel)).code, Code::unauthenticated);
    channel = shop();
    set(channel, "folder", "Nowhere");
    auto status = run(connector.test(channel));
    EXPECT_NE(status.message.find("Nowhere"), std::string::npos) << status.message;
    channel = shop();
    set(channel, "ca_pem", "");
    status = run(connector.test(channel));
    EXPECT_EQ(status.code, Code::failed_precondition) << to_string(status);
    channel = shop();
    set(channel, "imap_host", "127.0.0.1");
    EXPECT_EQ(run(connector.test(channel)).code, Code::failed_precondition)
        << "the certificate is for localhost";
    EXPECT_EQ(run(connector.pull(channel, "", 1s)).error().code, Code::failed_precondition);
}

}  // namespace
}  // namespace guichet::channels
