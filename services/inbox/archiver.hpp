#pragma once
// Follows `events` and `raw` in all partitions and the lines for the audit, writes the archive, and trims the
// streams behind it. The positions are in the archive, in the same transaction as the rows: after a crash it
// goes on exactly where it was. One process archives at a time (a lease); all others read.
#include <memory>

#include "common/runtime/timer.hpp"
#include "common/service/context.hpp"
#include "common/streams/lease_keeper.hpp"
#include "common/streams/redis_lease_store.hpp"
#include "common/streams/tailer.hpp"
#include "services/inbox/archive.hpp"
#include "services/inbox/audit_keeper.hpp"
#include "services/inbox/audit_pruner.hpp"
#include "services/inbox/erasures.hpp"

namespace guichet::inbox {

namespace asio = boost::asio;

class Archiver final : public streams::Partitions::Subscriber {
  public:
    Archiver(service::Context& context, Archive& archive);
    ~Archiver() override;

    void start();
    asio::awaitable<void> stop();
    // True when the archive holds everything that the log held at the last read.
    bool caught_up() const;

    void partitions_changed() override;
    bool busy(int partition) const override;

  private:
    asio::awaitable<void> follow();
    asio::awaitable<void> unfollow();
    asio::awaitable<Result<void>> deliver_events(int partition, std::vector<streams::Entry> entries);
    asio::awaitable<Result<void>> deliver_audit(std::vector<streams::Entry> entries);
    asio::awaitable<Result<void>> deliver_raw(int partition, std::vector<streams::Entry> entries);
    asio::awaitable<Result<void>> write(Batch batch);
    asio::awaitable<void> tend();
    asio::awaitable<void> trim(int partition);
    asio::awaitable<void> trim_audit();
    bool reached(const std::string& stream, int partition, const std::string& id) const;
    asio::awaitable<void> gap(std::string stream, streams::Gap gap);
    std::unique_ptr<streams::Tailer> tailer(const char* stream);

    service::Context& context_;
    Archive& archive_;
    std::unique_ptr<streams::RedisLeaseStore> leases_;
    std::unique_ptr<streams::LeaseKeeper> keeper_;
    std::unique_ptr<streams::Tailer> events_;
    std::unique_ptr<streams::Tailer> raw_;
    std::unique_ptr<streams::Tailer> audit_;
    AuditKeeper keeper_of_audit_;
    AuditPruner pruner_;
    Erasures erasures_;
    std::unique_ptr<runtime::Periodic> tending_;
    obs::Gauge lag_;
    // Batches on their way: the readers write beside each other.
    int writing_ = 0;
    bool stopping_ = false;
};

}  // namespace guichet::inbox
