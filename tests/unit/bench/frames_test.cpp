#include "tests/bench/lib/frames.hpp"

#include <gtest/gtest.h>

namespace guichet::bench {
namespace {

std::string served(std::size_t length) {
    std::string frame("\x81");
    if (length < 126) {
        frame += static_cast<char>(length);
    } else {
        frame += static_cast<char>(126);
        frame += static_cast<char>(length >> 8);
        frame += static_cast<char>(length & 0xFF);
    }
    return frame + std::string(length, 'x');
}

TEST(Frames, AFrameIsCutOnlyWhenItIsWhole) {
    for (const std::size_t length : {0U, 5U, 125U, 126U, 4000U}) {
        const auto bytes = served(length);
        for (const std::size_t missing : {1U, 2U}) {
            EXPECT_EQ(cut_frame(std::string_view(bytes).substr(0, bytes.size() - missing)).size, 0U)
                << length;
        }
        const auto and_more = bytes + "more";
        const auto frame = cut_frame(and_more);
        EXPECT_EQ(frame.size, bytes.size());
        EXPECT_EQ(frame.opcode, 1);
        EXPECT_EQ(frame.payload, std::string(length, 'x'));
    }
}

TEST(Frames, AClientsFrameIsMasked) {
    const auto frame = client_frame(kTextFrame, "{}");
    ASSERT_EQ(frame.size(), 8U);
    EXPECT_EQ(frame[1], static_cast<char>(0x82));
    EXPECT_EQ(frame[0], static_cast<char>(0x81));
    EXPECT_EQ(frame[6] ^ frame[2], '{');
    EXPECT_EQ(frame[7] ^ frame[3], '}');
    EXPECT_EQ(client_frame(kTextFrame, std::string(300, 'x')).size(), 308U);
    EXPECT_THROW(client_frame(kTextFrame, std::string(70'000, 'x')), std::runtime_error);
}

TEST(Frames, EveryEventOfAnAnswerIsSeen) {
    const auto sights = sights_in(
        R"({"events":[{"cursor":"a","type":"message.received","conversation":"01A","version":"3","seq":"12"},)"
        R"({"cursor":"b","conversation":"01B","seq":"7"},{"conversation":"01C"}],"cursor":"c"})");
    ASSERT_EQ(sights.size(), 3U);
    EXPECT_EQ(sights[0].conversation, "01A");
    EXPECT_EQ(sights[0].seq, 12);
    EXPECT_EQ(sights[1].conversation, "01B");
    EXPECT_EQ(sights[1].seq, 7);
    EXPECT_EQ(sights[2].seq, 0);
    EXPECT_TRUE(sights_in(R"({"cursor":"c"})").empty());
}

}  // namespace
}  // namespace guichet::bench
