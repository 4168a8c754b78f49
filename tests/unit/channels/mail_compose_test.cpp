#include <gtest/gtest.h>

#include "common/channels/mail/mime.hpp"

namespace guichet::channels::mail {
namespace {

OutgoingMail answer() {
    OutgoingMail mail;
    mail.from = {"Zoë", "help@shop.example"};
    mail.to = "anna@example.org";
    mail.subject = "Re: Cassé";
    mail.text = "Bonjour Anna,\n.\nFrom here: 5 €.\n";
    mail.message_id = "g.D1.C1@shop.example";
    mail.in_reply_to = "m2@example.org";
    mail.references = {"m1@example.org", "m2@example.org", "m2@example.org"};
    mail.date = 1'772'528'400'000;
    return mail;
}

TEST(MailCompose, ComesBackAsItWas) {
    const auto bytes = compose_mail(answer());
    const auto mail = parse_mail(bytes);
    EXPECT_EQ(mail.from->name, "Zoë");
    EXPECT_EQ(mail.from->email, "help@shop.example");
    ASSERT_EQ(mail.to.size(), 1u);
    EXPECT_EQ(mail.to[0].email, "anna@example.org");
    EXPECT_EQ(mail.subject, "Re: Cassé");
    EXPECT_EQ(mail.text, "Bonjour Anna,\n.\nFrom here: 5 €.\n");
    EXPECT_EQ(mail.message_id, "g.D1.C1@shop.example");
    EXPECT_EQ(mail.in_reply_to, std::vector<std::string>{"m2@example.org"});
    EXPECT_EQ(mail.references, (std::vector<std::string>{"m1@example.org", "m2@example.org"}));
    EXPECT_EQ(mail.date, 1'772'528'400'000);
    EXPECT_EQ(mail.auto_submitted, "");
}

TEST(MailCompose, IsAsciiInLinesOfCrlf) {
    auto mail = answer();
    mail.text = std::string(5'000, 'a') + "\n" + std::string(3'000, '\xE9');
    mail.subject = std::string(400, 'S') + "é" + std::string(400, 's');
    mail.files.push_back({"Facturé.pdf", "application/pdf", std::string("\0\r\n\xff", 4)});
    const auto bytes = compose_mail(mail);
    std::size_t line = 0;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        ASSERT_LT(static_cast<unsigned char>(bytes[i]), 0x80);
        if (bytes[i] == '\n') {
            ASSERT_EQ(bytes[i - 1], '\r');
            line = 0;
        } else {
            ASSERT_LE(++line, 998u);
        }
    }
    const auto back = parse_mail(bytes);
    ASSERT_EQ(back.files.size(), 1u);
    EXPECT_EQ(back.files[0].name, "Facturé.pdf");
    EXPECT_EQ(back.files[0].bytes, mail.files[0].bytes);
}

TEST(MailCompose, NoValueAddsAHeader) {
    auto mail = answer();
    mail.from.name = "Zoe\r\nBcc: x@evil.example\r\n";
    mail.subject = "Re: a\r\nBcc: y@evil.example\n\nBody";
    mail.in_reply_to = "m2>\r\nBcc: z@evil.example";
    mail.references = {"ok@x", "bad id@x", "m>\r\nX: y"};
    mail.files.push_back({"a\"\r\nBcc: v@evil.example\r\n.txt", "text/plain\r\nX-Y: z", "x"});
    const auto bytes = compose_mail(mail);
    EXPECT_EQ(bytes.find("\r\nBcc:"), std::string::npos);
    EXPECT_EQ(bytes.find("\r\nX:"), std::string::npos);
    EXPECT_EQ(bytes.find("\r\nX-Y:"), std::string::npos);
    const auto back = parse_mail(bytes);
    EXPECT_EQ(back.subject, "Re: a  Bcc: y@evil.example  Body");
    EXPECT_TRUE(back.in_reply_to.empty());
    EXPECT_EQ(back.references, std::vector<std::string>{"ok@x"});
    ASSERT_EQ(back.to.size(), 1u);
}

TEST(MailCompose, KeepsTheRootOfLongThreads) {
    auto mail = answer();
    mail.references.clear();
    for (int i = 0; i < 100; ++i) mail.references.push_back("r" + std::to_string(i) + "@x");
    const auto back = parse_mail(compose_mail(mail));
    EXPECT_EQ(back.references.size(), 20u);
    EXPECT_EQ(back.references.front(), "r0@x");
    EXPECT_EQ(back.references.back(), "r99@x");
}

TEST(MailCompose, KnowsPlainAddresses) {
    EXPECT_TRUE(plain_address("a.b+c@example.org"));
    for (const auto* bad : {"", "a", "@x", "a@", "a b@x", "a@b@c", "a@x\r\nRCPT TO:<b@x>", "<a@x>", "é@x",
                            "a@é", "\"a\"@x", "a,b@x"}) {
        EXPECT_FALSE(plain_address(bad)) << bad;
    }
}

}  // namespace
}  // namespace guichet::channels::mail
