#pragma once
// Removes lines of the audit that are older than audit.keep, from the beginning of each chain. First a line
// "audit.cut" tells where the log begins from now on, then Redis notes it, then the lines go, a batch at a
// time: only what both say. Whatever dies in between, the next look goes on from there. Lines with a fault
// stay, and all behind them, until somebody accepted it: damage is there to be found.
#include <string>

#include "common/service/context.hpp"
#include "services/inbox/archive.hpp"

namespace guichet::inbox {

namespace asio = boost::asio;

class AuditPruner {
  public:
    AuditPruner(service::Context& context, Archive& archive)
        : context_(context), archive_(archive), log_(context.store.client()) {}

    // By who archives, once a second, after the ends were anchored. A step for each workspace at most.
    asio::awaitable<void> work();

    // Lines that one step checks and cuts off, and that one step removes.
    static constexpr int kMostCut = 20'000;
    static constexpr int kMostDropped = 5'000;

  private:
    using More = asio::awaitable<Result<bool>>;
    More tend(std::string workspace, TimeMs keep);
    More drop(std::string workspace, store::AuditHead cut);
    More cut_further(std::string workspace, store::AuditHead begin, TimeMs keep);

    service::Context& context_;
    Archive& archive_;
    store::AuditLog log_;
    TimeMs next_look_ = 0;
    // As it was at the last look.
    TimeMs keep_ = -1;
};

}  // namespace guichet::inbox
