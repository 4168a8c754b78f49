#include "services/gateway/watch_json.hpp"

#include <gtest/gtest.h>

#include "common/rpc/json.hpp"
#include "guichet/v1/inbox.pb.h"

namespace guichet::gateway {
namespace {

v1::WatchResponse response(int first, int count) {
    v1::WatchResponse out;
    for (int i = first; i < first + count; ++i) {
        auto* event = out.add_events();
        event->set_cursor("c" + std::to_string(i));
        event->set_type("message.received");
        event->set_version(i);
        event->set_state(v1::CONVERSATION_STATE_OWNED);
        event->set_detail("\"é\\\n");
        event->mutable_at()->set_seconds(1'700'000'000 + i);
    }
    out.set_cursor("c" + std::to_string(first + count));
    return out;
}

std::string plain(const std::string& bytes) {
    return rpc::bytes_to_json(*v1::WatchResponse::descriptor(), bytes).value();
}

TEST(WatchJson, SaysWhatTheBridgeSays) {
    WatchJson json;
    auto resync = response(7, 0);
    resync.set_resync(true);
    for (const auto& message :
         {v1::WatchResponse(), response(1, 1), response(1, 3), response(9, 0), resync}) {
        const auto bytes = message.SerializeAsString();
        EXPECT_EQ(*json(bytes).value(), plain(bytes));
        EXPECT_EQ(*json(bytes).value(), plain(bytes)) << "when it is known already";
    }
}

TEST(WatchJson, KeepsOfEachEventOneTextAndForgetsTheOldest) {
    WatchJson json(4);
    for (int turn = 0; turn < 3; ++turn) ASSERT_TRUE(json(response(1, 2).SerializeAsString()));
    EXPECT_EQ(json.kept(), 2u);
    for (int i = 0; i < 20; ++i) {
        const auto bytes = response(i, 3).SerializeAsString();
        EXPECT_EQ(*json(bytes).value(), plain(bytes));
    }
    EXPECT_EQ(json.kept(), 4u);
}

TEST(WatchJson, WhoeverGetsTheSameOfLateSharesItsText) {
    WatchJson json;
    const auto bytes = response(1, 3).SerializeAsString();
    const auto first = json(bytes).value();
    EXPECT_EQ(json(bytes).value(), first) << "not a copy";
    for (int i = 2; i < 70; ++i) ASSERT_TRUE(json(response(i, 1).SerializeAsString()));
    EXPECT_NE(json(bytes).value(), first) << "what was long ago is forgotten";
    EXPECT_EQ(*json(bytes).value(), *first);
}

TEST(WatchJson, AFieldOfALaterContractIsNotLost) {
    // As a field of this number would be taken up by a parser that knows it: here, passed over.
    auto message = response(1, 1);
    message.GetReflection()->MutableUnknownFields(&message)->AddVarint(99, 5);
    const auto bytes = message.SerializeAsString();
    EXPECT_EQ(*WatchJson()(bytes).value(), plain(bytes));
}

TEST(WatchJson, WhatIsNoResponseIsRefused) {
    const auto whole = response(1, 2).SerializeAsString();
    for (const auto& bytes :
         {std::string("\x0a\x05zz"), whole.substr(0, whole.size() - 1), std::string("\xff\xff")})
        EXPECT_FALSE(WatchJson()(bytes)) << bytes.size();
}

}  // namespace
}  // namespace guichet::gateway
