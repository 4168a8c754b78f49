#include "common/redis/embedded.hpp"

#include <fcntl.h>
#include <fstream>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "common/redis/client.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/support/wait.hpp"

namespace guichet::redis {
namespace {

using namespace std::chrono_literals;
using test::run;

EmbeddedOptions options_for(const test::TempDir& dir) {
    EmbeddedOptions options;
    options.data_dir = dir.path() / "data";
    options.max_memory_bytes = 64 << 20;
    options.backoff_min = 10ms;
    options.backoff_max = 50ms;
    return options;
}

std::unique_ptr<Client> client_of(asio::io_context& io, const EmbeddedServer& server) {
    ClientOptions options;
    options.address = server.address();
    options.backoff_min = 10ms;
    options.backoff_max = 50ms;
    options.grace = 10s;
    auto client =
        std::make_unique<Client>(io.get_executor(), options, test::system_clock(), test::system_random());
    client->start();
    return client;
}

// As /proc tells it in one letter; empty when there is no such process.
std::string state_of(pid_t pid) {
    std::string state;
    std::ifstream status("/proc/" + std::to_string(pid) + "/stat");
    std::string ignored;
    status >> ignored >> ignored >> state;
    return state;
}

bool exists(pid_t pid) {
    // A zombie has ended, though nobody has asked for it yet.
    const auto state = state_of(pid);
    return !state.empty() && state != "Z";
}

class EmbeddedTest : public ::testing::Test {
  protected:
    Result<void> start(EmbeddedServer& server) { return run(io, server.start(15s)); }
    std::unique_ptr<EmbeddedServer> make(EmbeddedOptions options) {
        return std::make_unique<EmbeddedServer>(io.get_executor(), std::move(options), test::system_clock(),
                                                test::system_random());
    }
    std::string get(EmbeddedServer& server, const std::string& key) {
        auto client = client_of(io, server);
        auto reply = run(io, client->call(Command("GET", key)));
        run(io, client->stop());
        return reply ? reply->text() : to_string(reply.error());
    }

