// What could not be processed. It may hold anything of the workspace, so a scope that is limited sees none of
// it.
#include "common/obs/log.hpp"
#include "common/privacy/personal_data.hpp"
#include "common/store/trail.hpp"
#include "services/gateway/admin/admin.hpp"
#include "services/gateway/admin/checks.hpp"

namespace guichet::gateway {
namespace {

Status check_letter(const rpc::CallContext& call, const std::string& id) {
    if (!call.scope.everything()) {
        return denied("dead letters may hold anything: this takes a supervisor of the whole workspace");
    }
    // A stream id: digits-digits.
    if (id.empty()) return {};
    const bool fine = id.size() <= 41 && id.find_first_not_of("0123456789-") == std::string::npos &&
                      id.front() != '-' && id.back() != '-';
    return fine ? Status{} : not_found("there is no such dead letter: " + id);
}

}  // namespace

Admin::Answer<v1::ListDeadLettersResponse> Admin::list_dead_letters(Call call,
                                                                    v1::ListDeadLettersRequest request) {
    if (auto bad = check_letter(call, request.cursor()); !bad.ok()) co_return bad;
    const auto size = page_size(request.page_size());
    if (!size) co_return size.error();
    auto letters = co_await context_.reads.dead_letters(call.caller.workspace, request.cursor(),
                                                        static_cast<int>(*size) + 1);
    if (!letters) co_return letters.error();
    v1::ListDeadLettersResponse response;
    for (auto& letter : *letters) {
        if (response.dead_letters_size() == static_cast<int>(*size)) {
            response.set_next_cursor(response.dead_letters(response.dead_letters_size() - 1).id());
            break;
        }
        letter.clear_body();
        *response.add_dead_letters() = std::move(letter);
    }
    co_return response;
}

Admin::Answer<v1::GetDeadLetterResponse> Admin::get_dead_letter(Call call, v1::GetDeadLetterRequest request) {
    if (request.dead_letter().empty()) co_return invalid("dead_letter", "dead_letter must not be empty");
    if (auto bad = check_letter(call, request.dead_letter()); !bad.ok()) co_return bad;
    auto letter = co_await context_.reads.dead_letter(call.caller.workspace, request.dead_letter());
    if (!letter) co_return letter.error();
    v1::GetDeadLetterResponse response;
    response.set_masked(!request.unmasked());
    if (request.unmasked()) {
        // Without a trace of it nobody reads it.
        store::Trail trail(context_.store);
        auto traced =
            co_await trail.unmasked(call.caller.workspace, call.caller.actor, request.dead_letter());
        if (!traced) co_return traced.error();
        obs::log::warn("dead_letter.read_unmasked", {{"workspace", call.caller.workspace},
                                                     {"actor", call.caller.actor},
                                                     {"dead_letter", request.dead_letter()}});
    } else {
        letter->set_body(privacy::mask(letter->body()));
    }
    *response.mutable_dead_letter() = std::move(*letter);
    co_return response;
}

Admin::Answer<v1::ReplayDeadLetterResponse> Admin::replay_dead_letter(Call call,
                                                                      v1::ReplayDeadLetterRequest request) {
    if (request.dead_letter().empty()) co_return invalid("dead_letter", "dead_letter must not be empty");
    if (auto bad = check_letter(call, request.dead_letter()); !bad.ok()) co_return bad;
    auto by = service::by(call);
    auto replayed = co_await context_.store.replay(by, request.dead_letter());
    if (!replayed) co_return replayed.error();
    co_return v1::ReplayDeadLetterResponse{};
}

}  // namespace guichet::gateway
