#include <gtest/gtest.h>

#include "services/guichet/cli/doctor/judge.hpp"

namespace guichet::cli {
namespace {

constexpr std::uint64_t kGiB = std::uint64_t{1} << 30;
constexpr TimeMs kExaminedAt = 1'700'000'000'000;
constexpr TimeMs kDay = 24 * 3600 * 1000;

store::RedisFacts well() {
    store::RedisFacts facts;
    facts.version = "7.0.15";
    facts.now = kExaminedAt;
    facts.used_bytes = 100 << 20;
    facts.most_bytes = 1 << 30;
    facts.eviction = "noeviction";
    facts.fsync = "always";
    facts.append_only = true;
    return facts;
}

// The level of one check; ok must not advise, and everything else must.
Level level_of(const Findings& findings, const std::string& check) {
    for (const auto& finding : findings) {
        EXPECT_FALSE(finding.words.empty());
        EXPECT_EQ(finding.action.empty(), finding.level == Level::ok) << finding.words;
    }
    for (const auto& finding : findings)
        if (finding.check == check) return finding.level;
    ADD_FAILURE() << "nothing is said of " << check;
    return Level::ok;
}

Level of_redis(const store::RedisFacts& facts, const std::string& check, TimeMs now = kExaminedAt) {
    return level_of(judge_redis(facts, now, 0.85), check);
}

TEST(DoctorJudge, ARedisThatIsWellIsLeftAlone) {
    for (const auto& finding : judge_redis(well(), kExaminedAt, 0.85))
        EXPECT_EQ(finding.level, Level::ok) << finding.words;
}

TEST(DoctorJudge, WhatLosesOrRefusesMessagesIsWrong) {
    auto facts = well();
    facts.version = "6.2.7";
    EXPECT_EQ(of_redis(facts, "redis.version"), Level::wrong);
    facts = well();
    facts.used_bytes = facts.most_bytes * 86 / 100;
    EXPECT_EQ(of_redis(facts, "redis.memory"), Level::wrong);
    facts.used_bytes = facts.most_bytes * 80 / 100;
    EXPECT_EQ(of_redis(facts, "redis.memory"), Level::watch);
    facts.most_bytes = 0;
    EXPECT_EQ(of_redis(facts, "redis.memory"), Level::watch);
    facts = well();
    facts.eviction = "allkeys-lru";
    EXPECT_EQ(of_redis(facts, "redis.eviction"), Level::wrong);
    facts = well();
    facts.compact = false;
    EXPECT_EQ(of_redis(facts, "redis.hashes"), Level::watch);
    facts = well();
    facts.cluster = true;
    EXPECT_EQ(of_redis(facts, "redis.cluster"), Level::ok);
}

TEST(DoctorJudge, DurabilityIsJudgedByItsWorst) {
    auto facts = well();
    facts.fsync = "everysec";
    EXPECT_EQ(of_redis(facts, "redis.durability"), Level::watch);
    facts.fsync = "no";
    EXPECT_EQ(of_redis(facts, "redis.durability"), Level::wrong);
    facts = well();
    facts.rewrite_ok = false;
    EXPECT_EQ(of_redis(facts, "redis.durability"), Level::wrong);
    facts = well();
    facts.write_ok = false;
    EXPECT_EQ(of_redis(facts, "redis.durability"), Level::wrong);
    facts = well();
    facts.append_only = false;
    EXPECT_EQ(of_redis(facts, "redis.durability"), Level::wrong);
}

TEST(DoctorJudge, ClocksMayDifferInBothDirections) {
    EXPECT_EQ(of_redis(well(), "clock", kExaminedAt + 900), Level::ok);
    EXPECT_EQ(of_redis(well(), "clock", kExaminedAt - 1'500), Level::watch);
    EXPECT_EQ(of_redis(well(), "clock", kExaminedAt - 5'500), Level::wrong);
    EXPECT_EQ(of_redis(well(), "clock", kExaminedAt + 5'500), Level::wrong);
}

TEST(DoctorJudge, DiskSyncsFilesAndOvercommit) {
    EXPECT_EQ(judge_disk(kGiB - 1, 2 * kGiB).level, Level::wrong);
    EXPECT_EQ(judge_disk(9 * kGiB, 100 * kGiB).level, Level::watch);
    EXPECT_EQ(judge_disk(11 * kGiB, 100 * kGiB).level, Level::ok);
    EXPECT_EQ(judge_fsync(2'345).level, Level::ok);
    EXPECT_NE(judge_fsync(2'345).words.find("2.3 ms"), std::string::npos);
    EXPECT_EQ(judge_fsync(20'001).level, Level::watch);
    EXPECT_EQ(judge_fsync(100'001).level, Level::wrong);
    EXPECT_EQ(judge_open_files(1'024, 4'096).level, Level::watch);
    EXPECT_EQ(judge_open_files(65'536, 4'096).level, Level::ok);
    EXPECT_EQ(judge_overcommit(0).level, Level::watch);
    EXPECT_EQ(judge_overcommit(1).level, Level::ok);
}

TEST(DoctorJudge, KeyAndCertificate) {
    EXPECT_EQ(judge_key(true, false, 0).level, Level::ok);
    EXPECT_EQ(judge_key(false, false, 0).level, Level::watch);
    EXPECT_EQ(judge_key(false, true, 0100640).level, Level::wrong);
    EXPECT_EQ(judge_key(false, true, 0100600).level, Level::ok);
    EXPECT_EQ(judge_certificate("http.tls_cert", kExaminedAt, kExaminedAt).level, Level::wrong);
    EXPECT_EQ(judge_certificate("http.tls_cert", kExaminedAt + 13 * kDay, kExaminedAt).level, Level::watch);
    EXPECT_EQ(judge_certificate("http.tls_cert", kExaminedAt + 15 * kDay, kExaminedAt).level, Level::ok);
}

TEST(DoctorJudge, AdministratorsWithoutASecondFactorAreNamed) {
    EXPECT_EQ(judge_second_factors({}).level, Level::ok);
    const auto some = judge_second_factors({"ada", "bea"});
    EXPECT_EQ(some.level, Level::watch);
    EXPECT_NE(some.words.find("ada, bea"), std::string::npos);
    EXPECT_NE(judge_second_factors({"1", "2", "3", "4", "5", "6", "7"}).words.find("and 2 more"),
              std::string::npos);
}

TEST(DoctorJudge, AddressesAndProxies) {
    config::Settings settings;
    EXPECT_EQ(level_of(judge_address(settings), "public_url"), Level::ok) << "of this machine only";
    settings.http.address = "0.0.0.0:8080";
    EXPECT_EQ(level_of(judge_address(settings), "public_url"), Level::watch);
    settings.server.public_url = "http://desk.example.com";
    EXPECT_EQ(level_of(judge_address(settings), "public_url"), Level::watch);
    settings.server.public_url = "https://desk.example.com";
    EXPECT_EQ(level_of(judge_address(settings), "public_url"), Level::wrong) << "the proxy is not trusted";
    settings.server.trusted_proxies = {"127.0.0.1"};
    EXPECT_EQ(level_of(judge_address(settings), "public_url"), Level::ok);
    settings.server.trusted_proxies.clear();
    settings.http.tls_cert = "cert.pem";
    EXPECT_EQ(level_of(judge_address(settings), "public_url"), Level::ok) << "TLS ends here";
    settings.metrics.address = "0.0.0.0:9464";
    EXPECT_EQ(level_of(judge_address(settings), "metrics"), Level::watch);
}

TEST(DoctorJudge, WhatWaitsForAPersonIsWrong) {
    store::Vitals vitals;
    vitals.backlog = {{"reply", 400}, {"routing", 0}};
    vitals.waiting = 7;
    for (const auto& finding : judge_vitals(vitals)) EXPECT_EQ(finding.level, Level::ok) << finding.words;
    vitals.dead_letters = 1;
    vitals.unconfirmed = 2;
    vitals.backlog["reply"] = 501;
    vitals.overdue = 16 * 60 * 1000;
    vitals.unknown_letters = 3;
    vitals.unknown_dropped = 40;
    const auto found = judge_vitals(vitals);
    EXPECT_EQ(level_of(found, "dead_letters"), Level::wrong);
    EXPECT_EQ(level_of(found, "unconfirmed"), Level::wrong);
    EXPECT_EQ(level_of(found, "backlog"), Level::wrong);
    EXPECT_EQ(level_of(found, "queue"), Level::watch);
    EXPECT_EQ(level_of(found, "unknown_accounts"), Level::watch);
    EXPECT_NE(findings_text(found).find("40 older ones were dropped"), std::string::npos);
}

TEST(DoctorJudge, AnAuditThatGrowsForEverIsToldOf) {
    using std::chrono::hours;
    const std::vector<AuditSeen> large{{"main", 1, 3'000'000, 1}, {"other", 1, 2'000'001, 1}};
    EXPECT_EQ(level_of(judge_audit({}, {}), "audit"), Level::ok);
    EXPECT_EQ(level_of(judge_audit({large[0]}, {}), "audit"), Level::ok);
    EXPECT_EQ(level_of(judge_audit(large, {}), "audit"), Level::watch);
    EXPECT_EQ(level_of(judge_audit(large, hours(24)), "audit"), Level::ok);
}

TEST(DoctorJudge, AnAuditThatLacksMoreThanWasCutIsWrong) {
    using std::chrono::hours;
    // What is cut goes a batch at a time.
    EXPECT_EQ(level_of(judge_audit({{"main", 40, 90, 60}}, hours(24)), "audit"), Level::ok);
    EXPECT_EQ(level_of(judge_audit({{"main", 60, 90, 60}}, hours(24)), "audit"), Level::ok);
    const auto found = judge_audit({{"main", 61, 90, 60}, {"other", 1, 9, 1}}, hours(24));
    EXPECT_EQ(level_of(found, "audit"), Level::wrong);
    EXPECT_NE(findings_text(found).find("main begins at line 61"), std::string::npos);
    EXPECT_EQ(level_of(judge_audit({{"main", 2, 1, 1}}, {}), "audit"), Level::wrong);
}

TEST(DoctorJudge, ADamagedAuditIsWrongAndKeepsItsLines) {
    const AuditSeen damaged{"main", 1, 90, 1, "line 3: this line is not as it was written"};
    const auto found = judge_audit({damaged}, std::chrono::hours(24));
    EXPECT_EQ(level_of(found, "audit"), Level::wrong);
    EXPECT_NE(findings_text(found).find("line 3: this line"), std::string::npos);
    EXPECT_NE(findings_text(found).find("no old line is removed"), std::string::npos);
    EXPECT_EQ(findings_text(judge_audit({damaged}, {})).find("no old line is removed"), std::string::npos);
}

TEST(DoctorWords, TextAndJsonSayTheSame) {
    const Findings findings{fine("disk", "enough"), wrong("redis", "a \"quoted\" word", "do this")};
    EXPECT_EQ(findings_text(findings), "ok    enough\nwrong a \"quoted\" word\n      -> do this\n");
    EXPECT_EQ(findings_json(findings),
              "{\"well\":false,\"findings\":[{\"check\":\"disk\",\"level\":\"ok\",\"words\":\"enough\","
              "\"action\":\"\"},"
              "{\"check\":\"redis\",\"level\":\"wrong\",\"words\":\"a \\\"quoted\\\" word\",\"action\":\"do "
              "this\"}]}\n");
}

}  // namespace
}  // namespace guichet::cli