    asio::io_context io;
    test::TempDir dir;
};

TEST_F(EmbeddedTest, StartsPrivateAndDurableAndStopsClean) {
    auto server = make(options_for(dir));
    EXPECT_EQ(server->state(), EmbeddedState::stopped);
    auto started = start(*server);
    ASSERT_TRUE(started) << to_string(started.error());
    EXPECT_EQ(server->state(), EmbeddedState::ready);
    struct stat socket;
    ASSERT_EQ(::stat(server->address().path.c_str(), &socket), 0);
    EXPECT_EQ(socket.st_mode & 0777, 0700u);
    auto client = client_of(io, *server);
    std::vector<Command> questions;
    for (const char* name : {"appendfsync", "maxmemory-policy", "maxmemory", "port", "save"}) {
        questions.emplace_back("CONFIG", "GET", name);
    }
    auto answers = run(io, client->call_many(questions));
    EXPECT_EQ((*answers)[0][1].text(), "always");
    EXPECT_EQ((*answers)[1][1].text(), "noeviction");
    EXPECT_EQ((*answers)[2][1].text(), "67108864");
    EXPECT_EQ((*answers)[3][1].text(), "0");
    EXPECT_EQ((*answers)[4][1].text(), "");
    ASSERT_TRUE(run(io, client->call(Command("SET", "k", "kept"))));
    run(io, client->stop());
    pid_t pid = server->pid();
    run(io, server->stop());
    EXPECT_FALSE(exists(pid));
    EXPECT_EQ(server->state(), EmbeddedState::stopped);

    auto again = make(options_for(dir));
    ASSERT_TRUE(start(*again));
    EXPECT_EQ(get(*again, "k"), "kept");
    run(io, again->stop());
}

TEST_F(EmbeddedTest, AHashWithAFieldOfHalfAKilobyteStaysInOnePiece) {
    auto server = make(options_for(dir));
    ASSERT_TRUE(start(*server));
    auto client = client_of(io, *server);
    Command write("HSET", "c", "pv", std::string(640, 'x'));
    for (int i = 0; i < 50; ++i) write.add("f" + std::to_string(i)).add("v");
    ASSERT_TRUE(run(io, client->call(std::move(write))));
    auto kind = run(io, client->call(Command("OBJECT", "ENCODING", "c")));
    ASSERT_TRUE(kind);
    EXPECT_EQ(kind->text(), "listpack");
    run(io, client->stop());
    run(io, server->stop());
}

TEST_F(EmbeddedTest, ADeadServerIsStartedAgainWithItsData) {
    std::vector<EmbeddedState> states;
    auto options = options_for(dir);
    options.on_state = [&](EmbeddedState state, const std::string&) { states.push_back(state); };
    auto server = make(options);
    ASSERT_TRUE(start(*server));
    auto client = client_of(io, *server);
    ASSERT_TRUE(run(io, client->call(Command("SET", "k", "kept"))));
    for (int round = 1; round <= 3; ++round) {
        ::kill(server->pid(), SIGKILL);
        ASSERT_TRUE(test::wait_until(io, [&] { return server->restarts() == round; }));
        auto reply = run(io, client->call(Command("GET", "k")));
        // The call may have been under way when the connection broke.
        if (!reply) reply = run(io, client->call(Command("GET", "k")));
        ASSERT_TRUE(reply) << to_string(reply.error());
        EXPECT_EQ(reply->text(), "kept");
    }
    ASSERT_TRUE(test::wait_until(io, [&] { return server->state() == EmbeddedState::ready; }));
    EXPECT_NE(std::find(states.begin(), states.end(), EmbeddedState::down), states.end());
    run(io, client->stop());
    run(io, server->stop());
}

TEST_F(EmbeddedTest, ASecondLiveInstanceIsRefused) {
    auto first = make(options_for(dir));
    ASSERT_TRUE(start(*first));
    pid_t pid = first->pid();
    auto second = make(options_for(dir));
    auto refused = start(*second);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Code::failed_precondition);
    EXPECT_EQ(refused.error().reason, "data_in_use");
    EXPECT_NE(refused.error().message.find(std::to_string(::getpid())), std::string::npos);
    EXPECT_EQ(first->pid(), pid);
    EXPECT_TRUE(exists(pid));
    EXPECT_EQ(get(*first, "none"), "");
    run(io, first->stop());
    EXPECT_TRUE(start(*make(options_for(dir))));
}

// Runs an embedded server in a child process; `report` gets "<pid of redis-server>\n" when a write was
// acknowledged, then the process waits to be killed.
[[noreturn]] void serve_until_killed(EmbeddedOptions options, int report) {
    asio::io_context io;
    EmbeddedServer server(io.get_executor(), std::move(options), test::system_clock(), test::system_random());
    if (!run(io, server.start(15s))) ::_exit(1);
    auto client = client_of(io, server);
    if (!run(io, client->call(Command("SET", "acknowledged", "yes")))) ::_exit(2);
    std::string line = std::to_string(server.pid()) + "\n";
    if (::write(report, line.data(), line.size()) < 0) ::_exit(3);
    io.restart();
    auto work = asio::make_work_guard(io);
    io.run();
    ::_exit(4);
}

struct Helper {
    pid_t pid = -1;
    pid_t redis = -1;
};

Helper start_helper(const EmbeddedOptions& options) {
    int report[2];
    if (::pipe2(report, O_CLOEXEC) != 0) return {};
    Helper helper;
    helper.pid = ::fork();
    if (helper.pid == 0) serve_until_killed(options, report[1]);
    ::close(report[1]);
    char line[32] = {};
    if (::read(report[0], line, sizeof line - 1) > 0) helper.redis = static_cast<pid_t>(std::atoi(line));
    ::close(report[0]);
    return helper;
}

void kill_alone(const Helper& helper) {
    ::kill(helper.pid, SIGKILL);
    ::waitpid(helper.pid, nullptr, 0);
}

TEST_F(EmbeddedTest, AnotherLiveProcessIsNamed) {
    auto helper = start_helper(options_for(dir));
    ASSERT_GT(helper.redis, 0);
    auto refused = start(*make(options_for(dir)));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().reason, "data_in_use");
    EXPECT_NE(refused.error().message.find(std::to_string(helper.pid)), std::string::npos);
    EXPECT_TRUE(exists(helper.redis));
    kill_alone(helper);
    EXPECT_TRUE(test::wait_until([&] { return !exists(helper.redis); }));
}

