#pragma once
// The inbox: reads, Watch, and the archiver, wired together.
#include <memory>

#include "common/rpc/dispatcher.hpp"
#include "services/inbox/archiver.hpp"
#include "services/inbox/audit_damage.hpp"
#include "services/inbox/audits.hpp"
#include "services/inbox/contacts.hpp"
#include "services/inbox/history.hpp"
#include "services/inbox/hub.hpp"
#include "services/inbox/lists.hpp"
#include "services/inbox/persons.hpp"
#include "services/inbox/sqlite_archive.hpp"
#include "services/inbox/watch.hpp"

namespace guichet::inbox {

class Service {
  public:
    explicit Service(service::Context& context);

    void register_rpcs(rpc::Dispatcher& dispatcher);
    // FAILED_PRECONDITION when the archive was written by a newer Guichet.
    asio::awaitable<Result<void>> start();
    asio::awaitable<void> stop();

    // For tests.
    Archiver& archiver() { return archiver_; }

  private:
    service::Context& context_;
    SqliteArchive archive_;
    Hub hub_;
    Lists lists_;
    Contacts contacts_;
    History history_;
    Watch watch_;
    Audits audits_;
    AuditDamage audit_damage_;
    Persons persons_;
    Archiver archiver_;
};

}  // namespace guichet::inbox
