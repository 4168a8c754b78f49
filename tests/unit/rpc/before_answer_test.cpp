// What is told before the answer to a write: the answer waits for it, and stands whatever becomes of it.
#include "common/rpc/call.hpp"
#include "common/rpc/wakeup.hpp"
#include "guichet/v1/inbox.pb.h"
#include "guichet/v1/routing.pb.h"
#include "tests/support/rpc_world.hpp"

namespace guichet::rpc {
namespace {

using namespace std::chrono_literals;
using test::run_until;

constexpr auto kRelease = "guichet.v1.RoutingService/Release";
constexpr auto kStats = "guichet.v1.InboxService/Stats";

DispatcherOptions short_wait() {
    DispatcherOptions options;
    options.before_answer = 40ms;
    return options;
}

struct BeforeAnswerTest : testing::Test, test::RpcWorld {
    using Telling = std::optional<asio::awaitable<Result<void>>>;

    BeforeAnswerTest() {
        serve(dispatcher);
        serve(hasty);
    }

    void serve(Dispatcher& on) {
        on.unary<v1::ReleaseRequest, v1::ReleaseResponse>(
            kRelease, [this](CallContext, v1::ReleaseRequest) { return released(); });
        on.unary<v1::StatsRequest, v1::StatsResponse>(
            kStats, [](CallContext, v1::StatsRequest) -> asio::awaitable<Result<v1::StatsResponse>> {
                co_return v1::StatsResponse();
            });
        on.observe([this](const CallRecord& record) {
            observed.push_back(std::string(record.method) + (details_of_record().told ? " told" : "") +
                               (details_of_record().safe ? " safe" : ""));
            exception = record.exception;
        });
    }

    asio::awaitable<Result<v1::ReleaseResponse>> released() {
        if (refuse) co_return make_status(Code::failed_precondition, "somebody else has it", "not_owner");
        co_return v1::ReleaseResponse();
    }

    // Waits until `open`, and then comes to `outcome`.
    asio::awaitable<Result<void>> written() {
        while (!open) co_await gate.wait();
        ++ended;
        if (throws) throw std::runtime_error("a bug");
        co_return outcome;
    }

    BeforeAnswer hook() {
        return [this](const CallRecord& record, const CallDetails& details) -> Telling {
            asked.push_back(std::string(record.method) + " " + std::string(record.actor) + " " +
                            std::string(record.request_id) + " " + to_string(record.status.code) +
                            (details.write ? " write" : ""));
            if (pass) return std::nullopt;
            return written();
        };
    }

    std::shared_ptr<Call> start(Dispatcher& on, const char* method,
                                std::optional<std::chrono::milliseconds> timeout = std::nullopt) {
        CallHead head;
        head.method = method;
        head.credential = "t-agent";
        head.timeout = timeout;
        v1::ReleaseRequest request;
        request.set_request_id("r1");
        const auto bytes = std::string(method) == kRelease ? request.SerializeAsString() : std::string();
        return on.start_unary(std::move(head), bytes, [this](Result<std::string> result) {
            answers.push_back(result ? Code::ok : result.error().code);
        });
    }
    void let_go() {
        open = true;
        gate.notify();
    }

    Dispatcher hasty{io.get_executor(), authenticator, clock, short_wait()};
    Wakeup gate{io.get_executor()};
    bool open = false;
    bool throws = false;
    bool pass = false;
    bool refuse = false;
    int ended = 0;
    Result<void> outcome;
    std::vector<std::string> asked;
    std::vector<std::string> observed;
    std::vector<Code> answers;
    std::string exception;
};

TEST_F(BeforeAnswerTest, TheAnswerWaitsUntilItIsTold) {
    dispatcher.before_answer(hook());
    start(dispatcher, kRelease);
    ASSERT_TRUE(run_until(io, [&] { return asked.size() == 1; }));
    io.poll();
    EXPECT_EQ(asked[0], "guichet.v1.RoutingService/Release agent1 r1 OK write");
    EXPECT_TRUE(answers.empty());
    EXPECT_TRUE(observed.empty());
    let_go();
    ASSERT_TRUE(run_until(io, [&] { return answers.size() == 1; }));
    EXPECT_EQ(answers[0], Code::ok);
    EXPECT_EQ(observed, std::vector<std::string>{"guichet.v1.RoutingService/Release told safe"});
}

TEST_F(BeforeAnswerTest, ReadsAreNotAskedFor) {
    dispatcher.before_answer(hook());
    start(dispatcher, kStats);
    ASSERT_TRUE(run_until(io, [&] { return answers.size() == 1; }));
    EXPECT_TRUE(asked.empty());
}

TEST_F(BeforeAnswerTest, WhatNeedNotBeToldIsAnsweredAtOnce) {
    pass = true;
    dispatcher.before_answer(hook());
    start(dispatcher, kRelease);
    ASSERT_TRUE(run_until(io, [&] { return answers.size() == 1; }));
    EXPECT_EQ(observed, std::vector<std::string>{"guichet.v1.RoutingService/Release"});
}

TEST_F(BeforeAnswerTest, TheHookSeesHowItEnded) {
    refuse = true;
    pass = true;
    dispatcher.before_answer(hook());
    start(dispatcher, kRelease);
    ASSERT_TRUE(run_until(io, [&] { return answers.size() == 1; }));
    ASSERT_EQ(asked.size(), 1u);
    EXPECT_NE(asked[0].find(to_string(Code::failed_precondition)), std::string::npos) << asked[0];
    EXPECT_EQ(answers[0], Code::failed_precondition);
}

TEST_F(BeforeAnswerTest, WhatCannotBeToldChangesNoAnswer) {
    outcome = unavailable("Redis is away");
    let_go();
    dispatcher.before_answer(hook());
    start(dispatcher, kRelease);
    ASSERT_TRUE(run_until(io, [&] { return answers.size() == 1; }));
    EXPECT_EQ(answers[0], Code::ok);
    EXPECT_EQ(observed, std::vector<std::string>{"guichet.v1.RoutingService/Release told"});
}

TEST_F(BeforeAnswerTest, ABugInItChangesNoAnswer) {
    throws = true;
    let_go();
    dispatcher.before_answer(hook());
    start(dispatcher, kRelease);
    ASSERT_TRUE(run_until(io, [&] { return answers.size() == 1; }));
    EXPECT_EQ(answers[0], Code::ok);
    EXPECT_EQ(exception, "a bug");
}

TEST_F(BeforeAnswerTest, ItIsNotWaitedForWithoutEnd) {
    hasty.before_answer(hook());
    start(hasty, kRelease);
    ASSERT_TRUE(run_until(io, [&] { return answers.size() == 1; }));
    EXPECT_FALSE(open);
    EXPECT_EQ(answers[0], Code::ok);
    EXPECT_EQ(observed, std::vector<std::string>{"guichet.v1.RoutingService/Release told"});
}

TEST_F(BeforeAnswerTest, WhoLeavesMeanwhileIsRecordedOnce) {
    dispatcher.before_answer(hook());
    const auto call = start(dispatcher, kRelease);
    ASSERT_TRUE(run_until(io, [&] { return asked.size() == 1; }));
    call->cancel(make_status(Code::cancelled, "the caller has left"));
    EXPECT_EQ(answers, std::vector<Code>{Code::cancelled});
    let_go();
    ASSERT_TRUE(run_until(io, [&] { return ended == 1; }));
    EXPECT_EQ(observed, std::vector<std::string>{"guichet.v1.RoutingService/Release told"});
    EXPECT_EQ(answers.size(), 1u);
}

}  // namespace
}  // namespace guichet::rpc
