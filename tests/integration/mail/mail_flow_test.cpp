#include <fstream>
#include <sstream>

#include "tests/integration/mail/world.hpp"

namespace guichet::channels {
namespace {

using Kind = Outcome::Kind;

std::string mail(const std::string& id, const std::string& text, const std::string& headers = {}) {
    return "From: Anna Petit <anna@example.org>\nTo: help@shop.example\nSubject: Broken\nMessage-ID: <" + id +
           ">\n" + headers + "Content-Type: text/plain; charset=utf-8\n\n" + text + "\n";
}

TEST_F(MailTest, ADeliveredMailAppearsAtOnce) {
    auto channel = shop();
    test::Tap tap(io, servers().imap());
    through(channel, "imap", tap.port());
    const auto at = cursor(channel);
    const auto waiting = begin_waiting(channel, at, tap);
    const auto& page = waiting->page;
    EXPECT_FALSE(page);
    ASSERT_EQ(servers().deliver("anna@example.org", "help@shop.example",
                                mail("idle-1@example.org", "Ça ne marche pas")),
              "");
    const auto delivered = clock.steady();
    ASSERT_TRUE(test::wait_until(io, [&] { return page.has_value(); }));
    EXPECT_LT(clock.steady() - delivered, 5s);
    ASSERT_TRUE(*page) << to_string(page->error());
    ASSERT_EQ((*page)->events.size(), 1u);
    const auto& event = (*page)->events.front();
    EXPECT_EQ(event.kind, Event::Kind::message);
    EXPECT_EQ(event.message.external_id(), "idle-1@example.org");
    EXPECT_EQ(event.message.text(), "Ça ne marche pas");
    EXPECT_EQ(event.message.author().name(), "Anna Petit");
    EXPECT_NE((*page)->cursor, at);
    EXPECT_EQ((*page)->wait, 0ms);
    EXPECT_EQ(tap.connections(), 1) << "the connection was kept between two pulls";
    // Nothing was marked.
    for (const auto& file : servers().files("help@shop.example", "cur"))
        EXPECT_EQ(file.substr(file.rfind(',')).find('S'), std::string::npos) << file;
}

TEST_F(MailTest, WaitsNoLongerThanItMay) {
    const auto channel = shop();
    const auto at = cursor(channel);
    const auto begin = clock.steady();
    const auto page = run(connector.pull(channel, at, 300ms));
    ASSERT_TRUE(page);
    EXPECT_TRUE(page->events.empty());
    EXPECT_EQ(page->cursor, at);
    EXPECT_GE(clock.steady() - begin, 290ms);
    EXPECT_LT(clock.steady() - begin, 5s);
}

TEST_F(MailTest, AnAnswerGoesOutAndComesBack) {
    const auto ours = shop();
    const auto hers = anna();
    auto at = cursor(ours);
    auto her_cursor = cursor(hers);
    ASSERT_EQ(
        servers().deliver("anna@example.org", "help@shop.example", mail("flow-1@example.org", "It broke")),
        "");
    const auto question = next(ours, at);
    auto answer = intent("C1", "Désolé !\n.\nNous réparons.");
    answer.reply_to = question.message.external_id();
    answer.thread = question.message.thread();
    const auto outcome = send(ours, answer);
    ASSERT_EQ(outcome.kind, Kind::sent) << outcome.error;
    EXPECT_EQ(outcome.external_id, "g." + answer.delivery.str() + ".C1@shop.example");

    const auto read = next(hers, her_cursor);
    EXPECT_EQ(read.message.text(), "Désolé !\n.\nNous réparons.");
    EXPECT_EQ(read.message.subject(), "Re: Broken");
    EXPECT_EQ(read.message.author().name(), "Claire");
    EXPECT_EQ(read.message.author().external_id(), "help@shop.example");
    EXPECT_EQ(read.message.external_id(), outcome.external_id);
    EXPECT_EQ(read.message.thread(), "flow-1@example.org");

    ASSERT_EQ(
        servers().deliver(
            "anna@example.org", "help@shop.example",
            mail("flow-2@example.org", "Thanks\n\nOn 3 Mar 2026 Claire <help@shop.example> wrote:\n> Désolé",
                 "In-Reply-To: <" + outcome.external_id + ">\nReferences: <flow-1@example.org>\n <" +
                     outcome.external_id + ">\n")),
        "");
    const auto thanks = next(ours, at);
    EXPECT_EQ(thanks.message.text(), "Thanks");
    EXPECT_EQ(thanks.conversation, "C1");
    EXPECT_EQ(thanks.message.thread(), "conv:C1");
}

TEST_F(MailTest, ANewMailOfOurOwn) {
    auto at = cursor(anna());
    auto what = intent("C2", "We saw your post.");
    what.way = Way::direct;
    what.recipient = "anna@example.org";
    what.author = "some-user-of-elsewhere";
    what.subject = "Your order";
    ASSERT_EQ(send(shop(), what).kind, Kind::sent);
    const auto read = next(anna(), at);
    EXPECT_EQ(read.message.subject(), "Your order");
    EXPECT_EQ(read.message.thread(), read.message.external_id());
}

TEST_F(MailTest, RefusalsAreToldApart) {
    auto what = intent("C3", "x");
    what.author = "nobody@example.org";
    auto outcome = send(shop(), what);
    EXPECT_EQ(outcome.kind, Kind::permanent) << outcome.error;
    EXPECT_TRUE(outcome.route_closed);
    EXPECT_NE(outcome.error.find("no such user"), std::string::npos);
    what.author = "later@example.org";
    outcome = send(shop(), what);
    EXPECT_EQ(outcome.kind, Kind::retry) << outcome.error;
    what.author = "not an address";
    EXPECT_EQ(send(shop(), what).kind, Kind::permanent);
    what.author = "anna@example.org";
    auto channel = shop();
    (*channel.mutable_secrets())["smtp_password"] = "wrong";
    EXPECT_EQ(send(channel, what).kind, Kind::reauth);
    channel = shop();
    set(channel, "ca_pem", "");
    outcome = send(channel, what);
    EXPECT_EQ(outcome.kind, Kind::retry);
    EXPECT_NE(outcome.error.find("certificate"), std::string::npos) << outcome.error;
    channel = shop();
    set(channel, "allow_private", "false");
    EXPECT_EQ(send(channel, what).kind, Kind::permanent);
    channel = shop();
    set(channel, "smtp_port", "1");
    EXPECT_EQ(send(channel, what).kind, Kind::retry);
}

TEST_F(MailTest, TlsAtOnceForSmtp) {
    auto channel = shop();
    set(channel, "smtp_tls", "tls");
    set(channel, "smtp_port", std::to_string(servers().smtps()));
    EXPECT_EQ(send(channel, intent("C4", "x")).kind, Kind::sent);
    set(channel, "imap_tls", "starttls");
    set(channel, "imap_port", std::to_string(servers().imap()));
    EXPECT_TRUE(run(connector.test(channel)).ok());
}

TEST_F(MailTest, SendsNothingTooLate) {
    auto channel = shop();
    test::Tap tap(io, servers().smtp());
    through(channel, "smtp", tap.port());
    auto what = intent("C5", "x");
    what.not_after = clock.now() - 1;
    EXPECT_EQ(send(channel, what).kind, Kind::retry);
    EXPECT_NE(tap.said().find("RCPT TO"), std::string::npos);
    EXPECT_EQ(tap.said().find("DATA"), std::string::npos);
}

TEST_F(MailTest, ABounceComesBackAsAFailedDelivery) {
    auto at = cursor(shop());
    auto what = intent("C6", "x");
    what.author = "bounces@example.org";
    ASSERT_EQ(send(shop(), what).kind, Kind::sent);
    const auto event = next(shop(), at);
    EXPECT_EQ(event.kind, Event::Kind::failed);
    EXPECT_EQ(event.delivery, what.delivery.str());
    EXPECT_EQ(event.conversation, "C6");
    EXPECT_TRUE(event.permanent);
    EXPECT_NE(event.error.find("bounces@example.org"), std::string::npos) << event.error;
}

TEST_F(MailTest, ACutBeforeTheEndIsNoSending) {
    auto channel = shop();
    test::Tap tap(io, servers().smtp());
    through(channel, "smtp", tap.port());
    for (const auto* where : {"EHLO", "AUTH", "RCPT", "DATA\r\n"}) {
        tap.cut(where, test::Tap::Cut::before);
        const auto outcome = send(channel, intent("C7", "x"));
        EXPECT_EQ(outcome.kind, Kind::retry) << where << ": " << outcome.error;
    }
    // More than the buffers in between hold: the cut is noticed before the final dot.
    std::string text;
    while (text.size() < 20'000'000) text += std::string(70, 'x') + "\n";
    tap.cut("xxxx", test::Tap::Cut::before);
    const auto outcome = send(channel, intent("C7", text));
    EXPECT_EQ(outcome.kind, Kind::retry) << outcome.error;
    tap.cut("\r\n.\r\n", test::Tap::Cut::before);
    EXPECT_EQ(send(channel, intent("C7", "x")).kind, Kind::ambiguous);
}

TEST_F(MailTest, AnAnswerThatNeverCameIsLookedUp) {
    auto channel = shop();
    test::Tap tap(io, servers().smtp());
    through(channel, "smtp", tap.port());
    set(channel, "bcc_self", "true");
    EXPECT_TRUE(connector.caps(channel).can_reconcile);
    EXPECT_FALSE(connector.caps(channel).idempotent);
    auto at = cursor(channel);
    tap.cut("\r\n.\r\n", test::Tap::Cut::after);
    auto what = intent("C8", "Did it go?");
    EXPECT_EQ(send(channel, what).kind, Kind::ambiguous);
    // The copy shows it, and is the brand's own.
    const auto copy = next(channel, at);
    EXPECT_EQ(copy.kind, Event::Kind::own);
    EXPECT_EQ(copy.delivery, what.delivery.str());
    auto found = run(connector.reconcile(channel, what));
    EXPECT_EQ(found.kind, Reconciled::Kind::found);
    EXPECT_EQ(found.external_id, copy.message.external_id());
    EXPECT_EQ(run(connector.reconcile(channel, intent("C8", "never sent"))).kind, Reconciled::Kind::absent);
    set(channel, "bcc_self", "false");
    EXPECT_EQ(run(connector.reconcile(channel, what)).kind, Reconciled::Kind::unknown);
}

TEST_F(MailTest, CopiesAreFiledInTheSentFolder) {
    auto channel = shop();
    set(channel, "sent_folder", "Sent");
    set(channel, "save_sent", "true");
    auto what = intent("C9", "x");
    ASSERT_EQ(send(channel, what).kind, Kind::sent);
    Reconciled found;
    const auto end = clock.steady() + 15s;
    while (found.kind != Reconciled::Kind::found && clock.steady() < end)
        found = run(connector.reconcile(channel, what));
    EXPECT_EQ(found.kind, Reconciled::Kind::found);
    // Absence proves nothing where the copy is ours to make.
    EXPECT_EQ(run(connector.reconcile(channel, intent("C9", "y"))).kind, Reconciled::Kind::unknown);
    set(channel, "save_sent", "false");
    EXPECT_EQ(run(connector.reconcile(channel, intent("C9", "y"))).kind, Reconciled::Kind::absent);
}

}  // namespace
}  // namespace guichet::channels
