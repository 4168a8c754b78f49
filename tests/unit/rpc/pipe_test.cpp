#include "common/rpc/pipe.hpp"

#include <gtest/gtest.h>

#include "tests/support/run_coroutine.hpp"

namespace guichet::rpc {
namespace {

class PipeTest : public testing::Test {
  protected:
    std::string next() { return test::run(io_, pipe_.read()).value().value_or("end"); }

    asio::io_context io_;
    Pipe pipe_{io_.get_executor(), {.messages = 2, .bytes = 1000}};
    std::vector<std::string> taken_;
    bool willing_ = true;
};

TEST_F(PipeTest, WhatIsTakenWaitsForNobody) {
    pipe_.take_with([this](const std::string& message) {
        taken_.push_back(message);
        return true;
    });
    for (int i = 0; i < 5; ++i) ASSERT_TRUE(pipe_.try_write(std::to_string(i)));
    ASSERT_TRUE(test::run(io_, pipe_.write("5")));
    EXPECT_EQ(taken_, (std::vector<std::string>{"0", "1", "2", "3", "4", "5"}));
    pipe_.end();
    EXPECT_EQ(next(), "end");
}

TEST_F(PipeTest, BehindWhatIsDeclinedNothingIsTaken) {
    pipe_.take_with([this](const std::string& message) {
        if (willing_) taken_.push_back(message);
        return willing_;
    });
    ASSERT_TRUE(pipe_.try_write("a"));
    willing_ = false;
    ASSERT_TRUE(pipe_.try_write("b"));
    willing_ = true;
    ASSERT_TRUE(pipe_.try_write("c")) << "it waits behind b";
    EXPECT_EQ(taken_, std::vector<std::string>{"a"});
    EXPECT_EQ(next(), "b");
    EXPECT_EQ(next(), "c");
    ASSERT_TRUE(pipe_.try_write("d"));
    EXPECT_EQ(taken_, (std::vector<std::string>{"a", "d"}));
}

TEST_F(PipeTest, WhereAWriteWouldWaitOrFailNothingIsWritten) {
    ASSERT_TRUE(pipe_.try_write("a"));
    ASSERT_TRUE(pipe_.try_write("b"));
    EXPECT_FALSE(pipe_.try_write("c")) << "it is full";
    EXPECT_EQ(next(), "a");
    ASSERT_TRUE(pipe_.try_write("c"));
    pipe_.close(make_status(Code::cancelled, "gone"), false);
    EXPECT_EQ(next(), "b");
    EXPECT_FALSE(pipe_.try_write("d"));
    EXPECT_EQ(next(), "c");
}

}  // namespace
}  // namespace guichet::rpc
