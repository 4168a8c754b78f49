#pragma once
// AcceptAuditDamage: damage of the audit that is known and lived with. Redis notes which, then a line
// "audit.accepted" tells who and why; only what both say is accepted. Nothing that is there is changed.
#include "common/rpc/context.hpp"
#include "common/service/context.hpp"
#include "services/inbox/archive.hpp"

namespace guichet::inbox {

namespace asio = boost::asio;

class AuditDamage {
  public:
    AuditDamage(service::Context& context, Archive& archive)
        : context_(context), archive_(archive), log_(context.store.client()) {}

    // FAILED_PRECONDITION not_damaged, or damage_differs when the line is damaged otherwise by now.
    asio::awaitable<Result<v1::AcceptAuditDamageResponse>> accept(rpc::CallContext call,
                                                                  v1::AcceptAuditDamageRequest request);

  private:
    using Damage = asio::awaitable<Result<v1::AuditFault>>;
    Damage look_at(std::string workspace, v1::AcceptAuditDamageRequest request);
    // What the line tells of it.
    Damage told(std::string workspace, v1::AuditFault damage);

    service::Context& context_;
    Archive& archive_;
    store::AuditLog log_;
};

}  // namespace guichet::inbox
