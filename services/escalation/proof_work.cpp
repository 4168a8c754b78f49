#include "services/escalation/proof_work.hpp"

#include <algorithm>

#include "common/obs/log.hpp"
#include "common/store/records.hpp"

namespace guichet::escalation {
namespace {

constexpr char kProof[] = "system:proof";

// What says more about the comment, when visitors differ.
int weight(proof::Attempt attempt) {
    switch (attempt) {
        case proof::Attempt::matched:
            return 6;
        case proof::Attempt::wrong:
            return 5;
        case proof::Attempt::exhausted:
            return 4;
        case proof::Attempt::expired:
            return 3;
        case proof::Attempt::used:
            return 2;
        case proof::Attempt::other_account:
            return 1;
        case proof::Attempt::none:
            break;
    }
    return 0;
}

const char* words_of(proof::Attempt attempt) {
    switch (attempt) {
        case proof::Attempt::matched:
            return "The author's own account posted the code of the private page: who opened it is the "
                   "author.";
        case proof::Attempt::wrong:
            return "The author posted a code that is not of the private page: nobody is proven by it.";
        case proof::Attempt::expired:
            return "The author posted a code, but those of the private page have expired: he can have a new "
                   "one "
                   "there.";
        case proof::Attempt::exhausted:
            return "The author posted wrong codes too often: this one does not count any more.";
        default:
            return "";
    }
}

}  // namespace

CodeFound look_for_code(const std::vector<store::Visitor>& visitors, const std::string& text,
                        const proof::Account& poster, const proof::Account& author, TimeMs now,
                        const proof::CodeSettings& settings) {
    CodeFound found;
    for (const auto& visitor : visitors) {
        const proof::CodeState state{visitor.code, visitor.expires_at, visitor.wrong, !visitor.proof.empty()};
        const auto tried = proof::try_code(state, text, poster, author, now, settings);
        if (tried.attempt == proof::Attempt::wrong) found.wrong.push_back(visitor.id);
        if (weight(tried.attempt) <= weight(found.attempt)) continue;
        found.attempt = tried.attempt;
        if (tried.attempt != proof::Attempt::matched) continue;
        found.visitor = visitor.id;
        found.code = visitor.code;
    }
    // Right for one, it is no wrong one for the others.
    if (found.attempt == proof::Attempt::matched) found.wrong.clear();
    return found;
}

asio::awaitable<Result<std::string>> ProofWork::author_of(const store::WorkItem& item,
                                                          const v1::Message& message) {
    if (message.kind() != v1::MESSAGE_KIND_EDIT) co_return message.author().external_id();
    auto target = co_await context_.reads.messages(item.workspace, item.conversation, message.target_seq(),
                                                   message.target_seq());
    if (!target) co_return target.error();
    co_return target->empty() ? std::string() : target->front().author().external_id();
}

std::string ProofWork::note(const CodeFound& found) const {
    const std::string words = words_of(found.attempt);
    if (words.empty()) return {};
    v1::Message note;
    note.set_text(words);
    note.set_actor(kProof);
    store::set_time(note.mutable_created_at(), context_.clock.now());
    return store::encode_message(note);
}

asio::awaitable<Result<void>> ProofWork::prove(store::WorkItem item) {
    const auto seq = std::atoll(item.item.c_str());
    auto said = co_await context_.reads.said(item.workspace, item.conversation, seq);
    if (!said) {
        if (said.error().code != Code::not_found) co_return said.error();
        co_return co_await context_.store.acknowledge(item.workspace, "escalation", item.entry);
    }
    const auto& [conversation, message] = *said;
    auto first = co_await context_.reads.messages(item.workspace, item.conversation, 1, 1);
    if (!first) co_return first.error();
    if (first->empty()) co_return internal("the first message of " + item.conversation.str() + " is missing");
    auto poster = co_await author_of(item, message);
    if (!poster) co_return poster.error();
    auto visitors = co_await context_.reads.visitors(item.workspace, EscalationId(conversation.escalation()));
    if (!visitors) co_return visitors.error();

    const auto& text = message.text();
    const auto& channel = conversation.channel();
    proof::CodeSettings settings;
    settings.most_wrong = static_cast<int>(context_.settings.escalation.code_tries);
    const auto found =
        look_for_code(*visitors, text, {channel, *poster}, {channel, first->front().author().external_id()},
                      context_.clock.now(), settings);
    store::CodeTried tried;
    tried.workspace = item.workspace;
    tried.conversation = item.conversation;
    tried.entry = item.entry;
    tried.seq = seq;
    tried.poster = *poster;
    // From another account it counts for nothing, and says nothing.
    const bool foreign = found.attempt == proof::Attempt::other_account;
    tried.attempt = proof::to_string(foreign ? proof::Attempt::none : found.attempt);
    tried.visitor = found.visitor;
    tried.code = found.code;
    tried.wrong = found.wrong;
    tried.triage = found.attempt != proof::Attempt::matched || !proof::only_code(text);
    tried.note = note(found);
    auto stored = co_await context_.store.code_tried(std::move(tried));
    if (!stored) co_return stored.error();
    obs::log::info(
        "escalation.code",
        {{"conversation", item.conversation}, {"seq", seq}, {"attempt", proof::to_string(found.attempt)}});
    co_return Result<void>{};
}

}  // namespace guichet::escalation
