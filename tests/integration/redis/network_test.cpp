// The ways to reach a server other than the plain unix socket: TCP, TLS, and sign-in.
#include <cstdlib>
#include <fstream>

#include <gtest/gtest.h>

#include "common/redis/client.hpp"
#include "tests/support/redis_server.hpp"

namespace guichet::redis {
namespace {

using namespace std::chrono_literals;
using test::run;

ClientOptions options_for(const std::string& url) {
    ClientOptions options;
    options.address = *parse_url(url);
    options.backoff_min = 10ms;
    options.backoff_max = 20ms;
    options.grace = 5s;
    return options;
}

// The answer to GET k over `url`, or "CODE: message".
std::string get_over(const std::string& url) {
    asio::io_context io;
    Client client(io.get_executor(), options_for(url), test::system_clock(), test::system_random());
    client.start();
    auto reply = run(io, client.call(Command("GET", "k")));
    run(io, client.stop());
    return reply ? reply->text() : to_string(reply.error());
}

// Why `url` cannot be connected.
std::string refusal_of(const std::string& url) {
    asio::io_context io;
    Client client(io.get_executor(), options_for(url), test::system_clock(), test::system_random());
    client.start();
    auto refused = [&] { return client.last_error().message.starts_with("cannot connect"); };
    EXPECT_TRUE(test::wait_until(io, refused));
    EXPECT_FALSE(client.connected());
    auto why = client.last_error().message;
    run(io, client.stop());
    return why;
}

// A certificate authority and a certificate for "localhost" signed by it.
void make_certificates(const test::TempDir& dir) {
    std::ofstream(dir / "names") << "subjectAltName=DNS:localhost\n";
    std::string script =
        "cd '" + dir.path().string() +
        "' && exec >log 2>&1 && "
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=ca "
        "-keyout ca.key -out ca.pem && "
        "openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=localhost "
        "-keyout server.key -out server.csr && "
        "openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile names "
        "-out server.pem";
    ASSERT_EQ(std::system(script.c_str()), 0);
}

TEST(RedisNetwork, Tcp) {
    auto port = std::to_string(test::free_port());
    test::RedisServer server({.arguments = {"--port", port, "--bind", "127.0.0.1"}});
    server.command(Command("SET", "k", "over tcp"));
    EXPECT_EQ(get_over("redis://127.0.0.1:" + port), "over tcp");
    EXPECT_EQ(get_over("redis://localhost:" + port + "/1"), "");
}

TEST(RedisNetwork, TlsVerifiesAuthorityAndName) {
    test::TempDir dir;
    make_certificates(dir);
    auto port = std::to_string(test::free_port());
    test::RedisServer server(
        {.arguments = {"--tls-port", port, "--bind", "127.0.0.1", "--tls-cert-file", dir / "server.pem",
                       "--tls-key-file", dir / "server.key", "--tls-ca-cert-file", dir / "ca.pem",
                       "--tls-auth-clients", "no"}});
    server.command(Command("SET", "k", "over tls"));
    EXPECT_EQ(get_over("rediss://localhost:" + port + "?cafile=" + dir / "ca.pem"), "over tls");
    // A name that the certificate does not carry.
    auto other = refusal_of("rediss://127.0.0.1:" + port + "?cafile=" + dir / "ca.pem");
    EXPECT_NE(other.find("certificate verify failed"), std::string::npos) << other;
    // An authority that the system does not know.
    auto unknown = refusal_of("rediss://localhost:" + port);
    EXPECT_NE(unknown.find("certificate verify failed"), std::string::npos) << unknown;
}

TEST(RedisNetwork, LargeTrafficOverTls) {
    test::TempDir dir;
    make_certificates(dir);
    auto port = std::to_string(test::free_port());
    test::RedisServer server(
        {.arguments = {"--tls-port", port, "--bind", "127.0.0.1", "--tls-cert-file", dir / "server.pem",
                       "--tls-key-file", dir / "server.key", "--tls-ca-cert-file", dir / "ca.pem",
                       "--tls-auth-clients", "no"}});
    asio::io_context io;
    ClientOptions options;
    options.address = *parse_url("rediss://localhost:" + port + "?cafile=" + dir / "ca.pem");
    Client client(io.get_executor(), options, test::system_clock(), test::system_random());
    client.start();
    std::string large(3'000'000, 'z');
    std::vector<Command> commands;
    for (int i = 0; i < 4; ++i) {
        commands.emplace_back("SET", i, large);
        commands.emplace_back("GET", i);
    }
    auto replies = run(io, client.call_many(std::move(commands)));
    ASSERT_TRUE(replies);
    for (int i = 0; i < 4; ++i) EXPECT_EQ((*replies)[2 * i + 1].text(), large);
    run(io, client.stop());
}

TEST(RedisNetwork, SignsInWithUserAndPassword) {
    test::RedisServer server;
    server.command(Command("SET", "k", "secret"));
    server.command(Command("ACL", "SETUSER", "ana", "on", ">p@ss word", "~*", "+@all"));
    server.command(Command("ACL", "SETUSER", "weak", "on", ">w", "~*", "+ping", "+client"));
    EXPECT_EQ(get_over("unix://ana:p%40ss%20word@" + server.socket_path()), "secret");
    auto wrong = refusal_of("unix://ana:wrong@" + server.socket_path());
    EXPECT_NE(wrong.find("WRONGPASS"), std::string::npos) << wrong;
    EXPECT_EQ(wrong.find("ana:wrong"), std::string::npos) << wrong;
    auto denied = get_over("unix://weak:w@" + server.socket_path());
    EXPECT_NE(denied.find("noperm"), std::string::npos) << denied;
    server.command(Command("CONFIG", "SET", "requirepass", "pw"));
    EXPECT_EQ(get_over("unix://:pw@" + server.socket_path()), "secret");
}

}  // namespace
}  // namespace guichet::redis
