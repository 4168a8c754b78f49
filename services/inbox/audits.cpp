#include "services/inbox/audits.hpp"

#include <cstdlib>

#include "common/store/records.hpp"
#include "services/inbox/cursor.hpp"

namespace guichet::inbox {
namespace {

// One call checks so many lines: well within its time on a slow disk.
constexpr int kLinesOfCheck = 50'000;
constexpr int kMostKinds = 50;
// Of a check during which lines are cut off.
constexpr int kMostTries = 3;

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

asio::awaitable<Result<store::AuditHead>> Audits::beginning(std::string workspace) {
    store::AuditLog log(context_.store.client());
    auto cut = co_await log.cut(std::move(workspace));
    if (!cut) co_return cut.error();
    co_return cut->value_or(audit_beginning());
}

asio::awaitable<Result<void>> Audits::compare(v1::VerifyAuditResponse& response, std::string workspace,
                                              store::AuditHead noted, store::AuditHead begin,
                                              const char* problem) {
    if (noted.number == 0) co_return Result<void>{};
    auto* archive = &archive_;
    auto job = [archive, workspace, number = noted.number] {
        return archive->audit_hash_of(workspace, number);
    };
    auto hash = co_await context_.pool.run(std::move(job));
    if (!hash) co_return hash.error();
    if (*hash == noted.hash) co_return Result<void>{};
    // Cut off since it was noted, at the beginning: what is cut is noted in its turn.
    if (hash->empty() && noted.number < begin.number) co_return Result<void>{};
    const auto last = response.head_number();
    auto* fault = response.add_faults();
    fault->set_number(noted.number);
    fault->set_problem(hash->empty() ? "cut_off" : problem);
    fault->set_explanation(hash->empty() ? "the log ends at line " + std::to_string(last) +
                                               "; it was noted to reach line " + std::to_string(noted.number)
                                         : "line " + std::to_string(noted.number) + " is not the one noted");
    co_return Result<void>{};
}

asio::awaitable<Result<void>> Audits::compare_known(v1::VerifyAuditResponse& response, std::string workspace,
                                                    store::AuditHead known, store::AuditHead begin) {
    if (known.number == 0 || known.number >= begin.number) {
        co_return co_await compare(response, std::move(workspace), std::move(known), std::move(begin),
                                   "unknown_end");
    }
    // The last line before the beginning is gone, but its hash is known.
    const bool next_to_it = known.number == begin.number - 1;
    response.set_known_removed(!next_to_it);
    if (next_to_it && known.hash != begin.hash) {
        auto* fault = response.add_faults();
        fault->set_number(known.number);
        fault->set_problem("unknown_end");
        fault->set_explanation("line " + std::to_string(known.number) + " was not the one noted");
    }
    co_return Result<void>{};
}

asio::awaitable<Result<void>> Audits::compare_beginning(v1::VerifyAuditResponse& response,
                                                        std::string workspace, store::AuditHead begin) {
    if (begin.number <= 1) co_return Result<void>{};
    auto* archive = &archive_;
    auto job = [archive, workspace, begin] { return archive->tells_audit_cut(workspace, begin); };
    auto told = co_await context_.pool.run(std::move(job));
    if (!told) co_return told.error();
    if (*told) co_return Result<void>{};
    auto* fault = response.add_faults();
    fault->set_number(begin.number);
    fault->set_problem("cut_untold");
    fault->set_explanation("it is noted that the log begins here; no line of it tells of that");
    co_return Result<void>{};
}

Audits::Checked Audits::verify(rpc::CallContext call, v1::VerifyAuditRequest request) {
    if (!call.scope.everything()) co_return denied("this takes a supervisor of the whole workspace");
    if (request.after() < 0) co_return invalid("after", "after must not be negative");
    const auto workspace = call.caller.workspace.str();
    for (int tries = 1;; ++tries) {
        auto begin = co_await beginning(workspace);
        if (!begin) co_return begin.error();
        auto response = co_await check(workspace, request, *begin);
        if (!response) co_return response.error();
        // What was cut off meanwhile is not missing.
        auto now = co_await beginning(workspace);
        if (!now) co_return now.error();
        if (now->number == begin->number || tries == kMostTries) co_return std::move(*response);
    }
}

Audits::Checked Audits::check(std::string workspace, v1::VerifyAuditRequest request, store::AuditHead begin) {
    auto* archive = &archive_;
    // Before the lines: the audit only grows, so what was noted by now must be found.
    store::AuditLog log(context_.store.client());
    auto anchored = co_await log.anchored(workspace);
    if (!anchored) co_return anchored.error();
    auto heads = co_await context_.pool.run([archive] { return archive->audit_heads(); });
    if (!heads) co_return heads.error();
    auto accepted = co_await log.accepted(workspace);
    if (!accepted) co_return accepted.error();
    auto job = [archive, workspace, begin, after = request.after(), known = std::move(*accepted)] {
        return archive->check_audit(workspace, begin, after, kLinesOfCheck, known);
    };
    auto part = co_await context_.pool.run(std::move(job));
    if (!part) co_return part.error();
    v1::VerifyAuditResponse response;
    response.set_first_number(begin.number);
    response.set_checked(part->checked);
    for (auto& fault : part->faults) *response.add_faults() = std::move(fault);
    for (auto& damage : part->accepted) *response.add_accepted() = std::move(damage);
    if (!part->end) {
        response.set_next_after(part->last);
        co_return response;
    }
    response.set_head_number(part->last);
    response.set_head_hash(part->last_hash);
    auto done = co_await compare_beginning(response, workspace, begin);
    if (!done) co_return done.error();
    // Named first: g++ 12 destroys a temporary among the arguments of co_await twice.
    auto noted = anchored->value_or(store::AuditHead{});
    const auto noted_number = noted.number;
    done = co_await compare(response, workspace, std::move(noted), begin, "changed");
    if (!done) co_return done.error();
    auto head = (*heads)[workspace];
    if (head.number > noted_number) {
        done = co_await compare(response, workspace, std::move(head), begin, "changed");
        if (!done) co_return done.error();
    }
    store::AuditHead known{request.known_number(), request.known_hash()};
    done = co_await compare_known(response, workspace, std::move(known), begin);
    if (!done) co_return done.error();
    co_return response;
}

}  // namespace guichet::inbox
