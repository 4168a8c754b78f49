#include "common/store/audit_log.hpp"

#include <algorithm>
#include <cstdlib>
#include <sstream>

#include "common/store/keys.hpp"

namespace guichet::store {
namespace {

std::string audit_heads_key() {
    return std::string(kSystemPrefix) + "audit:heads";
}

std::string audit_cuts_key() {
    return std::string(kSystemPrefix) + "audit:cuts";
}

std::string audit_accepted_key() {
    return std::string(kSystemPrefix) + "audit:accepted";
}

}  // namespace

std::string audit_key() {
    return std::string(kSystemPrefix) + "audit";
}

asio::awaitable<Result<void>> AuditLog::add(std::vector<AuditLine> lines) {
    if (lines.empty()) co_return Result<void>{};
    if (lines.size() > kMostLines) co_return internal("too many lines of audit at once");
    Row arguments{""};
    for (auto& line : lines) {
        for (auto* field : {&line.workspace, &line.kind, &line.actor, &line.grant, &line.address,
                            &line.conversation, &line.subject, &line.result, &line.detail, &line.request}) {
            arguments.push_back(std::move(*field));
        }
    }
    auto row = co_await functions_.call(kSystemPrefix, "audit", std::move(arguments));
    if (!row) co_return row.error();
    co_return Result<void>{};
}

asio::awaitable<Result<void>> AuditLog::add(AuditLine line) {
    std::vector<AuditLine> lines;
    lines.push_back(std::move(line));
    co_return co_await add(std::move(lines));
}

asio::awaitable<Result<void>> AuditLog::anchor(std::string workspace, AuditHead head, bool anyway) {
    Row arguments{std::move(workspace), std::to_string(head.number), std::move(head.hash)};
    arguments.emplace_back(anyway ? "1" : "");
    auto row = co_await functions_.call(kSystemPrefix, "anchor", std::move(arguments));
    if (!row) co_return row.error();
    co_return Result<void>{};
}

asio::awaitable<Result<void>> AuditLog::note_cut(std::string workspace, AuditHead cut) {
    Row arguments{std::move(workspace), std::to_string(cut.number), std::move(cut.hash)};
    auto row = co_await functions_.call(kSystemPrefix, "audit_cut", std::move(arguments));
    if (!row) co_return row.error();
    co_return Result<void>{};
}

asio::awaitable<Result<std::optional<AuditHead>>> AuditLog::anchored(std::string workspace) {
    return noted(audit_heads_key(), std::move(workspace));
}

asio::awaitable<Result<std::optional<AuditHead>>> AuditLog::cut(std::string workspace) {
    return noted(audit_cuts_key(), std::move(workspace));
}

asio::awaitable<Result<std::optional<AuditHead>>> AuditLog::noted(std::string key, std::string workspace) {
    redis::Command command("HGET", key, workspace);
    auto reply = co_await functions_.client().call(std::move(command));
    if (!reply) co_return reply.error();
    if (reply->is_nil()) co_return std::optional<AuditHead>{};
    const auto& text = reply->text();
    AuditHead head{std::atoll(text.c_str()), text.substr(text.find('|') + 1)};
    co_return std::optional<AuditHead>(std::move(head));
}

asio::awaitable<Result<void>> AuditLog::accept_damage(std::string workspace, std::string damage) {
    Row arguments{std::move(workspace), std::move(damage), std::to_string(kMostAccepted)};
    auto row = co_await functions_.call(kSystemPrefix, "audit_accept", std::move(arguments));
    if (!row) co_return row.error();
    co_return Result<void>{};
}

asio::awaitable<Result<AcceptedDamage>> AuditLog::accepted(std::string workspace) {
    redis::Command command("HGET", audit_accepted_key(), workspace);
    auto reply = co_await functions_.client().call(std::move(command));
    if (!reply) co_return reply.error();
    AcceptedDamage all;
    if (reply->is_nil()) co_return all;
    std::istringstream damages(reply->text());
    for (std::string one; std::getline(damages, one, ',');) all.insert(std::move(one));
    co_return all;
}

AuditLine decode_audit(const std::vector<std::pair<std::string, std::string>>& fields) {
    AuditLine line;
    line.result.clear();
    for (const auto& [name, value] : fields) {
        if (name == "w") line.workspace = value;
        if (name == "t") line.kind = value;
        if (name == "a") line.actor = value;
        if (name == "g") line.grant = value;
        if (name == "p") line.address = value;
        if (name == "c") line.conversation = value;
        if (name == "o") line.subject = value;
        if (name == "e") line.result = value;
        if (name == "x") line.detail = value;
        if (name == "r") line.request = value;
    }
    return line;
}

}  // namespace guichet::store
