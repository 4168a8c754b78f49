#pragma once
// The embedded archive: one SQLite file beside the data, written ahead and synced at each commit.
#include <mutex>
#include <optional>

#include "services/inbox/archive.hpp"
#include "services/inbox/sqlite.hpp"

namespace guichet::inbox {

class SqliteArchive final : public Archive {
  public:
    explicit SqliteArchive(std::string path) : path_(std::move(path)) {}

    Result<void> open() override;
    Result<void> write(const Batch& batch) override;
    Result<std::map<std::string, std::string>> positions() override;
    Result<std::vector<v1::Conversation>> list(const Query& query) override;
    Result<std::optional<v1::Conversation>> first(const Query& query) override;
    Result<std::map<int, std::int64_t>> count_states(const Query& query) override;
    Result<std::vector<AuditRow>> list_audit(const AuditQuery& query) override;
    Result<AuditPart> check_audit(const std::string& workspace, const store::AuditHead& begin,
                                  std::int64_t after, int limit,
                                  const store::AcceptedDamage& accepted) override;
    Result<AuditPart> check_old_audit(const std::string& workspace, const store::AuditHead& begin,
                                      const AuditAge& age, const store::AcceptedDamage& accepted) override;
    Result<v1::AuditFault> audit_acceptance_of(const std::string& workspace,
                                               const v1::AuditFault& damage) override;
    Result<bool> tells_audit_cut(const std::string& workspace, const store::AuditHead& cut) override;
    Result<std::int64_t> drop_audit(const std::string& workspace, std::int64_t below, int limit) override;
    Result<std::map<std::string, store::AuditHead>> audit_heads() override;
    Result<std::string> audit_hash_of(const std::string& workspace, std::int64_t number) override;
    Result<std::vector<std::string>> erase(const std::string& workspace,
                                           const std::vector<std::string>& conversations,
                                           const std::vector<std::string>& words) override;
    Result<std::int64_t> sweep(TimeMs raw_before, TimeMs events_before) override;

  private:
    Result<void> write_anew();
    Result<void> write_all(const Batch& batch);
    Result<void> check_version();

    std::string path_;
    // The writer's connection and the readers'; each used by one thread at a time.
    std::mutex write_mutex_;
    std::mutex read_mutex_;
    std::optional<Database> writer_;
    std::optional<Database> reader_;
};

}  // namespace guichet::inbox
