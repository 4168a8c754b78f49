#include "common/redis/url.hpp"

#include <gtest/gtest.h>

namespace guichet::redis {
namespace {

TEST(RedisUrl, ReadsEveryForm) {
    auto plain = parse_url("redis://cache.example");
    ASSERT_TRUE(plain);
    EXPECT_EQ(plain->kind, Address::Kind::tcp);
    EXPECT_EQ(plain->host, "cache.example");
    EXPECT_EQ(plain->port, 6379);
    EXPECT_EQ(plain->database, 0);

    auto full = parse_url("rediss://ana:p%40ss%3A%2F@[::1]:7000/4?cafile=/etc/ca.pem");
    ASSERT_TRUE(full);
    EXPECT_EQ(full->kind, Address::Kind::tls);
    EXPECT_EQ(full->host, "::1");
    EXPECT_EQ(full->port, 7000);
    EXPECT_EQ(full->database, 4);
    EXPECT_EQ(full->user, "ana");
    EXPECT_EQ(full->password, "p@ss:/");
    EXPECT_EQ(full->ca_file, "/etc/ca.pem");

    auto by_default_user = parse_url("redis://:secret@h:1");
    EXPECT_EQ(by_default_user->user, "");
    EXPECT_EQ(by_default_user->password, "secret");

    auto socket = parse_url("unix://u:p@/run/redis.sock?db=2");
    ASSERT_TRUE(socket);
    EXPECT_EQ(socket->kind, Address::Kind::unix_socket);
    EXPECT_EQ(socket->path, "/run/redis.sock");
    EXPECT_EQ(socket->database, 2);
    EXPECT_EQ(socket->user, "u");
}

TEST(RedisUrl, RefusesWhatIsWrong) {
    for (const char* wrong :
         {"", "localhost:6379", "http://h", "redis://", "redis://h:0", "redis://h:65536", "redis://h:x",
          "redis://h/x", "redis://[::1", "redis://[::1]x", "redis://user@h", "redis://u:@h",
          "redis://u:%zz@h", "redis://h?cafile=/x", "rediss://h?cafile=", "rediss://h?verify=no",
          "unix://relative/path", "unix://", "unix:///s?db=-1"}) {
        auto parsed = parse_url(wrong);
        ASSERT_FALSE(parsed) << wrong;
        EXPECT_EQ(parsed.error().code, Code::invalid_argument) << wrong;
    }
}

TEST(RedisUrl, NeverShowsThePassword) {
    for (const char* url : {"redis://u:hunter2@h:1/3", "unix://:hunter2@/run/s", "rediss://:hunter2@h"}) {
        auto text = parse_url(url)->redacted();
        EXPECT_EQ(text.find("hunter2"), std::string::npos);
        EXPECT_NE(text.find(":***@"), std::string::npos);
    }
    EXPECT_EQ(parse_url("redis://u:hunter2@h:x").error().message.find("hunter2"), std::string::npos);
    EXPECT_EQ(parse_url("redis://u:hunter2@h:1/3")->redacted(), "redis://u:***@h:1/3");
    EXPECT_EQ(parse_url("redis://[::1]:5")->redacted(), "redis://[::1]:5/0");
}

}  // namespace
}  // namespace guichet::redis
