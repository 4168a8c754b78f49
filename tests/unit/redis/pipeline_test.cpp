#include "common/redis/pipeline.hpp"

#include <gtest/gtest.h>

namespace guichet::redis {
namespace {

using namespace std::chrono_literals;

struct TestWaiter : Waiter {
    explicit TestWaiter(std::vector<Command> c, std::chrono::nanoseconds until = 1h)
        : Waiter(nullptr, c.size(), nullptr), own(std::move(c)), replies(own.size()) {
        commands = own.data();
        next = replies.data();
        deadline = until;
    }
    void resume() override {
        ++resumed;
        if (then) then();
    }
    void abandon() override { ++abandoned; }

    std::vector<Command> own;
    std::vector<Reply> replies;
    std::function<void()> then;
    int resumed = 0;
    int abandoned = 0;
};

TEST(Command, EncodesStringsAndNumbers) {
    Command command("SET", std::string("k y"), -5, std::uint64_t{18446744073709551615u});
    command.add("").add_all({"a\r\nb"});
    std::string out;
    command.append_to(out);
    EXPECT_EQ(out,
              "*6\r\n$3\r\nSET\r\n$3\r\nk "
              "y\r\n$2\r\n-5\r\n$20\r\n18446744073709551615\r\n$0\r\n\r\n$4\r\na\r\nb\r\n");
    EXPECT_EQ(command.args(),
              (std::vector<std::string>{"SET", "k y", "-5", "18446744073709551615", "", "a\r\nb"}));
    EXPECT_EQ(command.name(), "SET");
    EXPECT_EQ(Command().name(), "");
}

TEST(Pipeline, GivesRepliesInOrderToSingleAndManyCallers) {
    Pipeline pipeline(1 << 20);
    TestWaiter first({Command("A")}), many({Command("B"), Command("C")}), last({Command("D")});
    for (auto* waiter : {&first, &many, &last}) pipeline.push(*waiter, 0ns);
    std::string out;
    pipeline.swap_output(out);
    EXPECT_EQ(out, "*1\r\n$1\r\nA\r\n*1\r\n$1\r\nB\r\n*1\r\n$1\r\nC\r\n*1\r\n$1\r\nD\r\n");
    EXPECT_FALSE(pipeline.has_output());
    EXPECT_EQ(pipeline.outstanding(), 4u);
    ASSERT_TRUE(pipeline.on_bytes(":1\r\n:2\r\n"));
    EXPECT_EQ(first.resumed, 1);
    EXPECT_EQ(many.resumed, 0);
    ASSERT_TRUE(pipeline.on_bytes(":3\r\n:4\r\n"));
    EXPECT_EQ(many.replies[1].to_integer(), 3);
    EXPECT_EQ(last.replies[0].to_integer(), 4);
    EXPECT_EQ(pipeline.outstanding(), 0u);
    EXPECT_EQ(pipeline.outstanding_bytes(), 0u);
    EXPECT_FALSE(pipeline.on_bytes("+surprise\r\n"));
}

TEST(Pipeline, DropsTheReplyOfWhoGaveUp) {
    Pipeline pipeline(1 << 20);
    TestWaiter early({Command("A"), Command("B")}, 10ns), patient({Command("C")}, 100ns);
    pipeline.push(early, 0ns);
    pipeline.push(patient, 0ns);
    EXPECT_EQ(pipeline.next_deadline(), 10ns);
    pipeline.expire(10ns);
    EXPECT_EQ(early.resumed, 1);
    EXPECT_EQ(early.status.code, Code::deadline_exceeded);
    EXPECT_EQ(pipeline.next_deadline(), 100ns);
    ASSERT_TRUE(pipeline.on_bytes(":1\r\n:2\r\n:3\r\n"));
    EXPECT_EQ(early.resumed, 1);
    EXPECT_EQ(patient.replies[0].to_integer(), 3);
    EXPECT_EQ(pipeline.next_deadline(), std::chrono::nanoseconds::max());
}

TEST(Pipeline, FailsEveryoneOnceAndDeliversNothingAfter) {
    Pipeline pipeline(1 << 20);
    TestWaiter one({Command("A")}), many({Command("B"), Command("C")});
    pipeline.push(one, 0ns);
    pipeline.push(many, 0ns);
    // The connection is lost by what the first caller does, in the middle of the replies of one read.
    one.then = [&] { pipeline.fail_all(unavailable("gone")); };
    ASSERT_TRUE(pipeline.on_bytes(":1\r\n:2\r\n:3\r\n"));
    EXPECT_EQ(one.resumed, 1);
    EXPECT_TRUE(one.status.ok());
    EXPECT_EQ(many.resumed, 1);
    EXPECT_EQ(many.status.code, Code::unavailable);
    EXPECT_EQ(pipeline.outstanding(), 0u);
}

// A batch of two callers and the wait behind it, all sent.
struct Batch {
    explicit Batch(std::int64_t least, std::chrono::nanoseconds until = 1h)
        : one({Command("A")}, until), many({Command("B"), Command("C")}) {
        pipeline.push(one, 0ns);
        pipeline.push(many, 0ns);
        pipeline.push_wait({least, 2000ms}, 0ns);
        pipeline.swap_output(sent);
    }

