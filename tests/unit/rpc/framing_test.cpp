#include "common/rpc/framing.hpp"

#include <gtest/gtest.h>

#include "common/core/bytes.hpp"
#include "common/rpc/status_map.hpp"

namespace guichet::rpc {
namespace {

TEST(Framing, AFrameIsFlagsLengthAndContent) {
    EXPECT_EQ(frame(2, "{}"), std::string("\x02\x00\x00\x00\x02{}", 7));
    const auto large = frame(0, std::string(70'000, 'x'));
    EXPECT_EQ(large.substr(0, 5), std::string("\x00\x00\x01\x11\x70", 5));
}

TEST(Framing, ReadsOneMessage) {
    EXPECT_EQ(single_message(frame(0, "abc")).value(), "abc");
    EXPECT_EQ(single_message(frame(0, "")).value(), "");
}

TEST(Framing, RefusesWhatIsNotOneMessage) {
    const auto whole = frame(0, "abc");
    for (std::size_t size = 0; size < whole.size(); ++size) {
        EXPECT_EQ(single_message(whole.substr(0, size)).error().code, Code::invalid_argument) << size;
    }
    EXPECT_EQ(single_message(whole + whole).error().code, Code::invalid_argument);
    EXPECT_EQ(single_message(frame(1, "abc")).error().code, Code::unimplemented);
    EXPECT_EQ(single_message(frame(2, "{}")).error().code, Code::invalid_argument);
    EXPECT_EQ(single_message(std::string("\x00\xff\xff\xff\xff", 5) + "x").error().code,
              Code::invalid_argument);
}

TEST(Framing, Base64MayComeInPieces) {
    EXPECT_EQ(from_base64_pieces(base64("a") + base64("bc") + base64("def")).value(), "abcdef");
    EXPECT_EQ(from_base64_pieces("").value(), "");
    EXPECT_FALSE(from_base64_pieces("a*b="));
    EXPECT_FALSE(from_base64_pieces("YQ==Y"));
}

TEST(Framing, TrailersCarryMessageAndDetail) {
    EXPECT_EQ(grpc_web_trailers({}), "grpc-status: 0\r\n");
    EXPECT_EQ(grpc_web_trailers(make_status(Code::not_found, "")), "grpc-status: 5\r\n");
    auto status = make_status(Code::aborted, "100% Zo\xc3\xab\r\n", "gone");
    const auto text = grpc_web_trailers(status);
    EXPECT_NE(text.find("grpc-status: 10\r\ngrpc-message: 100%25 Zo%C3%AB%0D%0A\r\nguichet-error-bin: "),
              std::string::npos)
        << text;
    const auto at = text.find("-bin: ") + 6;
    const auto detail = from_base64(text.substr(at, text.find('\r', at) - at));
    ASSERT_TRUE(detail);
    EXPECT_EQ(from_detail_bytes(Code::aborted, "", *detail).reason, "gone");
}

}  // namespace
}  // namespace guichet::rpc
