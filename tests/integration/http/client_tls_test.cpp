// Certificates, between our client and our server.
#include <gmock/gmock.h>

#include "tests/integration/http/client_fixture.hpp"

namespace guichet::http {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class TlsTest : public ClientTest {
  protected:
    void begin_tls(const std::string& certificate, const std::string& authority) {
        options.listeners[0].tls_certificate_file = certificates.file(certificate + ".pem");
        options.listeners[0].tls_key_file = certificates.file(certificate + ".key");
        if (!authority.empty()) settings.ca_file = certificates.file(authority + ".pem");
        begin();
    }
    ClientRequest secure(const std::string& host, const std::string& path) {
        ClientRequest request;
        request.url = "https://" + host + ":" + std::to_string(port()) + path;
        return request;
    }
    Certificates certificates;
};

TEST_F(TlsTest, OurServerAndOurClientTrustEachOther) {
    begin_tls("localhost", "localhost");
    const auto got = send(secure("localhost", "/describe/x")).get();
    ASSERT_EQ(got.outcome, Outcome::response) << to_string(got.error);
    EXPECT_THAT(got.body, StartsWith("GET https://localhost:" + std::to_string(port()) + "/describe/x"));
    EXPECT_THAT(got.body, HasSubstr("tls=1"));
    EXPECT_THAT(std::string(got.headers.get("strict-transport-security")), HasSubstr("max-age"));
    ClientRequest large = secure("localhost", "/echo");
    large.method = Method::post;
    large.body = std::string(900'000, 'L');
    const auto echoed = send(large).get();
    ASSERT_EQ(echoed.outcome, Outcome::response) << to_string(echoed.error);
    EXPECT_EQ(echoed.body, large.body);
    EXPECT_EQ(client->idle_connections(), 1u);
    EXPECT_EQ(server->connections(), 1u);
}

TEST_F(TlsTest, ACertificateForAnotherNameIsRefused) {
    begin_tls("other", "other");
    const auto got = send(secure("localhost", "/describe/x")).get();
    EXPECT_EQ(got.outcome, Outcome::not_sent);
    EXPECT_EQ(got.error.code, Code::failed_precondition) << to_string(got.error);
    names["other.example"] = {"127.0.0.1"};
    EXPECT_EQ(send(secure("other.example", "/describe/x")).get().outcome, Outcome::response);
}

TEST_F(TlsTest, AnUnknownAuthorityIsRefused) {
    begin_tls("localhost", "");
    const auto got = send(secure("localhost", "/describe/x")).get();
    EXPECT_EQ(got.outcome, Outcome::not_sent);
    EXPECT_EQ(got.error.reason, "certificate") << to_string(got.error);
}

TEST_F(TlsTest, PlainTextOnATlsPortAndTheOtherWayRound) {
    begin_tls("localhost", "localhost");
    ClientRequest plain = secure("localhost", "/describe/x");
    plain.url.erase(4, 1);
    EXPECT_EQ(send(plain).get().outcome, Outcome::ambiguous);
    ClientRequest tls = post("/");
    tls.url.insert(4, "s");
    auto result = send(tls);
    {
        RawSocket peer = listener.accept();
        peer.write(kOk);
        peer.read_exactly(1);
    }
    EXPECT_EQ(result.get().outcome, Outcome::not_sent);
}

TEST_F(TlsTest, BadAuthorityFilesAreToldAtOnce) {
    settings.ca_file = "/nowhere.pem";
    const auto made = Client::create(io, steady, settings);
    ASSERT_FALSE(made);
    EXPECT_THAT(made.error().message, HasSubstr("/nowhere.pem"));
}

}  // namespace
}  // namespace guichet::http
