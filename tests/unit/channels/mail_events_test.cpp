#include <gtest/gtest.h>

#include "common/channels/mail/events.hpp"
#include "common/core/bytes.hpp"

namespace guichet::channels::mail {
namespace {

using Kind = Event::Kind;

v1::Channel shop() {
    v1::Channel channel;
    auto& settings = *channel.mutable_settings();
    settings["address"] = "Help@Shop.example";
    settings["aliases"] = "shop@shop.example, old@shop.example";
    settings["imap_host"] = "imap.shop.example";
    settings["smtp_host"] = "smtp.shop.example";
    (*channel.mutable_secrets())["password"] = "secret";
    return channel;
}

Events read(const std::string& raw, const v1::Channel& channel = shop()) {
    return events_of(parse_mail(raw), *read_settings(channel), raw);
}

Event event_of(const std::string& raw) {
    auto events = read(raw);
    EXPECT_EQ(events.size(), 1u);
    return events.empty() ? Event() : events.front();
}

std::string field(const Event& event, const std::string& name) {
    for (const auto& field : event.message.fields()) {
        if (field.name() == name) return field.value();
    }
    return "-";
}

TEST(MailEvents, ACustomersMail) {
    const std::string raw =
        "From: Anna <Anna@Example.org>\nTo: help@shop.example\nSubject: Broken\nMessage-ID: "
        "<m1@example.org>\n"
        "Date: Tue, 3 Mar 2026 10:00:00 +0100\n\nIt broke.\n\n> old words\n";
    const auto event = event_of(raw);
    EXPECT_EQ(event.kind, Kind::message);
    EXPECT_EQ(event.message.external_id(), "m1@example.org");
    EXPECT_EQ(event.message.thread(), "m1@example.org");
    EXPECT_EQ(event.message.author().external_id(), "anna@example.org");
    EXPECT_EQ(event.message.author().name(), "Anna");
    EXPECT_EQ(event.message.author().email(), "anna@example.org");
    EXPECT_EQ(event.message.subject(), "Broken");
    EXPECT_EQ(event.message.text(), "It broke.");
    EXPECT_EQ(event.message.visibility(), v1::VISIBILITY_PRIVATE);
    EXPECT_EQ(event.message.created_at().seconds(), 1'772'528'400);
    EXPECT_EQ(field(event, "quoted"), "> old words");
    EXPECT_EQ(event.conversation, "");
    EXPECT_EQ(event.raw, raw);
}

TEST(MailEvents, WithoutAnIdTheBytesAreTheId) {
    const auto event = event_of("From: a@example.org\n\nx\n");
    EXPECT_EQ(event.message.external_id(), "sha256:" + hex(sha256("From: a@example.org\n\nx\n")));
    EXPECT_EQ(event.message.thread(), event.message.external_id());
}

TEST(MailEvents, AThreadIsItsFirstReference) {
    EXPECT_EQ(
        event_of("From: a@b.example\nReferences: <r1@x> <r2@x>\nIn-Reply-To: <r2@x>\n\nx").message.thread(),
        "r1@x");
    EXPECT_EQ(event_of("From: a@b.example\nIn-Reply-To: <r2@x>\n\nx").message.thread(), "r2@x");
}

TEST(MailEvents, AnAnswerToOursFindsItsConversation) {
    const auto event =
        event_of("From: a@b.example\nReferences: <r1@x> <g.D7.C7@shop.example>\nMessage-ID: <m@x>\n\nx");
    EXPECT_EQ(event.message.thread(), "conv:C7");
    EXPECT_EQ(event.conversation, "C7");
    EXPECT_EQ(event.delivery, "");
    const auto foreign =
        event_of("From: a@b.example\nReferences: <g.D7.C7@other.example>\nMessage-ID: <m@x>\n\nx");
    EXPECT_EQ(foreign.message.thread(), "g.D7.C7@other.example");
    EXPECT_EQ(foreign.conversation, "");
}

TEST(MailEvents, WhoeverIsToBeAnsweredIsTheAuthor) {
    EXPECT_EQ(event_of("From: A <a@b.example>\nReply-To: c@d.example\n\nx").message.author().external_id(),
              "c@d.example");
    EXPECT_EQ(event_of("From: A <a@b.example>\nReply-To: c@d.example\n\nx").message.author().name(), "A");
    EXPECT_EQ(
        event_of("From: A <a@b.example>\nReply-To: help@shop.example\n\nx").message.author().external_id(),
        "a@b.example");
    // A web site's form.
    const auto form = event_of("From: Shop <help@shop.example>\nReply-To: Anna <anna@example.org>\n\nx");
    EXPECT_EQ(form.kind, Kind::message);
    EXPECT_EQ(form.message.author().name(), "Anna");
    EXPECT_EQ(event_of("From: G <group@b.example>\nX-Original-Sender: jane@b.example\n\nx")
                  .message.author()
                  .external_id(),
              "jane@b.example");
}

TEST(MailEvents, OwnMailIsOwn) {
    const auto event = event_of(
        "From: old@shop.example\nTo: help@shop.example, Anna <anna@example.org>\n"
        "Message-ID: <x@shop.example>\nReferences: <r1@x>\n\nDear Anna");
    EXPECT_EQ(event.kind, Kind::own);
    EXPECT_EQ(event.message.author().external_id(), "anna@example.org");
    EXPECT_EQ(event.message.thread(), "r1@x");
    const auto echo =
        event_of("From: help@shop.example\nTo: anna@example.org\nMessage-ID: <g.D1.C1@shop.example>\n\nHi");
    EXPECT_EQ(echo.kind, Kind::own);
    EXPECT_EQ(echo.delivery, "D1");
    EXPECT_EQ(echo.message.thread(), "conv:C1");
}

TEST(MailEvents, AutomaticMailIsLeftOut) {
    for (const auto* header :
         {"Auto-Submitted: auto-replied", "Auto-Submitted: auto-generated", "Precedence: bulk",
          "Precedence: junk", "Return-Path: <>", "List-Id: <l.example>", "Precedence: list",
          "X-Autoreply: yes",
          "Content-Type: multipart/report; report-type=disposition-notification; boundary=b"}) {
        EXPECT_TRUE(read("From: a@b.example\n" + std::string(header) + "\n\nx").empty()) << header;
    }
    EXPECT_EQ(read("From: a@b.example\nAuto-Submitted: no\n\nx").size(), 1u);
    auto channel = shop();
    (*channel.mutable_settings())["take_lists"] = "true";
    EXPECT_EQ(read("From: a@b.example\nList-Id: <l.example>\nPrecedence: list\n\nx", channel).size(), 1u);
    EXPECT_TRUE(read("From: a@b.example\nPrecedence: bulk\n\nx", channel).empty());
}

std::string report(const std::string& action, const std::string& status, const std::string& id) {
    return "From: MAILER-DAEMON@mx.example\nReturn-Path: <>\nAuto-Submitted: auto-replied\n"
           "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n"
           "--b\nContent-Type: text/plain\n\nSorry.\n"
           "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n"
           "Final-Recipient: rfc822; help@shop.example\nAction: failed\nStatus: 5.0.0\n\n"
           "Final-Recipient: rfc822; anna@example.org\nAction: " +
           action + "\nStatus: " + status +
           "\nDiagnostic-Code: smtp; 550 no such user\n"
           "--b\nContent-Type: message/rfc822\n\nMessage-ID: <" +
           id + ">\n\nText\n--b--\n";
}

TEST(MailEvents, ABounceIsADeliveryThatFailed) {
    const auto event = event_of(report("failed", "5.1.1", "g.D1.C1@shop.example"));
    EXPECT_EQ(event.kind, Kind::failed);
    EXPECT_EQ(event.delivery, "D1");
    EXPECT_EQ(event.conversation, "C1");
    EXPECT_EQ(event.message.external_id(), "g.D1.C1@shop.example");
    EXPECT_TRUE(event.permanent);
    EXPECT_EQ(event.error, "anna@example.org: 550 no such user (5.1.1)");
    EXPECT_FALSE(event_of(report("failed", "4.4.7", "g.D1.C1@shop.example")).permanent);
    EXPECT_EQ(event_of(report("delivered", "2.0.0", "g.D1.C1@shop.example")).kind, Kind::delivered);
    EXPECT_TRUE(read(report("delayed", "4.4.1", "g.D1.C1@shop.example")).empty());
}

TEST(MailEvents, BouncesInWordsAlone) {
    const auto event = event_of(
        "From: Mailer-Daemon@mx.example\nX-Failed-Recipients: anna@example.org\n\n"
        "No such user.\n\nMessage-ID: <g.D2.C2@shop.example>\n");
    EXPECT_EQ(event.kind, Kind::failed);
    EXPECT_EQ(event.delivery, "D2");
    EXPECT_FALSE(event.permanent);
    EXPECT_TRUE(event.error.starts_with("No such user."));
    EXPECT_TRUE(read("From: mailer-daemon@mx.example\n\nSomething about <other@x>.").empty());
}

TEST(MailEvents, SaysSomethingWhereNothingIsSaid) {
    EXPECT_EQ(event_of("From: a@b.example\nSubject: Call me\n\n").message.text(), "Call me");
    EXPECT_EQ(event_of("From: a@b.example\n\n \n").message.text(), "(empty mail)");
    const auto large = events_of_large(parse_mail("From: a@b.example\nSubject: Film\nMessage-ID: <m@x>\n\n"),
                                       *read_settings(shop()), "From", 80'000'000);
    ASSERT_EQ(large.size(), 1u);
    EXPECT_NE(large[0].message.text().find("77 MB"), std::string::npos);
    EXPECT_EQ(large[0].message.subject(), "Film");
    EXPECT_EQ(field(large[0], "mail_bytes"), "80000000");
}

TEST(MailEvents, BoundsText) {
    const auto event = event_of("From: a@b.example\n\n" + std::string(200'000, 'x'));
    EXPECT_LT(event.message.text().size(), 60'010u);
    EXPECT_TRUE(event.message.text().ends_with("…]"));
}

TEST(MailSettings, NamesWhatIsWrong) {
    const auto wrong = [](const char* name, const char* value) {
        auto channel = shop();
        (*channel.mutable_settings())[name] = value;
        const auto settings = read_settings(channel);
        return settings ? std::string("fine") : settings.error().field;
    };
    EXPECT_EQ(wrong("address", "help"), "settings.address");
    EXPECT_EQ(wrong("address", "a b@shop.example"), "settings.address");
    EXPECT_EQ(wrong("aliases", "x,y"), "settings.aliases");
    EXPECT_EQ(wrong("imap_port", "0"), "settings.imap_port");
    EXPECT_EQ(wrong("imap_tls", "ssl"), "settings.imap_tls");
    EXPECT_EQ(wrong("folder", "a\r\nb"), "settings.folder");
    EXPECT_EQ(wrong("save_sent", "true"), "settings.save_sent");
    EXPECT_EQ(wrong("mark_seen", "yes"), "settings.mark_seen");
    EXPECT_EQ(wrong("max_mail_bytes", "12"), "settings.max_mail_bytes");
    EXPECT_EQ(wrong("folder", "Support"), "fine");
    auto channel = shop();
    channel.mutable_secrets()->clear();
    EXPECT_EQ(read_settings(channel).error().field, "secrets.password");
}

TEST(MailSettings, HasDefaults) {
    const auto settings = *read_settings(shop());
    EXPECT_EQ(settings.address, "help@shop.example");
    EXPECT_EQ(settings.domain, "shop.example");
    EXPECT_EQ(settings.imap->port, 993);
    EXPECT_EQ(settings.imap->user, "help@shop.example");
    EXPECT_EQ(settings.smtp->port, 587);
    EXPECT_EQ(settings.smtp->security, Security::starttls);
    EXPECT_EQ(settings.max_mail_bytes, 25u * 1024 * 1024);
}

TEST(MailSettings, OurIdsAreRecognised) {
    const auto id = our_message_id(DeliveryId("D1"), ConversationId("C1"), "shop.example");
    EXPECT_EQ(id, "g.D1.C1@shop.example");
    EXPECT_EQ(parse_our_id(id, "shop.example")->conversation.str(), "C1");
    for (const auto* other : {"g.D1@shop.example", "g.D1.C1.x@shop.example", "g.D 1.C1@shop.example",
                              "g..C1@shop.example", "x.D1.C1@shop.example", "g.D1.C1", "g.D1.C1@x.example"}) {
        EXPECT_FALSE(parse_our_id(other, "shop.example")) << other;
    }
}

}  // namespace
}  // namespace guichet::channels::mail
