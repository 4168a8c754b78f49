#include "common/rpc/grpc_status.hpp"

#include <gtest/gtest.h>

namespace guichet::rpc {
namespace {

TEST(GrpcStatus, AddressesOfPeersArePlain) {
    EXPECT_EQ(address_of_peer("ipv4:10.0.0.1:5000"), "10.0.0.1");
    EXPECT_EQ(address_of_peer("ipv6:%5B::1%5D:5000"), "::1");
    EXPECT_EQ(address_of_peer("ipv6:[2001:db8::1]:5000"), "2001:db8::1");
    EXPECT_EQ(address_of_peer("unix:"), "unix:");
    EXPECT_EQ(address_of_peer(""), "");
}

TEST(GrpcStatus, BuffersKeepTheirBytes) {
    const std::string bytes("a\0b\xff", 4);
    EXPECT_EQ(from_buffer(to_buffer(bytes)), bytes);
    EXPECT_EQ(from_buffer(to_buffer("")), "");
    const grpc::Slice parts[] = {grpc::Slice("abc"), grpc::Slice("def")};
    EXPECT_EQ(from_buffer(grpc::ByteBuffer(parts, 2)), "abcdef");
}

TEST(GrpcStatus, LongMessagesAreCutBetweenCharacters) {
    const auto status = to_grpc(make_status(Code::internal, std::string(1023, 'x') + "\xc3\xab\xc3\xab"));
    EXPECT_EQ(status.error_message().size(), 1023u);
    EXPECT_EQ(status.error_code(), grpc::StatusCode::INTERNAL);
}

}  // namespace
}  // namespace guichet::rpc
