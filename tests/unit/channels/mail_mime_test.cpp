#include <filesystem>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "common/channels/mail/charset.hpp"
#include "common/channels/mail/folding.hpp"
#include "common/channels/mail/mime.hpp"
#include "common/core/bytes.hpp"

namespace guichet::channels::mail {
namespace {

std::string crlf(std::string text) {
    std::string out;
    for (const char c : text) out += c == '\n' ? std::string("\r\n") : std::string(1, c);
    return out;
}

TEST(MailMime, ReadsHeadersAndPlainText) {
    const auto mail =
        parse_mail(crlf("From: =?utf-8?q?Ana=C3=AFs?= Petit <Anais.Petit@Example.org>\n"
                        "To: Service <help@shop.example>, second@shop.example\n"
                        "Reply-To: <other@example.org>\n"
                        "Subject: =?iso-8859-1?q?Cass=E9?=\n"
                        "Date: Tue, 3 Mar 2026 10:00:00 +0100\n"
                        "Message-ID: <m3@example.org>\n"
                        "In-Reply-To: <m2@example.org>\n"
                        "References: <m1@example.org>\n <m2@example.org>\n"
                        "Content-Type: text/plain; charset=iso-8859-15\n"
                        "Content-Transfer-Encoding: quoted-printable\n\n"
                        "Il co=FBte 5 =A4.\n"));
    ASSERT_TRUE(mail.from);
    EXPECT_EQ(mail.from->name, "Anaïs Petit");
    EXPECT_EQ(mail.from->email, "anais.petit@example.org");
    ASSERT_TRUE(mail.reply_to);
    EXPECT_EQ(mail.reply_to->email, "other@example.org");
    ASSERT_EQ(mail.to.size(), 2u);
    EXPECT_EQ(mail.subject, "Cassé");
    EXPECT_EQ(mail.date, 1'772'528'400'000);
    EXPECT_EQ(mail.message_id, "m3@example.org");
    EXPECT_EQ(mail.in_reply_to, std::vector<std::string>{"m2@example.org"});
    EXPECT_EQ(mail.references, (std::vector<std::string>{"m1@example.org", "m2@example.org"}));
    EXPECT_EQ(mail.text, "Il coûte 5 €.\n");
}

TEST(MailMime, KnowsAutomaticMail) {
    const auto mail = parse_mail(
        "Return-Path: <>\nAuto-Submitted: Auto-Replied; x=y\nPrecedence: BULK\n"
        "List-Id: <news.example.org>\nX-Autoreply: yes\n\nAway.\n");
    EXPECT_TRUE(mail.empty_return_path);
    EXPECT_EQ(mail.auto_submitted, "auto-replied");
    EXPECT_EQ(mail.precedence, "bulk");
    EXPECT_EQ(mail.list_id, "<news.example.org>");
    EXPECT_TRUE(mail.autoresponder);
}

constexpr char kMixed[] =
    "From: a@example.org\nContent-Type: multipart/mixed; boundary=b\n\n"
    "--b\nContent-Type: multipart/alternative; boundary=c\n\n"
    "--c\nContent-Type: text/html; charset=utf-8\n\n<p>Bonjour <b>tous</b></p>\n"
    "--c\nContent-Type: text/plain; charset=utf-8\n\nBonjour\n--c--\n"
    "--b\nContent-Type: image/png; name=\"../a/b.png\"\nContent-Transfer-Encoding: base64\n"
    "Content-Disposition: attachment; filename=\"../a/b.png\"\n\niVBORw0KGgo=\n"
    "--b\nContent-Type: application/pdf\nContent-Disposition: attachment\n\n%PDF\n"
    "--b\nContent-Type: text/plain; charset=utf-8\n\nAu revoir\n"
    "--b\nContent-Type: message/rfc822\n\nSubject: Facture\nFrom: x@example.org\n\nInner\n--b--\n";

TEST(MailMime, PrefersPlainTextAndCollectsFiles) {
    const auto mail = parse_mail(kMixed);
    EXPECT_EQ(mail.text, "Bonjour\nAu revoir");
    ASSERT_EQ(mail.files.size(), 3u);
    EXPECT_EQ(mail.files[0].name, "b.png");
    EXPECT_EQ(mail.files[0].media_type, "image/png");
    EXPECT_EQ(mail.files[0].bytes, "\x89PNG\r\n\x1A\n");
    EXPECT_EQ(mail.files[1].name, "attachment-2.pdf");
    EXPECT_EQ(mail.files[2].name, "Facture.eml");
    EXPECT_NE(mail.files[2].bytes.find("Inner"), std::string::npos);
}

TEST(MailMime, LeavesOutWhatIsTooMuch) {
    MimeLimits limits;
    limits.files = 1;
    limits.text = 4;
    auto mail = parse_mail(kMixed, limits);
    EXPECT_EQ(mail.files.size(), 1u);
    EXPECT_EQ(mail.files_left_out, 2u);
    EXPECT_EQ(mail.text, "Bonj");
    EXPECT_TRUE(mail.text_cut);
    limits = {};
    limits.all_file_bytes = 9;
    mail = parse_mail(kMixed, limits);
    EXPECT_EQ(mail.files.size(), 1u);
    limits.parts = 2;
    EXPECT_TRUE(parse_mail(kMixed, limits).files.empty());
}

TEST(MailMime, SurvivesPartsWithinPartsAndGarbage) {
    std::string deep = "From: a@example.org\n";
    for (int i = 0; i < 3000; ++i) {
        const auto mark = "b" + std::to_string(i);
        deep += "Content-Type: multipart/mixed; boundary=" + mark + "\n\n--" + mark + "\n";
    }
    deep += "Content-Type: text/plain\n\nHidden\n";
    EXPECT_EQ(parse_mail(deep).text, "");
    EXPECT_FALSE(parse_mail("").from);
    EXPECT_FALSE(parse_mail(std::string("\0\xff\xfe\n\n\0", 6)).from);
    EXPECT_EQ(parse_mail("From: x\nSubject: \xe9t\xe9\n\n\xe9").subject, "été");
    const std::string_view whole(kMixed);
    for (std::size_t n = 0; n < whole.size(); n += 7) parse_mail(whole.substr(0, n));
}

TEST(MailMime, HtmlAloneBecomesText) {
    const auto mail = parse_mail(
        "From: a@example.org\nContent-Type: text/html\n\n"
        "<html><head><style>p{}</style></head><body><p>Bonjour&nbsp;!</p>"
        "<script>alert(1)</script><p>Merci</p></body></html>");
    EXPECT_EQ(mail.text, "Bonjour\xC2\xA0!\n\nMerci");
}

TEST(MailMime, ReadsDeliveryReports) {
    const auto mail = parse_mail(
        "From: MAILER-DAEMON@mx.example (Mail Delivery System)\nReturn-Path: <>\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n"
        "--b\nContent-Type: text/plain\n\nSorry.\n"
        "--b\nContent-Type: message/delivery-status\n\n"
        "Reporting-MTA: dns; mx.example\n\n"
        "Final-Recipient: rfc822; Anna@Example.org\nAction: failed\nStatus: 5.1.1 (user unknown)\n"
        "Diagnostic-Code: smtp; 550 5.1.1\n  no such user\n\n"
        "Original-Recipient: rfc822;ben@example.org\nAction: delayed\nStatus: 4.4.1\n"
        "--b\nContent-Type: message/rfc822\n\nMessage-ID: <g.D1.C1@shop.example>\nSubject: Re: "
        "x\n\nText\n--b--\n");
    EXPECT_TRUE(mail.is_report);
    ASSERT_EQ(mail.reports.size(), 2u);
    EXPECT_EQ(mail.reports[0].recipient, "anna@example.org");
    EXPECT_EQ(mail.reports[0].action, "failed");
    EXPECT_EQ(mail.reports[0].status, "5.1.1");
    EXPECT_EQ(mail.reports[0].diagnostic, "550 5.1.1 no such user");
    EXPECT_EQ(mail.reports[1].recipient, "ben@example.org");
    EXPECT_EQ(mail.reports[1].action, "delayed");
    EXPECT_EQ(mail.original_id, "g.D1.C1@shop.example");
    EXPECT_TRUE(mail.files.empty());
}

TEST(MailMime, FindsTheOriginalAmongHeadersAlone) {
    const auto mail = parse_mail(
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n"
        "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\nAction: failed\nStatus: "
        "5.0.0\n"
        "--b\nContent-Type: text/rfc822-headers\n\nSubject: x\nMessage-Id:\n "
        "<g.D2.C2@shop.example>\n--b--\n");
    EXPECT_EQ(mail.original_id, "g.D2.C2@shop.example");
}

TEST(MailCharset, ReadsWhatMailsSay) {
    EXPECT_EQ(to_utf8("caf\xe9", "ISO-8859-1"), "café");
    EXPECT_EQ(to_utf8("\x93hi\x94", "iso-8859-1"), "“hi”");
    EXPECT_EQ(to_utf8("\xcf\xf0\xe8\xe2\xe5\xf2", "windows-1251"), "Привет");
    EXPECT_EQ(to_utf8("\x80", "windows-1252"), "€");
    EXPECT_EQ(to_utf8("caf\xc3\xa9", "us-ascii"), "café");
    EXPECT_EQ(to_utf8("caf\xe9", ""), "café");
    EXPECT_EQ(to_utf8("caf\xc3\xa9", "x-nobody-knows"), "café");
    EXPECT_EQ(to_utf8("caf\xe9!", "utf-8"), "caf\xEF\xBF\xBD!");
    EXPECT_EQ(to_utf8("\x1b$B$3$s\x1b(B", "iso-2022-jp"), "こん");
    EXPECT_EQ(to_utf8("a\xff\xffz", "gb2312"), "a\xEF\xBF\xBD\xEF\xBF\xBDz");
    EXPECT_EQ(to_utf8("caf\xe9", "latin1//IGNORE"), "café");
    EXPECT_TRUE(valid_utf8(to_utf8(std::string("a\0b", 3), "utf-8")));
}

// Real mails, where they lie beside the checkout (or where GUICHET_PAYLOADS says); none elsewhere.
TEST(MailMime, ReadsRecordedMails) {
    const auto* given = std::getenv("GUICHET_PAYLOADS");
    const std::filesystem::path folder =
        std::filesystem::path(given != nullptr ? given : GUICHET_SOURCE_DIR "/../shared/payloads") / "mail";
    if (!std::filesystem::is_directory(folder)) return;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        std::ifstream file(entry.path(), std::ios::binary);
        std::stringstream bytes;
        bytes << file.rdbuf();
        const auto mail = parse_mail(bytes.str());
        const auto folded = fold_quotes(mail.text);
        SCOPED_TRACE(entry.path().filename().string());
        EXPECT_TRUE(mail.from || mail.is_report);
        EXPECT_FALSE(mail.message_id.empty());
        EXPECT_GT(mail.date, 0);
        EXPECT_TRUE(valid_utf8(mail.text));
        EXPECT_EQ(mail.text.find("<div"), std::string::npos);
        EXPECT_TRUE(!mail.text.empty() || !mail.files.empty());
        if (std::getenv("GUICHET_SHOW") != nullptr) {
            std::cout << "=== " << entry.path().filename().string() << " " << mail.message_id << " | "
                      << (mail.from ? mail.from->name + " " + mail.from->email : "-") << " | " << mail.subject
                      << " | files";
            for (const auto& one : mail.files)
                std::cout << " " << one.name << ":" << one.media_type << ":" << one.bytes.size();
            std::cout << "\n[" << folded.fresh << "]\n--quoted--\n[" << folded.quoted << "]\n";
        }
    }
}

}  // namespace
}  // namespace guichet::channels::mail
