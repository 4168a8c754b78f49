// Connections to a server that asks for a certificate, shown from what is renewed meanwhile.
#include <gtest/gtest.h>

#include "common/rpc/grpc_identity.hpp"
#include "tests/integration/rpc/server_world.hpp"
#include "tests/support/authority.hpp"

namespace guichet::test {
namespace {

constexpr auto kServerName = "services.test";
constexpr auto kSoon = std::chrono::seconds(40);

rpc::CertificateTexts texts_of(Authority& authority, const std::string& name) {
    auto issued = authority.issue(name);
    return {issued.certificate, issued.key, authority.certificate()};
}

rpc::GrpcServerOptions asking(Authority& authority) {
    const auto texts = texts_of(authority, kServerName);
    rpc::GrpcServerOptions options;
    options.tls_certificate = texts.certificate;
    options.tls_key = texts.key;
    options.tls_client_authorities = texts.authorities;
    return options;
}

class LiveChannel : public ::testing::Test {
  protected:
    rpc::GrpcTransport connect(const rpc::LiveCertificate& live, const char* name = kServerName) {
        rpc::ChannelOptions options;
        options.address = world_.address();
        options.tls = true;
        options.tls_name = name;
        return {world_.io, rpc::make_channel(options, live)};
    }
    Status claim(rpc::GrpcTransport& transport) {
        v1::ClaimRequest request;
        request.set_request_id("r1");
        request.set_conversation("c1");
        auto claimed =
            run(world_.io, rpc::call<v1::ClaimResponse>(transport, kClaim, request, as("t-agent"), 5s));
        return claimed ? Status{} : claimed.error();
    }
    bool soon(rpc::GrpcTransport& transport) {
        const auto end = std::chrono::steady_clock::now() + kSoon;
        while (std::chrono::steady_clock::now() < end) {
            if (claim(transport).ok()) return true;
        }
        return false;
    }

    Authority authority_, stranger_;
    ServerWorld world_{asking(authority_)};
    rpc::LiveCertificate live_;
};

TEST_F(LiveChannel, ShowsWhatWasRenewedWithoutARestart) {
    ASSERT_TRUE(live_.put(texts_of(stranger_, "a-service.test")));
    auto transport = connect(live_);
    EXPECT_EQ(claim(transport).code, Code::unavailable) << "neither knows the other's authority";
    ASSERT_TRUE(live_.put(texts_of(authority_, "a-service.test")));
    EXPECT_TRUE(soon(transport));
    EXPECT_EQ(world_.last->caller.actor, "agent1");
}

TEST_F(LiveChannel, BelievesNoServerOfAnotherName) {
    ASSERT_TRUE(live_.put(texts_of(authority_, "a-service.test")));
    auto right = connect(live_);
    EXPECT_TRUE(soon(right));
    auto wrong = connect(live_, "other.test");
    EXPECT_EQ(claim(wrong).code, Code::unavailable);
}

TEST_F(LiveChannel, ItsKnowingTheServerIsNotEnough) {
    auto texts = texts_of(stranger_, "a-service.test");
    texts.authorities = authority_.certificate();
    ASSERT_TRUE(live_.put(texts));
    auto transport = connect(live_);
    EXPECT_EQ(claim(transport).code, Code::unavailable);
}

}  // namespace
}  // namespace guichet::test
