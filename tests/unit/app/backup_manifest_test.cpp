#include <gtest/gtest.h>

#include "services/guichet/backup/manifest.hpp"

namespace guichet::backup {
namespace {

Manifest some() {
    Manifest manifest;
    manifest.schema = 3;
    manifest.partitions = 16;
    manifest.begun_at = 1'700'000'000'000;
    manifest.ended_at = 1'700'000'001'500;
    manifest.state_bytes = 12'345;
    manifest.archive_bytes = 678;
    manifest.state_digest = std::string(64, 'a');
    manifest.archive_digest = std::string(64, 'b');
    manifest.files = 2;
    manifest.file_bytes = 99;
    manifest.key_fingerprint = fingerprint("k");
    return manifest;
}

TEST(BackupManifest, SaysAllThatARestoreMustKnow) {
    const auto text = to_json(some());
    const auto read = parse_manifest(text, 3);
    ASSERT_TRUE(read) << to_string(read.error());
    EXPECT_EQ(to_json(*read), text);
    EXPECT_NE(text.find("2023-11-14T22:13:20"), std::string::npos) << "for people, a date";
}

Manifest of_a_cluster() {
    auto cluster = some();
    cluster.format = 2;
    cluster.state_digest.clear();
    cluster.masters = {{7, std::string(64, 'c'), "0-5460,9000"},
                       {8, std::string(64, 'd'), "5461-8999,9001-16383"}};
    return cluster;
}

TEST(BackupManifest, OfAClusterItHasEachMastersState) {
    auto cluster = of_a_cluster();
    const auto read = parse_manifest(to_json(cluster), 3);
    ASSERT_TRUE(read) << to_string(read.error());
    EXPECT_EQ(to_json(*read), to_json(cluster));
    ASSERT_EQ(read->masters.size(), 2U);
    EXPECT_EQ(read->masters[0].slots, "0-5460,9000");
    cluster.masters[1].digest.clear();
    EXPECT_FALSE(parse_manifest(to_json(cluster), 3)) << "nobody could tell damage";
    cluster.masters.clear();
    EXPECT_FALSE(parse_manifest(to_json(cluster), 3));
    EXPECT_EQ(some().format, 1) << "an older release restores what was one Redis";
}

TEST(BackupManifest, OfAClusterItHasEverySlotOnce) {
    auto cluster = of_a_cluster();
    for (const char* slots : {"5461-8999,9001-16382", "5461-9000,9001-16383"}) {
        cluster.masters[1].slots = slots;
        const auto read = parse_manifest(to_json(cluster), 3);
        ASSERT_FALSE(read) << slots;
        EXPECT_EQ(read.error().reason, "slots_missing") << slots;
    }
    for (const char* slots : {"5461-8999,9001-16384", "5461-", "-1", "5461-8999,", "9-1", "some", "1;2"}) {
        cluster.masters[1].slots = slots;
        EXPECT_FALSE(parse_manifest(to_json(cluster), 3)) << slots;
    }
}

TEST(BackupManifest, OneOfANewerGuichetIsRefused) {
    EXPECT_EQ(parse_manifest(to_json(some()), 2).error().reason, "newer_schema");
    auto later = some();
    later.format = kFormat + 1;
    EXPECT_EQ(parse_manifest(to_json(later), 3).error().reason, "newer_schema");
}

TEST(BackupManifest, WhatIsNoneIsRefused) {
    for (const auto* text :
         {"", "{", "[]", "{}", R"({"product":"other","format":1})", R"({"product":"guichet backup"})"}) {
        EXPECT_FALSE(parse_manifest(text, 3)) << text;
    }
    auto lacking = some();
    lacking.partitions = 0;
    EXPECT_FALSE(parse_manifest(to_json(lacking), 3));
    for (auto digest : {&Manifest::state_digest, &Manifest::archive_digest}) {
        auto unproven = some();
        (unproven.*digest).clear();
        EXPECT_FALSE(parse_manifest(to_json(unproven), 3)) << "nobody could tell damage";
    }
}

TEST(BackupManifest, AFingerprintTellsKeysApartAndTellsNoKey) {
    EXPECT_NE(fingerprint("one"), fingerprint("two"));
    EXPECT_EQ(fingerprint("one"), fingerprint("one"));
    EXPECT_EQ(fingerprint("one").size(), 16U);
}

}  // namespace
}  // namespace guichet::backup
