#include "common/http/request_parser.hpp"

#include <gtest/gtest.h>

namespace guichet::http {
namespace {

// A client may send as little at a time as it likes; what was not used is offered again with the next byte.
bool fed_byte_by_byte(detail::RequestParser& parser, std::string_view bytes) {
    std::size_t begin = 0;
    for (std::size_t end = 1; end <= bytes.size(); ++end) {
        for (bool more = true; more && !parser.is_done();) {
            boost::system::error_code ec;
            const auto used = parser.put(boost::asio::const_buffer(bytes.data() + begin, end - begin), ec);
            begin += used;
            if (parser.is_header_done()) parser.eager(true);
            if (ec && ec != boost::beast::http::error::need_more) return false;
            more = used > 0 && !ec;
        }
    }
    return parser.is_done();
}

TEST(RequestParser, ALastChunkWithTrailersMayComeByteByByte) {
    detail::RequestParser parser(8192, 50);
    parser.max_body_bytes = 1024;
    EXPECT_TRUE(fed_byte_by_byte(
        parser,
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\nX: y\r\n\r\n"));
    EXPECT_EQ(parser.request.body, "hi");
    EXPECT_FALSE(parser.request.headers.has("X"));
}

TEST(RequestParser, NothingButALastChunkMayComeByteByByte) {
    detail::RequestParser parser(8192, 50);
    parser.max_body_bytes = 1024;
    EXPECT_TRUE(fed_byte_by_byte(
        parser, "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: y\r\n\r\n"));
    EXPECT_EQ(parser.request.body, "");
}

}  // namespace
}  // namespace guichet::http
