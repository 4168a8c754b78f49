#include "common/store/vitals.hpp"

#include <fstream>

#include <gtest/gtest.h>

#include "services/guichet/certificate.hpp"
#include "tests/support/temp_dir.hpp"

namespace guichet::store {
namespace {

constexpr char kWell[] =
    "# Server\r\nredis_version:7.0.15\r\n# "
    "Memory\r\nused_memory:1000\r\nused_memory_human:1K\r\nmaxmemory:4000\r\n"
    "maxmemory_policy:noeviction\r\n# Persistence\r\naof_enabled:1\r\naof_last_bgrewrite_status:ok\r\n"
    "aof_last_write_status:ok\r\naof_delayed_fsync:3\r\n# Cluster\r\ncluster_enabled:0\r\n";

TEST(RedisFacts, AreReadByTheirWholeNames) {
    const auto facts = parse_info(kWell);
    EXPECT_EQ(facts.version, "7.0.15");
    EXPECT_EQ(facts.used_bytes, 1000) << "not used_memory_human";
    EXPECT_EQ(facts.most_bytes, 4000);
    EXPECT_EQ(facts.eviction, "noeviction");
    EXPECT_TRUE(facts.append_only && facts.write_ok && facts.rewrite_ok);
    EXPECT_FALSE(facts.cluster);
    EXPECT_EQ(facts.delayed_syncs, 3);
}

TEST(RedisFacts, AFailureIsSeenAndWhatIsNotToldIsNone) {
    std::string failing = kWell;
    failing.replace(failing.find("last_write_status:ok"), 20, "last_write_status:err");
    EXPECT_FALSE(parse_info(failing).write_ok);
    EXPECT_TRUE(parse_info(failing).rewrite_ok);
    const auto silent = parse_info("redis_version:6.2.0\r\n");
    EXPECT_EQ(silent.version, "6.2.0") << "also on the first line";
    EXPECT_TRUE(silent.write_ok && silent.rewrite_ok);
    EXPECT_FALSE(silent.append_only);
    EXPECT_EQ(silent.most_bytes, 0);
}

TEST(Certificate, WhatIsNoneIsSaid) {
    const test::TempDir folder;
    const std::string path(folder / "cert.pem");
    EXPECT_EQ(certificate_end(path).error().code, Code::not_found);
    std::ofstream(path) << "-----BEGIN CERTIFICATE-----\nnot one\n-----END CERTIFICATE-----\n";
    EXPECT_NE(certificate_end(path).error().message.find("cert.pem"), std::string::npos);
}

}  // namespace
}  // namespace guichet::store
