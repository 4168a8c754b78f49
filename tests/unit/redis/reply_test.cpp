#include "common/redis/reply.hpp"

#include <gtest/gtest.h>

#include "common/core/random.hpp"

namespace guichet::redis {
namespace {

using Outcome = ReplyReader::Outcome;

Reply parse(std::string_view bytes) {
    ReplyReader reader;
    reader.feed(bytes);
    Reply reply;
    EXPECT_EQ(reader.next(reply), Outcome::reply);
    return reply;
}

TEST(Reply, ReadsEveryType) {
    EXPECT_EQ(parse("+OK\r\n").text(), "OK");
    EXPECT_TRUE(parse("+OK\r\n").is_status());
    EXPECT_EQ(parse(":-42\r\n").to_integer(), -42);
    EXPECT_TRUE(parse("$-1\r\n").is_nil());
    EXPECT_TRUE(parse("*-1\r\n").is_nil());
    EXPECT_EQ(parse("$5\r\na\r\nbc\r\n").text(), "a\r\nbc");
    EXPECT_TRUE(parse("$0\r\n\r\n").is_string());
    EXPECT_TRUE(parse("-ERR no\r\n").is_error());
    auto nested = parse("*3\r\n:1\r\n*2\r\n$1\r\na\r\n*1\r\n+b\r\n$-1\r\n");
    EXPECT_EQ(to_debug_text(nested), R"([1, ["a", [+b]], nil])");
    EXPECT_EQ(nested[1][1][0].text(), "b");
    EXPECT_TRUE(nested[7].is_nil());
    EXPECT_EQ(parse("*0\r\n").size(), 0u);
    EXPECT_TRUE(parse("*0\r\n").is_array());
}

TEST(Reply, NumbersInStringsAreReadWhole) {
    EXPECT_EQ(Reply::string("9007199254740993").to_integer(), 9007199254740993);
    EXPECT_EQ(Reply::string("12x").to_integer(-1), -1);
    EXPECT_EQ(Reply::string("").to_integer(-1), -1);
    EXPECT_EQ(Reply().to_integer(7), 7);
}

TEST(ReplyReader, TakesBytesOneByOne) {
    const std::string bytes = "*2\r\n$3\r\nabc\r\n*2\r\n:7\r\n-ERR x\r\n+next\r\n";
    ReplyReader reader;
    Reply reply;
    std::vector<std::string> seen;
    for (char byte : bytes) {
        reader.feed({&byte, 1});
        while (reader.next(reply) == Outcome::reply) seen.push_back(to_debug_text(reply));
    }
    EXPECT_EQ(seen, (std::vector<std::string>{R"(["abc", [7, -ERR x]])", "+next"}));
}

TEST(ReplyReader, GivesEveryReplyOfOneRead) {
    ReplyReader reader;
    std::string bytes;
    for (int i = 0; i < 5000; ++i) bytes += ":" + std::to_string(i) + "\r\n";
    reader.feed(bytes);
    Reply reply;
    for (int i = 0; i < 5000; ++i) {
        ASSERT_EQ(reader.next(reply), Outcome::reply);
        ASSERT_EQ(reply.to_integer(), i);
    }
    EXPECT_EQ(reader.next(reply), Outcome::need_more);
}

TEST(ReplyReader, RefusesWhatIsNoResp) {
    ReplyReader reader;
    reader.feed("HTTP/1.1 200 OK\r\n");
    Reply reply;
    EXPECT_EQ(reader.next(reply), Outcome::error);
    EXPECT_FALSE(reader.error().empty());
}

TEST(ReplyReader, BoundsAReplyWhileItArrivesAndWhileItIsBuilt) {
    Reply reply;
    ReplyReader bulk(1000);
    bulk.feed("$5000\r\n" + std::string(2000, 'x'));
    EXPECT_EQ(bulk.next(reply), Outcome::error);
    EXPECT_NE(bulk.error().find("1000"), std::string::npos);

    ReplyReader list(10000);
    std::string bytes = "*1000000\r\n";
    for (int i = 0; i < 1000; ++i) bytes += ":1\r\n";
    list.feed(bytes);
    EXPECT_EQ(list.next(reply), Outcome::error);

    // The bound holds for each reply, not for their sum.
    ReplyReader many(1000);
    for (int i = 0; i < 10; ++i) {
        many.feed("$500\r\n" + std::string(500, 'x') + "\r\n");
        ASSERT_EQ(many.next(reply), Outcome::reply);
    }
}

TEST(ReplyReader, LetsGoOfAHalfBuiltReply) {
    ReplyReader reader;
    reader.feed("*3\r\n$1\r\na\r\n*2\r\n");
    Reply reply;
    EXPECT_EQ(reader.next(reply), Outcome::need_more);
}

// Broken streams in broken pieces end in an error or in waiting, never otherwise: for the sanitizers.
TEST(ReplyReader, SurvivesAnyBytes) {
    const std::string good =
        "*3\r\n:1\r\n*2\r\n$1\r\na\r\n*1\r\n+b\r\n$-1\r\n-ERR x\r\n*-1\r\n$5\r\nabcde\r\n";
    const std::string alphabet = "*$:+-0123456789\r\nab";
    for (std::uint64_t seed = 1; seed <= 3000; ++seed) {
        SeededRandom random(seed);
        std::string bytes = good + good;
        for (std::uint64_t changes = random.below(6); changes > 0; --changes) {
            auto at = static_cast<std::size_t>(random.below(bytes.size()));
            char other = alphabet[static_cast<std::size_t>(random.below(alphabet.size()))];
            if (random.below(2) == 0) {
                bytes[at] = other;
            } else {
                bytes.insert(at, 1, other);
            }
        }
        ReplyReader reader(100'000);
        Reply reply;
        auto outcome = Outcome::need_more;
        for (std::size_t at = 0; at < bytes.size() && outcome != Outcome::error;) {
            auto size = static_cast<std::size_t>(1 + random.below(20));
            reader.feed(std::string_view(bytes).substr(at, size));
            at += size;
            do outcome = reader.next(reply);
            while (outcome == Outcome::reply);
        }
        if (bytes == good + good) {
            EXPECT_EQ(outcome, Outcome::need_more) << "seed " << seed;
        }
    }
}

TEST(ReplyErrors, TellWhatPassesFromWhatDoesNot) {
    for (const char* text : {"OOM command not allowed", "MISCONF disk", "LOADING data", "READONLY replica",
                             "MASTERDOWN x", "NOREPLICAS x", "CLUSTERDOWN x", "TRYAGAIN x", "BUSY x"}) {
        auto status = to_status(Reply::error(text));
        EXPECT_EQ(status.code, Code::unavailable) << text;
        EXPECT_TRUE(status.retryable);
    }
    EXPECT_EQ(to_status(Reply::error("OOM command not allowed")).reason, "oom");
    auto wrong = to_status(Reply::error("WRONGTYPE Operation against a key"));
    EXPECT_EQ(wrong.code, Code::internal);
    EXPECT_EQ(wrong.reason, "wrongtype");
    EXPECT_NE(wrong.message.find("Operation against"), std::string::npos);
    EXPECT_EQ(to_status(Reply::error("ERR Function not found")).reason, "function_not_found");
    EXPECT_EQ(to_status(Reply::error("NOSCRIPT No matching script")).reason, "noscript");
}

}  // namespace
}  // namespace guichet::redis