TEST_F(EmbeddedTest, TheServerEndsWithItsParentAndTheNextStartKeepsWhatWasAcknowledged) {
    auto helper = start_helper(options_for(dir));
    ASSERT_GT(helper.redis, 0);
    kill_alone(helper);
    auto server = make(options_for(dir));
    auto started = start(*server);
    ASSERT_TRUE(started) << to_string(started.error());
    EXPECT_FALSE(exists(helper.redis));
    EXPECT_EQ(get(*server, "acknowledged"), "yes");
    run(io, server->stop());
}

TEST_F(EmbeddedTest, AnOrphanThatDoesNotListenIsKilled) {
    auto helper = start_helper(options_for(dir));
    ASSERT_GT(helper.redis, 0);
    // It hangs: the parent-death signal does not reach it, nor does any other but SIGKILL.
    ::kill(helper.redis, SIGSTOP);
    // A signal that comes before it stands still would be taken first.
    ASSERT_TRUE(test::wait_until([&] { return state_of(helper.redis) == "T"; }));
    kill_alone(helper);
    EXPECT_TRUE(exists(helper.redis));
    auto options = options_for(dir);
    options.orphan_patience = 400ms;
    auto server = make(options);
    auto started = start(*server);
    ASSERT_TRUE(started) << to_string(started.error());
    EXPECT_FALSE(exists(helper.redis));
    EXPECT_EQ(get(*server, "acknowledged"), "yes");
    run(io, server->stop());
}

TEST_F(EmbeddedTest, AServerStartedByHandOnTheSameDataIsEnded) {
    auto options = options_for(dir);
    run(io, [](EmbeddedServer& server) -> asio::awaitable<void> {
        co_await server.start(15s);
        co_await server.stop();
    }(*make(options)));
    pid_t by_hand = ::fork();
    if (by_hand == 0) {
        ::execlp("redis-server", "redis-server", (options.data_dir / "redis.conf").c_str(), nullptr);
        ::_exit(127);
    }
    auto server = make(options);
    ASSERT_TRUE(test::wait_until([&] { return ::access(server->address().path.c_str(), F_OK) == 0; }));
    auto started = start(*server);
    ASSERT_TRUE(started) << to_string(started.error());
    EXPECT_EQ(::waitpid(by_hand, nullptr, WNOHANG), by_hand);
    run(io, server->stop());
}

TEST_F(EmbeddedTest, ALongPathPutsTheSocketElsewhere) {
    auto options = options_for(dir);
    options.data_dir = dir.path() / std::string(120, 'd');
    options.runtime_dir = dir.path();
    auto server = make(options);
    EXPECT_LE(server->address().path.size(), 107u);
    auto started = start(*server);
    ASSERT_TRUE(started) << to_string(started.error());
    EXPECT_EQ(get(*server, "none"), "");
    struct stat folder;
    ASSERT_EQ(::stat(std::filesystem::path(server->address().path).parent_path().c_str(), &folder), 0);
    EXPECT_EQ(folder.st_mode & 0777, 0700u);
    run(io, server->stop());
    // A directory that others may enter is not trusted.
    std::filesystem::permissions(std::filesystem::path(server->address().path).parent_path(),
                                 std::filesystem::perms::all);
    EXPECT_FALSE(start(*make(options)));
}

TEST_F(EmbeddedTest, TellsWhyItCannotStart) {
    auto options = options_for(dir);
    options.binary = "no-such-redis-server";
    auto missing = start(*make(options));
    ASSERT_FALSE(missing);
    EXPECT_NE(missing.error().message.find("no-such-redis-server"), std::string::npos);

    // A file that is no append-only file: the server ends at once and its last words are told.
    options = options_for(dir);
    std::filesystem::create_directories(options.data_dir / "appendonlydir");
    std::ofstream(options.data_dir / "appendonlydir" / "appendonly.aof.manifest") << "nonsense\n";
    auto broken = start(*make(options));
    ASSERT_FALSE(broken);
    EXPECT_NE(broken.error().message.find("exit code 1"), std::string::npos) << broken.error().message;
    EXPECT_NE(broken.error().message.find("manifest"), std::string::npos) << broken.error().message;
}

}  // namespace
}  // namespace guichet::redis
