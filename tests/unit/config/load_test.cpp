#include <filesystem>
#include <fstream>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/config/config.hpp"
#include "common/config/schema.hpp"

namespace guichet::config {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class Load : public testing::Test {
  protected:
    Load() {
        auto pattern = (std::filesystem::temp_directory_path() / "guichet-config-XXXXXX").string();
        folder_ = mkdtemp(pattern.data());
    }
    ~Load() override { std::filesystem::remove_all(folder_); }

    std::string write(const std::string& name, const std::string& text) {
        const auto path = folder_ / name;
        std::ofstream(path) << text;
        return path.string();
    }
    Loaded from_toml(const std::string& text) {
        sources_.file = write("guichet.toml", text);
        return load(sources_);
    }
    // Every problem, one a line, without the folder's name.
    std::string problems(const Loaded& loaded) const {
        std::string out;
        for (const auto& problem : loaded.problems) out += to_string(problem) + "\n";
        const auto prefix = folder_.string() + "/";
        for (auto at = out.find(prefix); at != std::string::npos; at = out.find(prefix)) {
            out.erase(at, prefix.size());
        }
        return out;
    }
    std::filesystem::path folder_;
    Sources sources_;
};

TEST_F(Load, NothingGivenIsTheDefaults) {
    const auto loaded = load(sources_);
    ASSERT_TRUE(loaded.ok()) << problems(loaded);
    EXPECT_EQ(loaded.config.settings.http.address, "127.0.0.1:8080");
    EXPECT_EQ(loaded.config.origins.at("http.address"), "default");
    EXPECT_THAT(loaded.warnings, IsEmpty());
}

TEST_F(Load, AFileSetsEveryKindOfValue) {
    const auto loaded = from_toml(R"(
[http]
address = "[::1]:80"
body_limit = "2MiB"
header_limit = 2048
idle_timeout = "1m30s"
max_connections = 10
tls_cert = "/c.pem"
tls_key = "/k.pem"
[metrics]
enabled = false
[redis]
high_water = 0.5
appendfsync = "everysec"
[server]
trusted_proxies = ["10.0.0.0/8", "::1"]
[routing.calendar]
saturday = ["10:00-12:00", "13:00-24:00"]
holidays = [2026-12-25, "2027-01-01"]
[grpc.services]
routing = "r:1"
)");
    ASSERT_TRUE(loaded.ok()) << problems(loaded);
    const auto& all = loaded.config.settings;
    EXPECT_EQ(all.http.address, "[::1]:80");
    EXPECT_EQ(all.http.body_limit, mib(2));
    EXPECT_EQ(all.http.header_limit, kib(2));
    EXPECT_EQ(all.http.idle_timeout, 90s);
    EXPECT_EQ(all.http.max_connections, 10);
    EXPECT_EQ(all.http.tls_cert, "/c.pem");
    EXPECT_FALSE(all.metrics.enabled);
    EXPECT_EQ(all.redis.high_water, 0.5);
    EXPECT_EQ(all.redis.appendfsync, Fsync::everysec);
    EXPECT_THAT(all.server.trusted_proxies, ElementsAre("10.0.0.0/8", "::1"));
    EXPECT_THAT(all.routing.calendar.saturday, ElementsAre("10:00-12:00", "13:00-24:00"));
    EXPECT_THAT(all.routing.calendar.holidays, ElementsAre("2026-12-25", "2027-01-01"));
    EXPECT_EQ(all.grpc.services.routing, "r:1");
    EXPECT_THAT(loaded.config.origins.at("http.body_limit"), HasSubstr("guichet.toml:4"));
}

TEST_F(Load, TheCommandLineBeatsTheEnvironmentBeatsTheFile) {
    sources_.environment = {{"GUICHET_HTTP_ADDRESS", "e:1"}, {"GUICHET_GRPC_ADDRESS", "e:2"}};
    sources_.overrides = {{"http.address", "c:1"}};
    const auto loaded =
        from_toml("[http]\naddress = \"f:1\"\n[grpc]\naddress = \"f:2\"\n[metrics]\naddress = \"f:3\"");
    ASSERT_TRUE(loaded.ok()) << problems(loaded);
    EXPECT_EQ(loaded.config.settings.http.address, "c:1");
    EXPECT_EQ(loaded.config.settings.grpc.address, "e:2");
    EXPECT_EQ(loaded.config.settings.metrics.address, "f:3");
    EXPECT_EQ(loaded.config.origins.at("http.address"), "command line");
    EXPECT_EQ(loaded.config.origins.at("grpc.address"), "environment GUICHET_GRPC_ADDRESS");
}

TEST_F(Load, TheEnvironmentReadsEveryKindFromText) {
    sources_.environment = {{"GUICHET_METRICS_ENABLED", "false"},
                            {"GUICHET_HTTP_MAX_CONNECTIONS", "7"},
                            {"GUICHET_HTTP_BODY_LIMIT", "4096"},
                            {"GUICHET_REDIS_HIGH_WATER", "0.7"},
                            {"GUICHET_REPLY_UNDO", "0s"},
                            {"GUICHET_SERVER_TARGETS", "ingest, routing"},
                            {"GUICHET_ROUTING_CALENDAR_FRIDAY", ""},
                            {"GUICHET_LOG_LEVEL", "warn"}};
    const auto loaded = load(sources_);
    ASSERT_TRUE(loaded.ok()) << problems(loaded);
    const auto& all = loaded.config.settings;
    EXPECT_FALSE(all.metrics.enabled);
    EXPECT_EQ(all.http.max_connections, 7);
    EXPECT_EQ(all.http.body_limit, kib(4));
    EXPECT_EQ(all.redis.high_water, 0.7);
    EXPECT_EQ(all.reply.undo, 0s);
    EXPECT_THAT(all.server.targets, ElementsAre("ingest", "routing"));
    EXPECT_THAT(all.routing.calendar.friday, IsEmpty());
    EXPECT_EQ(all.log.level, LogLevel::warn);
}

TEST_F(Load, AllProblemsAreToldWithLineAndSuggestion) {
    sources_.environment = {{"GUICHET_HTTP_ADDRESS", "nowhere"}};
    sources_.overrides = {{"routing.leese", "1s"}};
    const auto loaded = from_toml(
        "[http]\n"
        "adress = \"a:1\"\n"
        "body_limit = \"5GiB\"\n"
        "max_connections = \"10\"\n"
        "[htpp]\n"
        "address = \"a:1\"\n"
        "[log]\n"
        "level = \"loud\"\n");
    EXPECT_EQ(
        problems(loaded),
        "guichet.toml:2: http.adress: is not a property of Guichet; did you mean http.address?\n"
        "guichet.toml:3: http.body_limit: must be 1KiB to 256MiB; given: '5GiB'\n"
        "guichet.toml:4: http.max_connections: must be an integer, without quotes; given: '10'\n"
        "guichet.toml:5: htpp: is not a property of Guichet; did you mean http?\n"
        "guichet.toml:8: log.level: must be one of trace, debug, info, warn, error, off; given: 'loud'\n"
        "environment GUICHET_HTTP_ADDRESS: http.address: must be host:port; given: nowhere\n"
        "command line: routing.leese: is not a property of Guichet; did you mean routing.lease?\n");
}

TEST_F(Load, ASectionIsNoValueAndAValueNoSection) {
    EXPECT_THAT(problems(from_toml("http = 1")),
                HasSubstr("guichet.toml:1: http: is a section: write [http]"));
    EXPECT_THAT(problems(from_toml("[http.address]\nx = 1")),
                HasSubstr("http.address: has a value of a kind"));
    EXPECT_THAT(problems(from_toml("[server]\ntargets = [1]")), HasSubstr("must be a list of strings"));
}

TEST_F(Load, WhatIsNotTomlIsToldWithItsLine) {
    EXPECT_THAT(problems(from_toml("[http]\naddress = ")), HasSubstr("guichet.toml:2: is not TOML"));
    EXPECT_THAT(problems(from_toml("[http]\naddress = \"a:1\"\naddress = \"a:2\"")),
                HasSubstr("guichet.toml:3: is not TOML"));
}

TEST_F(Load, AFileThatCannotBeReadIsAProblem) {
    sources_.file = folder_ / "missing.toml";
    EXPECT_EQ(problems(load(sources_)), "missing.toml: cannot be read\n");
    sources_.file = folder_;
    EXPECT_THAT(problems(load(sources_)), HasSubstr("cannot be read"));
    sources_.file = write("large.toml", std::string((1 << 20) + 1, '#'));
    EXPECT_EQ(problems(load(sources_)), "large.toml: is larger than 1 MiB\n");
}

TEST_F(Load, UnknownVariablesAreWarnedOfOnly) {
    sources_.environment = {{"GUICHET_HTTP_ADRESS", "x"}, {"GUICHET_TOKEN", "gt_x"}, {"HOME", "/"}};
    const auto loaded = load(sources_);
    EXPECT_TRUE(loaded.ok());
    EXPECT_THAT(loaded.warnings, ElementsAre(HasSubstr("GUICHET_HTTP_ADRESS")));
}

TEST_F(Load, ConditionsBetweenPropertiesNameTheirValues) {
    const auto loaded = from_toml("[reply]\nretry_base = \"1h\"\n[http]\ntls_cert = \"/c.pem\"");
    EXPECT_THAT(
        problems(loaded),
        AllOf(HasSubstr("reply.retry_base, reply.retry_max: the first wait cannot be longer than the longest "
                        "(reply.retry_base = \"1h\" from guichet.toml:2, reply.retry_max = \"15m\" from "
                        "default)"),
              HasSubstr("http.tls_cert, http.tls_key: a certificate needs its key")));
}

TEST_F(Load, PollingLimitsMustSuitOneAnother) {
    const auto loaded = from_toml(
        "[ingest.poll]\npause = \"2m\"\nlongest_wait = \"1m\"\nbackoff = \"10m\"\nfirst_question = \"1h\"");
    EXPECT_THAT(problems(loaded),
                AllOf(HasSubstr("ingest.poll.pause, ingest.poll.longest_wait: the shortest wait"),
                      HasSubstr("ingest.poll.backoff, ingest.poll.backoff_max: the first wait"),
                      HasSubstr("ingest.poll.first_question, ingest.poll.question: a first question")));
    EXPECT_TRUE(from_toml("[ingest.poll]\npause = \"2m\"\ngrace = \"5s\"").ok());
}

TEST_F(Load, SecretsComeByReferenceOnly) {
    sources_.environment = {{"PW", "hunter2"}};
    const auto external = std::string("[redis]\nurl = \"redis://r:1\"\n");
    auto by_env = from_toml(external + "password = { env = \"PW\" }");
    ASSERT_TRUE(by_env.ok()) << problems(by_env);
    EXPECT_EQ(by_env.config.settings.redis.password.reveal(), "hunter2");

    auto by_file = from_toml(external + "password = { file = \"" + write("pw", "from-file\n") + "\" }");
    ASSERT_TRUE(by_file.ok()) << problems(by_file);
    EXPECT_EQ(by_file.config.settings.redis.password.reveal(), "from-file");

    auto plain = from_toml(external + "password = \"hunter3\"");
    EXPECT_THAT(problems(plain),
                AllOf(HasSubstr("cannot be written here in plain"), Not(HasSubstr("hunter3"))));

    EXPECT_THAT(problems(from_toml(external + "password = { env = \"NONE\" }")),
                HasSubstr("NONE, which is not set"));
    EXPECT_THAT(problems(from_toml(external + "password = { file = \"/none\" }")),
                HasSubstr("cannot be read"));
    EXPECT_THAT(problems(from_toml(external + "password = { file = \"" + write("e", "\n") + "\" }")),
                HasSubstr("which is empty"));
    EXPECT_THAT(problems(from_toml(external + "password = { vault = \"x\" }")), HasSubstr("must be { env ="));
}

TEST_F(Load, SecretsFromTheEnvironmentAndTheCommandLine) {
    sources_.environment = {{"GUICHET_REDIS_PASSWORD", "direct"}, {"GUICHET_REDIS_URL", "redis://r:1"}};
    auto direct = load(sources_);
    ASSERT_TRUE(direct.ok()) << problems(direct);
    EXPECT_EQ(direct.config.settings.redis.password.reveal(), "direct");

    sources_.environment.erase("GUICHET_REDIS_PASSWORD");
    sources_.environment["GUICHET_REDIS_PASSWORD_FILE"] = write("pw", "from-file");
    auto by_file = load(sources_);
    ASSERT_TRUE(by_file.ok()) << problems(by_file);
    EXPECT_EQ(by_file.config.settings.redis.password.reveal(), "from-file");

    sources_.overrides = {{"redis.password", "typed"}};
    EXPECT_THAT(problems(load(sources_)),
                AllOf(HasSubstr("cannot be given in plain"), Not(HasSubstr("typed"))));
    sources_.environment["PW"] = "by-name";
    sources_.overrides = {{"redis.password", "env:PW"}};
    EXPECT_EQ(load(sources_).config.settings.redis.password.reveal(), "by-name");
}

TEST_F(Load, ASecretNeverShows) {
    sources_.environment = {{"GUICHET_REDIS_PASSWORD", "hunter2"}, {"GUICHET_REDIS_URL", "redis://r:1"}};
    const auto loaded = load(sources_);
    ASSERT_TRUE(loaded.ok()) << problems(loaded);
    std::ostringstream out;
    out << loaded.config.settings.redis.password << print_config(loaded.config)
        << print_config(loaded.config, PrintFormat::json);
    EXPECT_THAT(out.str(), AllOf(HasSubstr("<secret>"), Not(HasSubstr("hunter2"))));
    std::ostringstream none;
    none << Secret();
    EXPECT_EQ(none.str(), "<none>");
}

TEST_F(Load, WhatIsPrintedLoadsAgainAndMeansTheSame) {
    sources_.environment = {{"PW", "hunter2"}};
    auto first = from_toml(
        "[server]\ndata = \"/a \\\"b\\\" c\"\n[redis]\nurl = \"redis://r:1\"\npassword = { env = \"PW\" }\n"
        "high_water = 0.75\n[log]\nlevel = \"debug\"\n[routing.calendar]\nsunday = [\"10:00-11:00\"]\n"
        "[reply]\nundo = \"1500ms\"\n");
    ASSERT_TRUE(first.ok()) << problems(first);
    const auto printed = print_config(first.config);
    EXPECT_THAT(printed, HasSubstr("undo = \"1500ms\"  # "));
    auto second = from_toml(printed);
    ASSERT_TRUE(second.ok()) << problems(second);
    for (const auto& property : schema().properties()) {
        EXPECT_EQ(property.text(first.config.settings), property.text(second.config.settings))
            << property.name;
    }
    EXPECT_EQ(second.config.settings.redis.password.reveal(), "hunter2");
    EXPECT_EQ(second.config.settings.server.data, "/a \"b\" c");
}

TEST(Override, IsPropertyEqualsValue) {
    auto good = parse_override("redis.url=redis://a:1?x=y");
    ASSERT_TRUE(good.has_value());
    EXPECT_EQ(good->property, "redis.url");
    EXPECT_EQ(good->value, "redis://a:1?x=y");
    EXPECT_TRUE(parse_override("redis.url").has_error());
    EXPECT_TRUE(parse_override("=x").has_error());
}

TEST(ReadEnvironment, SeesThisProcess) {
    ASSERT_EQ(setenv("GUICHET_TEST_ENVIRONMENT", "a=b", 1), 0);
    EXPECT_EQ(read_environment()["GUICHET_TEST_ENVIRONMENT"], "a=b");
    unsetenv("GUICHET_TEST_ENVIRONMENT");
}

}  // namespace
}  // namespace guichet::config
