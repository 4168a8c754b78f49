// Another language's generated client against this server, and TLS.
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <sys/wait.h>
#include <thread>

#include "common/rpc/client.hpp"
#include "tests/integration/rpc/server_world.hpp"
#include "tests/support/temp_dir.hpp"

namespace guichet::test {
namespace {

struct Output {
    int status = -1;
    std::string text;
};

Output shell(const std::string& command) {
    Output output;
    FILE* pipe = popen((command + " 2>&1").c_str(), "r");
    if (pipe == nullptr) return output;
    char buffer[4096];
    for (std::size_t n = 0; (n = fread(buffer, 1, sizeof buffer, pipe)) > 0;) output.text.append(buffer, n);
    const int raw = pclose(pipe);
    output.status = WIFEXITED(raw) ? WEXITSTATUS(raw) : -1;
    return output;
}

std::string content(const std::string& path) {
    std::ifstream file(path);
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
}

// Runs the world's io_context beside the test.
class Running {
  public:
    explicit Running(ServerWorld& world)
        : world_(world), thread_([this] {
              auto guard = asio::make_work_guard(world_.io);
              world_.io.run();
          }) {}
    ~Running() {
        world_.io.stop();
        thread_.join();
    }

  private:
    ServerWorld& world_;
    std::thread thread_;
};

TEST(Interop, PythonsGeneratedClientReflectionAndHealth) {
    const std::string source = GUICHET_SOURCE_DIR;
    TempDir dir;
    const auto generated = shell("cd " + source + "/proto && protoc -I. --python_out=" + dir.path().string() +
                                 " --plugin=protoc-gen-grpc_python=$(command -v grpc_python_plugin)"
                                 " --grpc_python_out=" +
                                 dir.path().string() + " guichet/v1/*.proto");
    ASSERT_EQ(generated.status, 0) << generated.text;
    ServerWorld world;
    Running running(world);
    const auto run = shell("timeout 60 /usr/bin/python3 " + source + "/tests/integration/rpc/interop.py " +
                           world.address() + " " + dir.path().string());
    EXPECT_EQ(run.status, 0) << run.text;
    EXPECT_EQ(run.text, "OK\n");
}

TEST(Interop, TlsProvesTheServer) {
    TempDir dir;
    const auto key = dir / "key.pem";
    const auto certificate = dir / "cert.pem";
    const auto made = shell(
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 "
        "-subj /CN=guichet.test -addext subjectAltName=DNS:guichet.test -keyout " +
        key + " -out " + certificate);
    ASSERT_EQ(made.status, 0) << made.text;
    rpc::GrpcServerOptions options;
    options.tls_certificate = content(certificate);
    options.tls_key = content(key);
    ServerWorld world(options);
    Running running(world);
    v1::ClaimRequest request;
    request.set_request_id("r1");
    request.set_conversation("c1");
    rpc::ChannelOptions channel;
    channel.address = world.address();
    channel.tls = true;
    channel.tls_authorities = content(certificate);
    channel.tls_name = "guichet.test";
    {
        rpc::SyncClient trusting(channel, "t-agent");
        const auto claimed = trusting.call<v1::ClaimResponse>(kClaim, request, 5s);
        EXPECT_TRUE(claimed) << to_string(claimed.error());
        channel.tls_name = "other.test";
        rpc::SyncClient wrong_name(channel, "t-agent");
        EXPECT_EQ(wrong_name.call<v1::ClaimResponse>(kClaim, request, 5s).error().code, Code::unavailable);
        channel.tls = false;
        rpc::SyncClient plain(channel, "t-agent");
        EXPECT_EQ(plain.call<v1::ClaimResponse>(kClaim, request, 5s).error().code, Code::unavailable);
    }
}

}  // namespace
}  // namespace guichet::test
