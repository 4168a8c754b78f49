#include "services/guichet/cli/auditing.hpp"

#include <memory>

#include "common/store/records.hpp"
#include "guichet/v1/audit.pb.h"

namespace guichet::cli {
namespace {

std::string audit_text(const v1::ListAuditResponse& response) {
    std::string out;
    for (const auto& entry : response.entries()) {
        out += std::to_string(entry.number()) + "  " + to_iso8601(store::to_ms(entry.at())) + "  " +
               safe(entry.kind(), 60) + "  " + (entry.actor().empty() ? "-" : safe(entry.actor(), 60));
        for (const auto* field : {&entry.conversation(), &entry.subject(), &entry.address()}) {
            if (!field->empty()) out += "  " + safe(*field, 120);
        }
        if (entry.result() != "ok") out += "  " + safe(entry.result(), 40);
        if (!entry.detail().empty()) out += "  \"" + safe(entry.detail(), 200) + "\"";
        if (entry.detail_erased()) out += "  (words erased)";
        out += "\n";
    }
    if (!response.next_cursor().empty()) out += "more: --cursor " + response.next_cursor() + "\n";
    return out;
}

void add_list(CLI::App& audit, Common& common) {
    struct Options {
        std::string conversation, actor, cursor;
        std::vector<std::string> kinds;
        int most = 0;
    };
    auto options = std::make_shared<Options>();
    auto* command = add(audit, common, "list", "who did what, newest first");
    command->add_option("--conversation", options->conversation);
    command->add_option("--actor", options->actor);
    command->add_option("--kind", options->kinds, "e.g. delivery.sent; delivery. means all that begin so");
    command->add_option("-n,--limit", options->most, "lines of this page");
    command->add_option("--cursor", options->cursor, "where the last page ended");
    command->callback([&common, options] {
        with_server(common, [&](rpc::SyncClient& client) {
            v1::ListAuditRequest request;
            request.set_conversation(options->conversation);
            request.set_actor(options->actor);
            for (const auto& kind : options->kinds) request.add_kinds(kind);
            request.set_page_size(options->most);
            request.set_cursor(options->cursor);
            return call<v1::ListAuditResponse>(client, common, "AuditService/ListAudit", request, audit_text);
        });
    });
}

// The whole log, part by part; faults of all parts.
Result<v1::VerifyAuditResponse> verify_all(rpc::SyncClient& client, v1::VerifyAuditRequest request) {
    v1::VerifyAuditResponse all;
    for (;;) {
        auto part = client.call<v1::VerifyAuditResponse>("guichet.v1.AuditService/VerifyAudit", request,
                                                         std::chrono::seconds(60));
        if (!part) return part.error();
        all.set_checked(all.checked() + part->checked());
        for (const auto& fault : part->faults()) *all.add_faults() = fault;
        for (const auto& damage : part->accepted()) *all.add_accepted() = damage;
        all.set_head_number(part->head_number());
        all.set_head_hash(part->head_hash());
        all.set_first_number(part->first_number());
        all.set_known_removed(part->known_removed());
        if (part->next_after() == 0) return all;
        request.set_after(part->next_after());
    }
}

std::string accepted_text(const v1::AuditFault& damage) {
    std::string reason = "(words erased)";
    if (!damage.accepted_reason().empty()) reason = safe(damage.accepted_reason(), 300);
    return "line " + std::to_string(damage.number()) + ": " + damage.problem() + ", accepted by " +
           safe(damage.accepted_by(), 60) + " on " + to_iso8601(store::to_ms(damage.accepted_at())) + ": " +
           reason + "\n";
}

std::string fault_text(const v1::AuditFault& fault) {
    auto text = "line " + std::to_string(fault.number()) + ": " + fault.problem() + ": " +
                safe(fault.explanation(), 300) + "\n";
    if (!fault.found().empty()) {
        text += "  found " + std::to_string(fault.number()) + ":" + safe(fault.found(), 64) + "\n";
    }
    return text;
}

int verify(rpc::SyncClient& client, const Common& common, const std::string& known) {
    v1::VerifyAuditRequest request;
    if (const auto colon = known.find(':'); colon != std::string::npos) {
        request.set_known_number(std::atoll(known.c_str()));
        request.set_known_hash(known.substr(colon + 1));
    }
    const auto result = verify_all(client, request);
    if (!result) return fail(result.error());
    if (common.json) {
        std::cout << to_json(*result);
    } else {
        for (const auto& damage : result->accepted()) std::cout << accepted_text(damage);
        for (const auto& fault : result->faults()) std::cout << fault_text(fault);
        if (result->first_number() > 1) {
            std::cout << "the log begins at line " << result->first_number()
                      << ": older lines were removed, as audit.keep says\n";
        }
        if (result->known_removed()) {
            std::cout << "the end that you know was among them: nothing was compared with it\n";
        }
        std::cout << result->checked() << " lines checked, " << result->faults_size() << " faults";
        if (result->accepted_size() > 0) std::cout << ", " << result->accepted_size() << " accepted";
        std::cout << "\nkeep this elsewhere, and compare later with --known: " << result->head_number() << ":"
                  << result->head_hash() << "\n";
    }
    return result->faults().empty() ? kDone : kRefused;
}

// "number:" and hexadecimal digits.
std::string is_number_and_hash(const std::string& text) {
    const auto colon = text.find(':');
    const bool fits = colon != std::string::npos && colon > 0 && text.size() == colon + 65;
    return fits ? std::string() : "write number:hash, as verify printed it";
}

void add_accept(CLI::App& audit, Common& common) {
    struct Options {
        std::vector<std::string> found;
        std::string reason;
    };
    auto options = std::make_shared<Options>();
    auto* command = add(audit, common, "accept-damage",
                        "say that damage is known: verify and retention go on, nothing is rewritten");
    command->add_option("--found", options->found, "the damage, as verify printed it: number:hash")
        ->required()
        ->check(is_number_and_hash);
    command->add_option("--reason", options->reason, "why it can be lived with; the audit keeps it")
        ->required();
    command->callback([&common, options] {
        with_server(common, [&](rpc::SyncClient& client) {
            const auto reason = read_text(options->reason);
            for (const auto& found : options->found) {
                v1::AcceptAuditDamageRequest request;
                request.set_request_id(Connection::request_id());
                request.set_number(std::atoll(found.c_str()));
                request.set_found(found.substr(found.find(':') + 1));
                request.set_reason(reason);
                const int code = call<v1::AcceptAuditDamageResponse>(
                    client, common, "AuditService/AcceptAuditDamage", request,
                    [](const v1::AcceptAuditDamageResponse& response) {
                        return accepted_text(response.damage());
                    });
                if (code != kDone) return code;
            }
            return int{kDone};
        });
    });
}

void add_verify(CLI::App& audit, Common& common) {
    auto known = std::make_shared<std::string>();
    auto* command = add(audit, common, "verify",
                        "is the audit whole? Exit code 1 when it is not, but for accepted damage");
    command->add_option("--known", *known, "an end that was noted before: number:hash")
        ->check(is_number_and_hash);
    command->callback([&common, known] {
        with_server(common, [&](rpc::SyncClient& client) { return verify(client, common, *known); });
    });
}

}  // namespace

void add_auditing(CLI::App& app, Common& common) {
    auto* audit = app.add_subcommand("audit", "who did what: list, verify, accept-damage");
    audit->require_subcommand(1);
    add_list(*audit, common);
    add_verify(*audit, common);
    add_accept(*audit, common);
}

}  // namespace guichet::cli
