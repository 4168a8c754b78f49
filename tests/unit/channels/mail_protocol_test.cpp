#include <gtest/gtest.h>

#include "common/channels/mail/imap_parser.hpp"
#include "common/channels/mail/smtp_reply.hpp"

namespace guichet::channels::mail {
namespace {

using ValueKind = ImapValue::Kind;

ImapResponse parsed(const std::string& bytes) {
    ImapParser parser;
    parser.feed(bytes);
    ImapResponse response;
    const auto done = parser.next(response);
    EXPECT_TRUE(done && *done) << bytes;
    return response;
}

TEST(MailImapParser, ReadsStatusResponses) {
    auto response = parsed("* OK [UIDVALIDITY 3857529045] UIDs valid\r\n");
    EXPECT_EQ(response.tag, "*");
    EXPECT_EQ(response.kind, "OK");
    EXPECT_EQ(response.code, "UIDVALIDITY 3857529045");
    EXPECT_EQ(response.words, "UIDs valid");
    response = parsed("A7 no [AUTHENTICATIONFAILED] Nope.\r\n");
    EXPECT_EQ(response.tag, "A7");
    EXPECT_EQ(response.kind, "NO");
    EXPECT_EQ(response.code, "AUTHENTICATIONFAILED");
    EXPECT_EQ(parsed("+ idling\r\n").words, "idling");
    EXPECT_EQ(parsed("* 23 EXISTS\r\n").number, 23u);
    EXPECT_EQ(parsed("* 23 EXISTS\r\n").kind, "EXISTS");
}

TEST(MailImapParser, ReadsValues) {
    const auto response = parsed(
        "* 12 FETCH (FLAGS (\\Seen $a) UID 77 BODY[HEADER.FIELDS (DATE)]<0> {5}\r\na\r\n)(X NIL "
        "ENV (\"a \\\"b\\\\\" {0}\r\n))\r\n");
    ASSERT_EQ(response.values.size(), 1u);
    const auto& items = response.values[0].items;
    ASSERT_EQ(items.size(), 10u);
    EXPECT_EQ(items[1].kind, ValueKind::list);
    EXPECT_EQ(items[1].items[0].text, "\\Seen");
    EXPECT_EQ(items[3].text, "77");
    EXPECT_EQ(items[4].text, "BODY[HEADER.FIELDS (DATE)]<0>");
    EXPECT_EQ(items[5].kind, ValueKind::text);
    EXPECT_EQ(items[5].text, "a\r\n)(");
    EXPECT_EQ(items[7].kind, ValueKind::nil);
    EXPECT_EQ(items[9].items[0].text, "a \"b\\");
    EXPECT_EQ(items[9].items[1].text, "");
}

// Whatever the pieces are in which bytes come, the same responses come out.
TEST(MailImapParser, TakesBytesInAnyPieces) {
    const std::string bytes =
        "* 1 FETCH (UID 5 BODY[] {12}\r\nA: b\r\n\r\nhi{9} FLAGS ())\r\n* SEARCH 1 2 3\r\n"
        "A1 OK done\r\n* BYE\r\n";
    for (std::size_t piece = 1; piece < bytes.size(); ++piece) {
        ImapParser parser;
        std::vector<ImapResponse> responses;
        for (std::size_t at = 0; at < bytes.size(); at += piece) {
            parser.feed(std::string_view(bytes).substr(at, piece));
            for (ImapResponse one; parser.next(one).value();) responses.push_back(one);
        }
        ASSERT_EQ(responses.size(), 4u) << piece;
        EXPECT_EQ(responses[0].values[0].items[3].text, "A: b\r\n\r\nhi{9");
        EXPECT_EQ(responses[1].values.size(), 3u);
        EXPECT_EQ(responses[2].kind, "OK");
        EXPECT_EQ(responses[3].kind, "BYE");
        EXPECT_TRUE(parser.empty());
    }
}

TEST(MailImapParser, RefusesWhatIsTooMuch) {
    const auto refused = [](const std::string& bytes) {
        ImapLimits limits;
        limits.line = 100;
        limits.literal = 10;
        limits.literals = 2;
        limits.depth = 3;
        ImapParser parser(limits);
        parser.feed(bytes);
        ImapResponse response;
        const auto done = parser.next(response);
        return done ? Code::ok : done.error().code;
    };
    EXPECT_EQ(refused("* X {11}\r\n"), Code::resource_exhausted);
    EXPECT_EQ(refused("* X {99999999999999999999}\r\n"), Code::data_loss);
    EXPECT_EQ(refused("* X " + std::string(100, 'a')), Code::resource_exhausted);
    EXPECT_EQ(refused("* X {1}\r\na {1}\r\nb {1}\r\nc\r\n"), Code::resource_exhausted);
    EXPECT_EQ(refused("* X {6}\r\naaaaaa {6}\r\nbbbbbb\r\n"), Code::resource_exhausted) << "12 together";
    EXPECT_EQ(refused("* X {5}\r\naaaaa {5}\r\nbbbbb\r\n"), Code::ok);
    EXPECT_EQ(refused("* X ((((a))))\r\n"), Code::data_loss);
    EXPECT_EQ(refused("* X (a\r\n"), Code::data_loss);
    EXPECT_EQ(refused("* X \"a\r\n"), Code::data_loss);
    EXPECT_EQ(refused("* X )\r\n"), Code::data_loss);
    EXPECT_EQ(refused("\r\n"), Code::data_loss);
    EXPECT_EQ(refused("* X (a"), Code::ok);
}

TEST(MailImapParser, WritesNames) {
    EXPECT_EQ(modified_utf7("INBOX"), "INBOX");
    EXPECT_EQ(modified_utf7("Éléments envoyés"), "&AMk-l&AOk-ments envoy&AOk-s");
    EXPECT_EQ(modified_utf7("A & B"), "A &- B");
    EXPECT_EQ(modified_utf7("台北"), "&U,BTFw-");
    EXPECT_EQ(modified_utf7("\xF0\x9F\x98\x80"), "&2D3eAA-");
    EXPECT_EQ(imap_quoted("a\"b\\c"), "\"a\\\"b\\\\c\"");
    EXPECT_FALSE(imap_quoted("a\r\nb"));
    EXPECT_FALSE(imap_number("12a"));
    EXPECT_FALSE(imap_number("-1"));
}

TEST(MailSmtpReplies, ReadsLinesInAnyPieces) {
    const std::string bytes =
        "220 mx.example ESMTP\r\n250-mx.example\r\n250-AUTH PLAIN\r\n250 SIZE 1000\r\n354\r\n";
    for (std::size_t piece = 1; piece < bytes.size(); ++piece) {
        SmtpReplies replies;
        std::vector<SmtpReply> all;
        for (std::size_t at = 0; at < bytes.size(); at += piece) {
            replies.feed(std::string_view(bytes).substr(at, piece));
            for (SmtpReply one; replies.next(one).value();) all.push_back(one);
        }
        ASSERT_EQ(all.size(), 3u) << piece;
        EXPECT_EQ(all[0].words(), "220 mx.example ESMTP");
        EXPECT_EQ(all[1].lines, (std::vector<std::string>{"mx.example", "AUTH PLAIN", "SIZE 1000"}));
        EXPECT_EQ(all[2].code, 354);
    }
}

TEST(MailSmtpReplies, KnowsWhatIsNoReply) {
    for (const auto* bad :
         {"hello\r\n", "99 x\r\n", "2500 x\r\n", "250-a\r\n251 b\r\n", "\r\n", "25\r\n", "600 x\r\n"}) {
        SmtpReplies replies;
        replies.feed(bad);
        SmtpReply reply;
        EXPECT_FALSE(replies.next(reply)) << bad;
    }
    SmtpReplies replies;
    replies.feed(std::string(10'000, '2'));
    SmtpReply reply;
    EXPECT_FALSE(replies.next(reply));
}

TEST(MailSmtpReplies, DotsAreDoubled) {
    EXPECT_EQ(dot_stuffed("a\r\n.\r\n..b\r\nc."), "a\r\n..\r\n...b\r\nc.\r\n");
    EXPECT_EQ(dot_stuffed("."), "..\r\n");
    EXPECT_EQ(dot_stuffed("a\r\n"), "a\r\n");
}

TEST(MailSmtpReplies, RefusalsMean) {
    using Outcomes = Outcome::Kind;
    const auto kind = [](int code, SmtpStep step) { return smtp_refusal({code, {"x"}}, step).kind; };
    EXPECT_EQ(kind(421, SmtpStep::greeting), Outcomes::retry);
    EXPECT_EQ(kind(450, SmtpStep::recipient), Outcomes::retry);
    EXPECT_EQ(kind(550, SmtpStep::recipient), Outcomes::permanent);
    EXPECT_TRUE(smtp_refusal({550, {"x"}}, SmtpStep::recipient).route_closed);
    EXPECT_FALSE(smtp_refusal({552, {"x"}}, SmtpStep::end_of_data).route_closed);
    EXPECT_EQ(kind(552, SmtpStep::end_of_data), Outcomes::permanent);
    EXPECT_EQ(kind(451, SmtpStep::end_of_data), Outcomes::retry);
    EXPECT_EQ(kind(535, SmtpStep::sign_in), Outcomes::reauth);
    EXPECT_EQ(kind(454, SmtpStep::sign_in), Outcomes::retry);
    EXPECT_EQ(kind(530, SmtpStep::sender), Outcomes::reauth);
}

}  // namespace
}  // namespace guichet::channels::mail
