#include "common/core/status.hpp"

#include <stdexcept>

#include <gtest/gtest.h>

namespace guichet {
namespace {

TEST(Status, SaysWhatIsWrongAndWhetherToRetry) {
    EXPECT_EQ(to_string(invalid("text", "text is empty")), "INVALID_ARGUMENT: text is empty (invalid)");
    EXPECT_TRUE(unavailable("Redis is away").retryable);
    EXPECT_FALSE(internal("bug").retryable);
    EXPECT_STREQ(to_string(Code::unauthenticated), "UNAUTHENTICATED");
    EXPECT_STREQ(to_string(static_cast<Code>(99)), "UNKNOWN");
}

TEST(Result, ValueOfAFailureIsABug) {
    Result<int> failed = not_found("no such conversation");
    EXPECT_TRUE(failed.has_error());
    EXPECT_THROW(failed.value(), std::logic_error);
    Result<int> fine = 3;
    EXPECT_EQ(fine.value(), 3);
}

}  // namespace
}  // namespace guichet
