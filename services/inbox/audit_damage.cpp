#include "services/inbox/audit_damage.hpp"

#include "common/core/bytes.hpp"
#include "common/http/text.hpp"
#include "common/obs/log.hpp"
#include "common/service/bind.hpp"

namespace guichet::inbox {
namespace {

constexpr std::size_t kMostReason = 1'000;

Status check_request(const rpc::CallContext& call, const v1::AcceptAuditDamageRequest& request) {
    if (!call.scope.everything()) return denied("this takes an administrator of the whole workspace");
    if (request.number() < 1) return invalid("number", "name the line, as VerifyAudit did");
    if (request.found().empty()) return invalid("found", "say what was found, as VerifyAudit did");
    if (!valid_utf8(request.reason())) return invalid("reason", "the text is not UTF-8");
    if (http::trim(request.reason()).empty()) return invalid("reason", "say why it can be lived with");
    return service::check_text("reason", request.reason(), kMostReason);
}

}  // namespace

AuditDamage::Damage AuditDamage::look_at(std::string workspace, v1::AcceptAuditDamageRequest request) {
    auto cut = co_await log_.cut(workspace);
    if (!cut) co_return cut.error();
    const auto begin = cut->value_or(audit_beginning());
    const auto number = request.number();
    if (number < begin.number) co_return not_found("this line was removed, as audit.keep says");
    auto* archive = &archive_;
    auto job = [archive, workspace, begin, number] {
        return archive->check_audit(workspace, begin, number - 1, 1, {});
    };
    auto part = co_await context_.pool.run(std::move(job));
    if (!part) co_return part.error();
    bool damaged = false;
    for (auto& fault : part->faults) {
        if (fault.number() != number) continue;
        if (fault.found() == request.found()) co_return std::move(fault);
        damaged = true;
    }
    const auto line = "line " + std::to_string(number);
    if (damaged) {
        co_return make_status(Code::failed_precondition, line + " is damaged otherwise by now: verify again",
                              "damage_differs");
    }
    co_return make_status(Code::failed_precondition, line + " is not damaged", "not_damaged");
}

AuditDamage::Damage AuditDamage::told(std::string workspace, v1::AuditFault damage) {
    auto* archive = &archive_;
    auto job = [archive, workspace, damage] { return archive->audit_acceptance_of(workspace, damage); };
    co_return co_await context_.pool.run(std::move(job));
}

asio::awaitable<Result<v1::AcceptAuditDamageResponse>> AuditDamage::accept(
    rpc::CallContext call, v1::AcceptAuditDamageRequest request) {
    if (auto status = check_request(call, request); !status.ok()) co_return status;
    const auto workspace = call.caller.workspace.str();
    auto damage = co_await look_at(workspace, request);
    if (!damage) co_return damage.error();
    auto key = damage_key(*damage);
    auto noted = co_await log_.accept_damage(workspace, std::move(key));
    if (!noted) co_return noted.error();
    damage->set_accepted_by(call.caller.actor);
    damage->set_accepted_reason(request.reason());
    Batch batch;
    batch.audits.push_back(audit_acceptance_line(workspace, *damage, context_.clock.now(), context_.random));
    auto* archive = &archive_;
    auto job = [archive, batch = std::move(batch)] { return archive->write(batch); };
    auto written = co_await context_.pool.run(std::move(job));
    if (!written) co_return written.error();
    log::warn("audit.damage_accepted",
              {{"workspace", workspace}, {"line", damage->number()}, {"by", call.caller.actor}});
    // Who accepted it first: that line stands.
    auto first = co_await told(workspace, std::move(*damage));
    if (!first) co_return first.error();
    v1::AcceptAuditDamageResponse response;
    *response.mutable_damage() = std::move(*first);
    co_return response;
}

}  // namespace guichet::inbox
