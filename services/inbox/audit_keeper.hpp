#pragma once
// Notes the end of each workspace's audit in Redis, apart from the archive, so that a tail that was cut off
// shows. Where the archive's audit is not the one that was noted, a line "audit.broken" says so from then on.
#include <map>
#include <string>

#include "common/service/context.hpp"
#include "services/inbox/archive.hpp"

namespace guichet::inbox {

namespace asio = boost::asio;

class AuditKeeper {
  public:
    AuditKeeper(service::Context& context, Archive& archive)
        : context_(context), archive_(archive), log_(context.store.client()) {}

    // One archiver at a time calls it, once a second and at its end.
    asio::awaitable<void> anchor();

  private:
    asio::awaitable<Result<void>> anchor_one(std::string workspace, store::AuditHead head);
    asio::awaitable<Result<void>> mark_broken(std::string workspace, store::AuditHead head);

    service::Context& context_;
    Archive& archive_;
    store::AuditLog log_;
    // What is noted for certain: workspace -> number.
    std::map<std::string, std::int64_t> anchored_;
};

}  // namespace guichet::inbox