    Pipeline pipeline{1 << 20};
    TestWaiter one, many;
    std::string sent;
};

TEST(Pipeline, AnswersABatchWhenReplicasHaveIt) {
    Batch batch(2);
    EXPECT_NE(batch.sent.find("C\r\n*3\r\n$4\r\nWAIT\r\n$1\r\n2\r\n$4\r\n2000\r\n"), std::string::npos);
    EXPECT_TRUE(batch.pipeline.waits());
    EXPECT_EQ(batch.pipeline.outstanding(), 3u);
    ASSERT_TRUE(batch.pipeline.on_bytes(":7\r\n:8\r\n:9\r\n"));
    EXPECT_EQ(batch.one.resumed + batch.many.resumed, 0);
    EXPECT_EQ(batch.pipeline.outstanding(), 0u);
    ASSERT_TRUE(batch.pipeline.on_bytes(":2\r\n"));
    EXPECT_EQ(batch.one.resumed, 1);
    EXPECT_TRUE(batch.one.status.ok());
    EXPECT_EQ(batch.many.replies[1].to_integer(), 9);
    EXPECT_FALSE(batch.pipeline.waits());
}

TEST(Pipeline, TooFewReplicasFailTheWholeBatch) {
    for (const char* answer : {":1\r\n", "-ERR WAIT cannot be used with replica instances\r\n"}) {
        Batch batch(2);
        ASSERT_TRUE(batch.pipeline.on_bytes(":7\r\n:8\r\n:9\r\n"));
        ASSERT_TRUE(batch.pipeline.on_bytes(answer));
        for (const auto* waiter : {&batch.one, &batch.many}) {
            EXPECT_EQ(waiter->resumed, 1);
            EXPECT_EQ(waiter->status.code, Code::unavailable);
            EXPECT_EQ(waiter->status.reason, "not_replicated");
        }
    }
}

TEST(Pipeline, WhoWaitsForReplicasHasADeadlineToo) {
    Batch batch(1, 10ns);
    ASSERT_TRUE(batch.pipeline.on_bytes(":7\r\n:8\r\n:9\r\n"));
    EXPECT_EQ(batch.pipeline.next_deadline(), 10ns);
    batch.pipeline.expire(10ns);
    EXPECT_EQ(batch.one.resumed, 1);
    EXPECT_EQ(batch.one.status.code, Code::deadline_exceeded);
    EXPECT_EQ(batch.many.resumed, 0);
    ASSERT_TRUE(batch.pipeline.on_bytes(":1\r\n"));
    EXPECT_EQ(batch.one.resumed, 1);
    EXPECT_TRUE(batch.many.status.ok());
    EXPECT_EQ(batch.many.resumed, 1);
}

TEST(Pipeline, WhoWaitsForReplicasIsToldOfTheEndOnce) {
    Batch lost(1), ended(1), gone(1);
    for (auto* batch : {&lost, &ended, &gone}) ASSERT_TRUE(batch->pipeline.on_bytes(":7\r\n:8\r\n:9\r\n"));
    lost.pipeline.fail_all(unavailable("gone"));
    // The first who is resumed ends the connection of all.
    ended.one.then = [&] { ended.pipeline.fail_all(unavailable("gone")); };
    ASSERT_TRUE(ended.pipeline.on_bytes(":1\r\n"));
    gone.pipeline.abandon_all();
    EXPECT_EQ(lost.one.resumed + lost.many.resumed, 2);
    EXPECT_EQ(lost.many.status.code, Code::unavailable);
    EXPECT_EQ(ended.one.resumed + ended.many.resumed, 2);
    EXPECT_TRUE(ended.one.status.ok());
    EXPECT_EQ(ended.many.status.code, Code::unavailable);
    EXPECT_EQ(gone.one.resumed + gone.many.resumed, 0);
    EXPECT_EQ(gone.one.abandoned + gone.many.abandoned, 2);
}

TEST(Pipeline, AbandonsWithoutResuming) {
    Pipeline pipeline(1 << 20);
    TestWaiter many({Command("B"), Command("C")});
    pipeline.push(many, 0ns);
    pipeline.abandon_all();
    EXPECT_EQ(many.abandoned, 1);
    EXPECT_EQ(many.resumed, 0);
}

}  // namespace
}  // namespace guichet::redis
