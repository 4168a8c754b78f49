#include "common/config/schema.hpp"

#include <fstream>
#include <set>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/config/config.hpp"

namespace guichet::config {
namespace {

TEST(Schema, EveryDefaultIsAllowed) {
    const Settings defaults;
    for (const auto& property : schema().properties()) {
        if (property.secret) continue;
        // A default's text is a valid value of its own property.
        const auto dot = property.name.rfind('.');
        const auto read = read_toml("[" + property.name.substr(0, dot) + "]\n" +
                                        property.name.substr(dot + 1) + " = " + property.text(defaults),
                                    "default", schema());
        ASSERT_EQ(read.values.size(), 1u) << property.name;
        Settings scratch;
        auto set = property.set(scratch, read.values[0].raw, {});
        EXPECT_TRUE(set.has_value()) << property.name << ' ' << (set.has_error() ? set.error().message : "");
    }
    for (const auto& rule : schema().rules()) EXPECT_FALSE(rule.broken(defaults)) << rule.properties[0];
}

TEST(Schema, EveryExampleIsAllowed) {
    for (const auto& property : schema().properties()) {
        if (property.example.empty()) continue;
        const auto dot = property.name.rfind('.');
        const auto read = read_toml("[" + property.name.substr(0, dot) + "]\n" +
                                        property.name.substr(dot + 1) + " = " + property.example,
                                    "example", schema());
        ASSERT_EQ(read.values.size(), 1u) << property.name;
        Settings scratch;
        const Environment environment{{"REDIS_PASSWORD", "x"}, {"GUICHET_SECRETS_KEY", "x"}};
        EXPECT_TRUE(property.set(scratch, read.values[0].raw, environment).has_value()) << property.name;
    }
}

TEST(Schema, EveryPropertyIsDescribedOnceAndHasItsOwnVariable) {
    std::set<std::string> names;
    std::set<std::string> variables;
    for (const auto& property : schema().properties()) {
        EXPECT_TRUE(names.insert(property.name).second) << property.name;
        EXPECT_TRUE(variables.insert(property.variable()).second) << property.variable();
        EXPECT_FALSE(property.description.empty()) << property.name;
        EXPECT_EQ(property.description.back(), '.') << property.name;
    }
    for (const auto& rule : schema().rules()) {
        for (const auto& name : rule.properties) {
            EXPECT_TRUE(names.contains(name) || schema().is_section(name)) << name;
        }
    }
    EXPECT_EQ(schema().find("http.address")->variable(), "GUICHET_HTTP_ADDRESS");
    EXPECT_EQ(schema().find("grpc.services.routing")->variable(), "GUICHET_GRPC_SERVICES_ROUTING");
}

// Two properties bound to one member would make one of them mean nothing.
TEST(Schema, EveryPropertyHasItsOwnMember) {
    const Settings defaults;
    for (const auto& changed : schema().properties()) {
        Settings settings;
        bool done = false;
        for (const Raw& raw : {Raw{std::string("7d")},
                               Raw{std::string("h:7")},
                               Raw{std::string("77MiB")},
                               Raw{std::string("1001KiB")},
                               Raw{std::string("65KiB")},
                               Raw{std::string("3h")},
                               Raw{std::string("11m")},
                               Raw{std::string("7s")},
                               Raw{std::string("redis://h:7")},
                               Raw{std::string("https://h:7")},
                               Raw{std::string("Europe/Paris")},
                               Raw{std::string("everysec")},
                               Raw{std::string("warn")},
                               Raw{std::string("text")},
                               Raw{std::int64_t{13}},
                               Raw{std::int64_t{101}},
                               Raw{std::int64_t{3}},
                               Raw{0.33},
                               Raw{false},
                               Raw{true},
                               Raw{std::vector<std::string>{"inbox"}},
                               Raw{std::vector<std::string>{"10.9.9.9"}},
                               Raw{std::vector<std::string>{"'self'"}},
                               Raw{std::vector<std::string>{"01:00-02:00"}},
                               Raw{std::vector<std::string>{"2030-01-01"}},
                               Raw{SecretReference{SecretReference::Kind::env, "S"}}}) {
            Settings trial;
            if (changed.set(trial, raw, {{"S", "x"}}).has_error()) continue;
            if (changed.text(trial) == changed.text(defaults)) continue;
            settings = trial;
            done = true;
            break;
        }
        ASSERT_TRUE(done) << "no trial value suits " << changed.name;
        for (const auto& other : schema().properties()) {
            if (other.name == changed.name) continue;
            EXPECT_EQ(other.text(settings), other.text(defaults))
                << changed.name << " changes " << other.name;
        }
    }
}

TEST(Schema, SuggestsWhatIsNear) {
    EXPECT_EQ(schema().suggest("http.adress"), "http.address");
    EXPECT_EQ(schema().suggest("routing.calender"), "routing.calendar");
    EXPECT_EQ(schema().suggest("server.maxmemory"), "redis.maxmemory");
    EXPECT_EQ(schema().suggest("zzzzzzzzzzzzzzz"), "");
}

TEST(Reference, IsUpToDate) {
    const std::string path = std::string(GUICHET_SOURCE_DIR) + "/common/config/reference.md";
    if (read_environment().contains("GUICHET_WRITE_REFERENCE")) std::ofstream(path) << describe();
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    EXPECT_TRUE(text.str() == describe())
        << "common/config/reference.md is not what the schema says; write it anew:\n"
           "  GUICHET_WRITE_REFERENCE=1 <build>/tests/bin/unit_config --gtest_filter=Reference.*";
}

TEST(Reference, NamesEveryProperty) {
    const auto text = describe();
    for (const auto& property : schema().properties()) {
        EXPECT_NE(text.find("| `" + property.name + "` |"), std::string::npos) << property.name;
    }
}

}  // namespace
}  // namespace guichet::config
