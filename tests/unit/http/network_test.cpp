#include <gtest/gtest.h>

#include "common/http/ip_address.hpp"
#include "common/http/rate_limit.hpp"
#include "common/http/trusted_proxies.hpp"

namespace guichet::http {
namespace {

IpAddress ip(const char* text) {
    return parse_ip(text).value();
}

TEST(Ip, ParsesAndPrints) {
    EXPECT_EQ(to_string(ip("192.0.2.1")), "192.0.2.1");
    EXPECT_EQ(to_string(ip("::FFFF:192.0.2.1")), "192.0.2.1");
    EXPECT_EQ(to_string(ip("2001:0DB8::0001")), "2001:db8::1");
    for (const char* text : {"", "1.2.3", "1.2.3.4.5", "256.1.1.1", "01.2.3.4x", "0x7f000001", "2130706433",
                             "::1%eth0", "[::1]", "1.2.3.4:80", " 1.2.3.4"}) {
        EXPECT_FALSE(parse_ip(text)) << text;
    }
    // Of which not even an address in memory is known.
    EXPECT_FALSE(parse_ip(std::string_view()));
}

TEST(Ip, PublicAddresses) {
    for (const char* text :
         {"8.8.8.8", "1.1.1.1", "172.15.255.255", "172.32.0.0", "100.63.255.255", "100.128.0.0",
          "192.167.255.255", "169.253.1.1", "223.255.255.255", "2606:4700::1111", "2a00:1450::1",
          "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1"}) {
        EXPECT_TRUE(is_public_address(ip(text))) << text;
    }
}

TEST(Ip, AddressesAForgedRequestMustNotReach) {
    for (const char* text : {"0.0.0.0",
                             "0.1.2.3",
                             "10.0.0.1",
                             "10.255.255.255",
                             "100.64.0.1",
                             "100.127.255.255",
                             "127.0.0.1",
                             "127.255.255.255",
                             "169.254.169.254",
                             "172.16.0.1",
                             "172.31.255.255",
                             "192.0.0.8",
                             "192.0.2.1",
                             "192.168.1.1",
                             "198.18.0.1",
                             "198.19.255.255",
                             "198.51.100.7",
                             "203.0.113.9",
                             "224.0.0.1",
                             "239.1.1.1",
                             "240.0.0.1",
                             "255.255.255.255",
                             "::",
                             "::1",
                             "::ffff:127.0.0.1",
                             "::ffff:10.0.0.1",
                             "::127.0.0.1",
                             "::ffff:0:127.0.0.1",
                             "64:ff9b::7f00:1",
                             "64:ff9b::a9fe:a9fe",
                             "64:ff9b:1::1",
                             "100::1",
                             "fc00::1",
                             "fd12:3456::1",
                             "fe80::1",
                             "febf::1",
                             "fec0::1",
                             "ff02::1",
                             "2001::1",
                             "2001:db8::1",
                             "2001:10::1",
                             "2001:20::1",
                             "2002:7f00:1::",
                             "2002:a00:1::1",
                             "3fff::1",
                             "5f00::1"}) {
        EXPECT_FALSE(is_public_address(ip(text))) << text;
    }
}

TEST(Cidr, ContainsByPrefix) {
    const auto set = CidrSet::parse({"10.0.0.0/8", "192.168.1.7", "fd00::/9"}).value();
    EXPECT_TRUE(set.contains(ip("10.255.1.1")));
    EXPECT_TRUE(set.contains(ip("::ffff:10.0.0.1")));
    EXPECT_FALSE(set.contains(ip("11.0.0.0")));
    EXPECT_TRUE(set.contains(ip("192.168.1.7")));
    EXPECT_FALSE(set.contains(ip("192.168.1.6")));
    EXPECT_TRUE(set.contains(ip("fd7f::1")));
    EXPECT_FALSE(set.contains(ip("fd80::1")));
    EXPECT_TRUE(CidrSet::parse({"0.0.0.0/0"})->contains(ip("8.8.8.8")));
    EXPECT_FALSE(CidrSet::parse({"0.0.0.0/0"})->contains(ip("2a00::1")));
    for (const char* text : {"10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/8x", "::/129", "x/8"}) {
        EXPECT_FALSE(CidrSet::parse({text})) << text;
    }
}

class Proxies : public testing::Test {
  protected:
    ClientInfo resolve(const char* peer, bool tls = false) {
        return resolve_client(ip(peer), tls, headers, trusted);
    }
    Headers headers;
    CidrSet trusted = CidrSet::parse({"10.0.0.0/8", "::1"}).value();
};

TEST_F(Proxies, AStrangerCannotClaimAnything) {
    headers.add("Host", "guichet.example");
    headers.add("X-Forwarded-For", "1.2.3.4");
    headers.add("X-Forwarded-Proto", "https");
    headers.add("X-Forwarded-Host", "evil.example");
    const auto info = resolve("8.8.8.8");
    EXPECT_EQ(info.ip, "8.8.8.8");
    EXPECT_EQ(info.scheme, "http");
    EXPECT_EQ(info.host, "guichet.example");
}

TEST_F(Proxies, TheLastUntrustedHopIsTheClient) {
    headers.add("X-Forwarded-For", "6.6.6.6, 1.2.3.4");
    headers.add("X-Forwarded-For", "10.1.1.1");
    headers.add("X-Forwarded-Proto", "http, HTTPS");
    headers.add("X-Forwarded-Host", "evil.example, guichet.example:8443");
    const auto info = resolve("10.0.0.1");
    EXPECT_EQ(info.ip, "1.2.3.4");
    EXPECT_EQ(info.scheme, "https");
    EXPECT_EQ(info.host, "guichet.example:8443");
}

TEST_F(Proxies, PortsBracketsAndNonsense) {
    headers.add("X-Forwarded-For", "1.2.3.4:5678");
    EXPECT_EQ(resolve("10.0.0.1").ip, "1.2.3.4");
    headers.set("X-Forwarded-For", "[2001:db8::7]:443");
    EXPECT_EQ(resolve("::1").ip, "2001:db8::7");
    headers.set("X-Forwarded-For", "1.2.3.4, unknown");
    EXPECT_EQ(resolve("10.0.0.1").ip, "10.0.0.1");
    headers.set("X-Forwarded-For", "10.0.0.9, 10.0.0.8");
    EXPECT_EQ(resolve("10.0.0.1").ip, "10.0.0.9");
    headers.set("X-Forwarded-Host", "a/b\"");
    headers.set("X-Forwarded-Proto", "gopher");
    EXPECT_EQ(resolve("10.0.0.1").host, "");
    EXPECT_EQ(resolve("10.0.0.1", true).scheme, "https");
}

TEST(RateLimiter, RefillsUpToTheBurst) {
    RateLimiter limiter({.per_second = 2, .burst = 3, .max_keys = 10});
    for (int i = 0; i < 3; ++i) EXPECT_TRUE(limiter.take("a", 1000).allowed);
    const auto refused = limiter.take("a", 1000);
    EXPECT_FALSE(refused.allowed);
    EXPECT_EQ(refused.retry_after_ms, 500);
    EXPECT_TRUE(limiter.take("b", 1000).allowed);
    EXPECT_FALSE(limiter.take("a", 1499).allowed);
    EXPECT_TRUE(limiter.take("a", 1500).allowed);
    EXPECT_FALSE(limiter.take("a", 900).allowed);
    for (int i = 0; i < 3; ++i) EXPECT_TRUE(limiter.take("a", 1'000'000).allowed);
    EXPECT_FALSE(limiter.take("a", 1'000'000).allowed);
    EXPECT_EQ(limiter.take("a", 1'000'000, 4).retry_after_ms, -1);
}

TEST(RateLimiter, ForgetsTheLeastRecentlyUsedKey) {
    RateLimiter limiter({.per_second = 0.001, .burst = 1, .max_keys = 2});
    EXPECT_TRUE(limiter.take("a", 0).allowed);
    EXPECT_TRUE(limiter.take("b", 0).allowed);
    EXPECT_FALSE(limiter.take("a", 0).allowed);
    EXPECT_TRUE(limiter.take("c", 0).allowed);  // b goes
    EXPECT_FALSE(limiter.take("a", 0).allowed);
    EXPECT_EQ(limiter.keys(), 2u);
    EXPECT_TRUE(limiter.take("b", 0).allowed);
    for (int i = 0; i < 1000; ++i) limiter.take("key" + std::to_string(i), 0);
    EXPECT_EQ(limiter.keys(), 2u);
}

}  // namespace
}  // namespace guichet::http
