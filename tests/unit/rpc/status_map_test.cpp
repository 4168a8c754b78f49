#include "common/rpc/status_map.hpp"

#include <gtest/gtest.h>

#include "guichet/v1/types.pb.h"

namespace guichet::rpc {
namespace {

TEST(StatusMap, EveryCodeHasAConnectNameThatComesBack) {
    for (int number = 1; number <= 16; ++number) {
        const auto code = code_of_number(number);
        EXPECT_EQ(code_of_connect(connect_code(code)), code) << number;
        EXPECT_GE(http_status(code), 400) << number;
    }
    EXPECT_EQ(code_of_connect("ok"), std::nullopt);
    EXPECT_EQ(code_of_connect("FAILED_PRECONDITION"), std::nullopt);
    EXPECT_EQ(http_status(Code::failed_precondition), 400);
    EXPECT_EQ(http_status(Code::unavailable), 503);
    EXPECT_EQ(http_status(Code::resource_exhausted), 429);
}

TEST(StatusMap, NumbersThatAreNoCodesBecomeUnknown) {
    EXPECT_EQ(code_of_number(-1), Code::unknown);
    EXPECT_EQ(code_of_number(17), Code::unknown);
    EXPECT_EQ(code_of_number(16), Code::unauthenticated);
}

TEST(StatusMap, DetailCarriesEverything) {
    auto status = make_status(Code::failed_precondition, "somebody else has it", "owned_by_other");
    status.field = "epoch";
    status.retryable = true;
    status.retry_after_s = 7;
    status.present = std::make_shared<const Present>(Present{"c1", 12, 3, "agent2", "pending_customer"});
    EXPECT_EQ(to_detail(status).state(), v1::CONVERSATION_STATE_PENDING_CUSTOMER);
    const auto back = from_detail_bytes(status.code, status.message, detail_bytes(status));
    EXPECT_EQ(back.code, status.code);
    EXPECT_EQ(back.message, status.message);
    EXPECT_EQ(back.reason, "owned_by_other");
    EXPECT_EQ(back.field, "epoch");
    EXPECT_TRUE(back.retryable);
    EXPECT_EQ(back.retry_after_s, 7);
    ASSERT_TRUE(back.present);
    EXPECT_EQ(back.present->conversation, "c1");
    EXPECT_EQ(back.present->version, 12);
    EXPECT_EQ(back.present->inbound_seq, 3);
    EXPECT_EQ(back.present->owner, "agent2");
    EXPECT_EQ(back.present->state, "pending_customer");
}

TEST(StatusMap, NothingToTellIsNoBytes) {
    const auto status = make_status(Code::not_found, "no such thing");
    EXPECT_EQ(detail_bytes(status), "");
    EXPECT_FALSE(from_detail_bytes(Code::not_found, "x", "").present);
}

TEST(StatusMap, BrokenDetailIsPassedOver) {
    const auto status = from_detail_bytes(Code::aborted, "x", "\xff\xff\xff");
    EXPECT_EQ(status.code, Code::aborted);
    EXPECT_EQ(status.reason, "");
}

TEST(StatusMap, AnUnknownStateTravelsAsNone) {
    auto status = make_status(Code::aborted, "x");
    status.present = std::make_shared<const Present>(Present{"c1", 1, 1, "", "odd"});
    EXPECT_EQ(from_detail_bytes(status.code, "x", detail_bytes(status)).present->state, "");
}

}  // namespace
}  // namespace guichet::rpc
