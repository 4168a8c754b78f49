#pragma once
// Pure: from figures to findings.
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "common/config/settings.hpp"
#include "common/store/vitals.hpp"
#include "services/guichet/cli/doctor/finding.hpp"

namespace guichet::cli {

Finding judge_disk(std::uint64_t free_bytes, std::uint64_t all_bytes);
// The slowest of some writes that were synced one by one.
Finding judge_fsync(std::int64_t slowest_us);
Finding judge_overcommit(int value);
Finding judge_open_files(std::uint64_t limit, std::int64_t connections);
// What of `mode` others may do.
Finding judge_key(bool configured, bool there, unsigned mode);
Finding judge_certificate(const std::string& which, TimeMs end, TimeMs now);
Findings judge_address(const config::Settings& settings);
Findings judge_redis(const store::RedisFacts& facts, TimeMs now, double high_water);
// Of administrators: those without a second factor.
Finding judge_second_factors(const std::vector<std::string>& without);
Findings judge_vitals(const store::Vitals& vitals);

// The audit of a workspace, as the archive has it, and the line that Redis noted as its first.
struct AuditSeen {
    std::string workspace;
    std::int64_t first = 1;
    std::int64_t last = 0;
    std::int64_t noted_first = 1;
    // What is wrong with the first of the oldest lines that is not as it was written; empty: nothing.
    std::string damage = {};
};
// Where the two disagree and what is damaged, each; else one of all. `keep` is audit.keep, 0: for ever.
Findings judge_audit(const std::vector<AuditSeen>& audits, std::chrono::milliseconds keep);

}  // namespace guichet::cli
