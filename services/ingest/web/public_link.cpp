// A link that stood in public: its visitors, their codes, and how far each of them is.
#include "common/proof/code.hpp"
#include "services/ingest/web/private_pages.hpp"

namespace guichet::ingest::web {
namespace {

// Two visitors with one code are hardly ever seen.
constexpr int kCodesTried = 3;

}  // namespace

asio::awaitable<Result<void>> PrivatePages::find_visitor(Visit& visit, const http::Request& request) {
    const auto session = pages_.session(*visit.signer, visit.secret, request);
    if (!session || session->empty()) co_return Result<void>{};
    auto known = co_await pages_.c.reads.visitor(visit.workspace(), visit.escalation(), *session);
    if (!known) co_return known.error();
    // Who made room for others presses the button again.
    visit.signed_in = known->has_value();
    visit.visitor = std::move(*known);
    co_return Result<void>{};
}

ProofView::State PrivatePages::state_of(const store::Visitor& visitor) const {
    if (!visitor.proof.empty()) return ProofView::State::proven;
    if (visitor.expires_at <= pages_.c.clock.now()) return ProofView::State::expired;
    const bool counts = visitor.wrong < pages_.c.options.code_tries;
    return counts ? ProofView::State::waiting : ProofView::State::exhausted;
}

asio::awaitable<Result<ProofView>> PrivatePages::proof_of(const Visit& visit) {
    ProofView view;
    view.state = state_of(*visit.visitor);
    view.code = visit.visitor->code;
    view.until = visit.visitor->expires_at;
    if (view.state != ProofView::State::proven) co_return view;
    auto known = co_await pages_.c.reads.escalation(visit.workspace(), visit.escalation());
    if (!known) co_return known.error();
    auto public_side = co_await read(visit.workspace(), ConversationId(known->public_conversation()));
    if (!public_side) co_return public_side.error();
    view.history = visible(*public_side);
    co_return view;
}

asio::awaitable<Result<store::Visitor>> PrivatePages::enter(const Visit& visit) {
    store::Visit entering;
    entering.workspace = visit.workspace();
    entering.escalation = visit.escalation();
    entering.visitor = visit.visitor ? visit.visitor->id : pages_.c.random.token(16);
    entering.lifetime = pages_.c.options.code_life;
    entering.most = pages_.c.options.visitors;
    for (int attempt = 0;; ++attempt) {
        entering.code = proof::make_code(pages_.c.random);
        auto entered = co_await pages_.c.store.visit(entering);
        const bool taken = !entered && entered.error().code == Code::already_exists;
        if (!taken || attempt >= kCodesTried) co_return entered;
    }
}

asio::awaitable<Result<std::string>> PrivatePages::version(Visit& visit) {
    std::string version = "-";
    if (visit.in_public()) {
        auto known =
            co_await pages_.c.reads.visitor(visit.workspace(), visit.escalation(), visit.visitor->id);
        if (!known) co_return known.error();
        if (!*known) co_return not_found("this visitor made room for others");
        visit.visitor = std::move(*known);
        version += to_string(state_of(*visit.visitor));
    }
    if (visit.conversation().empty()) co_return version;
    auto now = co_await pages_.c.reads.conversation(visit.workspace(), visit.conversation(), "*");
    if (!now) co_return now.error();
    co_return version + std::to_string(now->version());
}

}  // namespace guichet::ingest::web
