#include "services/inbox/audits.hpp"

#include <cstdlib>

#include "common/store/records.hpp"
#include "services/inbox/cursor.hpp"

namespace guichet::inbox {
namespace {

// One call checks so many lines: well within its time on a slow disk.
constexpr int kLinesOfCheck = 50'000;
constexpr int kMostKinds = 50;

Result<AuditQuery> read_query(const rpc::CallContext& call, const v1::ListAuditRequest& request,
                              const config::InboxSettings& settings) {
    const int most = static_cast<int>(settings.page_max);
    if (request.page_size() < 0 || request.page_size() > most) {
        return invalid("page_size", "0 to " + std::to_string(most));
    }
    if (request.kinds_size() > kMostKinds) return invalid("kinds", "at most 50 kinds");
    AuditQuery query;
    query.workspace = call.caller.workspace.str();
    query.scope = call.scope.encode();
    query.conversation = request.conversation();
    query.actor = request.actor();
    query.kinds.assign(request.kinds().begin(), request.kinds().end());
    if (request.has_from()) query.from = store::to_ms(request.from());
    if (request.has_until()) query.until = store::to_ms(request.until());
    query.limit = request.page_size() > 0 ? request.page_size() : static_cast<int>(settings.page_default);
    if (request.cursor().empty()) return query;
    const auto fields = read_cursor(request.cursor(), "a", 2);
    if (fields) query.before = std::atoll((*fields)[1].c_str());
    if (query.before <= 0) return invalid("cursor", "this cursor is not of this list: start without one");
    return query;
}

std::string place(std::int64_t before) {
    return make_cursor({"a", std::to_string(before)});
}

}  // namespace

asio::awaitable<Result<v1::ListAuditResponse>> Audits::list(rpc::CallContext call,
                                                            v1::ListAuditRequest request) {
    auto query = read_query(call, request, context_.settings.inbox);
    if (!query) co_return query.error();
    auto* archive = &archive_;
    if (query->before == 0) {
        auto heads = co_await context_.pool.run([archive] { return archive->audit_heads(); });
        if (!heads) co_return heads.error();
        query->before = (*heads)[query->workspace].number + 1;
    }
    auto job = [archive, wanted = *query] { return archive->list_audit(wanted); };
    auto rows = co_await context_.pool.run(std::move(job));
    if (!rows) co_return rows.error();
    v1::ListAuditResponse response;
    for (const auto& row : *rows) *response.add_entries() = to_entry(row);
    if (static_cast<int>(rows->size()) == query->limit) {
        response.set_next_cursor(place(rows->back().number));
    } else if (const auto start = audit_window_start(*query); start > 1) {
        response.set_next_cursor(place(start));
    }
    co_return response;
}

asio::awaitable<Result<void>> Audits::compare(v1::VerifyAuditResponse& response, std::string workspace,
                                              store::AuditHead noted, std::int64_t last,
                                              const char* problem) {
    if (noted.number == 0) co_return Result<void>{};
    auto* archive = &archive_;
    auto job = [archive, workspace, number = noted.number] {
        return archive->audit_hash_of(workspace, number);
    };
    auto hash = co_await context_.pool.run(std::move(job));
    if (!hash) co_return hash.error();
    if (*hash == noted.hash) co_return Result<void>{};
    auto* fault = response.add_faults();
    fault->set_number(noted.number);
    fault->set_problem(hash->empty() ? "cut_off" : problem);
    fault->set_explanation(hash->empty() ? "the log ends at line " + std::to_string(last) +
                                               "; it was noted to reach line " + std::to_string(noted.number)
                                         : "line " + std::to_string(noted.number) + " is not the one noted");
    co_return Result<void>{};
}

asio::awaitable<Result<v1::VerifyAuditResponse>> Audits::verify(rpc::CallContext call,
                                                                v1::VerifyAuditRequest request) {
    if (!call.scope.everything()) co_return denied("this takes a supervisor of the whole workspace");
    if (request.after() < 0) co_return invalid("after", "after must not be negative");
    const auto workspace = call.caller.workspace.str();
    auto* archive = &archive_;
    // Before the lines: the audit only grows, so what was noted by now must be found.
    store::AuditLog log(context_.store.client());
    auto anchored = co_await log.anchored(workspace);
    if (!anchored) co_return anchored.error();
    auto heads = co_await context_.pool.run([archive] { return archive->audit_heads(); });
    if (!heads) co_return heads.error();
    auto job = [archive, workspace, after = request.after()] {
        return archive->check_audit(workspace, after, kLinesOfCheck);
    };
    auto part = co_await context_.pool.run(std::move(job));
    if (!part) co_return part.error();
    v1::VerifyAuditResponse response;
    response.set_checked(part->checked);
    for (auto& fault : part->faults) *response.add_faults() = std::move(fault);
    if (!part->end) {
        response.set_next_after(part->last);
        co_return response;
    }
    response.set_head_number(part->last);
    response.set_head_hash(part->last_hash);
    // Named first: g++ 12 destroys a temporary among the arguments of co_await twice.
    auto noted = anchored->value_or(store::AuditHead{});
    const auto noted_number = noted.number;
    auto done = co_await compare(response, workspace, std::move(noted), part->last, "changed");
    if (!done) co_return done.error();
    auto head = (*heads)[workspace];
    if (head.number > noted_number) {
        done = co_await compare(response, workspace, std::move(head), part->last, "changed");
        if (!done) co_return done.error();
    }
    store::AuditHead known{request.known_number(), request.known_hash()};
    done = co_await compare(response, workspace, std::move(known), part->last, "unknown_end");
    if (!done) co_return done.error();
    co_return response;
}

}  // namespace guichet::inbox
