#include "services/reply/drafts.hpp"

#include "common/core/bytes.hpp"
#include "common/service/bind.hpp"

namespace guichet::reply {
namespace {

constexpr std::size_t kMostReason = 500;
constexpr int kMostMentions = 20;

Status check_words(const std::string& text, std::size_t most) {
    if (text.empty()) return invalid("text", "the text is empty");
    if (!valid_utf8(text)) return invalid("text", "the text is not UTF-8");
    return service::check_text("text", text, most);
}

}  // namespace

asio::awaitable<Result<v1::SaveDraftResponse>> Drafts::save_draft(rpc::CallContext call,
                                                                  v1::SaveDraftRequest request) {
    const auto most = static_cast<std::size_t>(context_.settings.ingest.text_limit.count);
    if (!request.text().empty()) {
        if (auto status = check_words(request.text(), most); !status.ok()) co_return status;
    }
    auto saved = co_await context_.store.save_draft(service::by(call), ConversationId(request.conversation()),
                                                    request.text());
    if (!saved) co_return saved.error();
    v1::SaveDraftResponse response;
    store::set_time(response.mutable_saved_at(), *saved);
    co_return response;
}

asio::awaitable<Result<v1::SuggestResponse>> Drafts::suggest(rpc::CallContext call,
                                                             v1::SuggestRequest request) {
    const auto most = static_cast<std::size_t>(context_.settings.ingest.text_limit.count);
    if (auto status = check_words(request.text(), most); !status.ok()) co_return status;
    if (auto status = service::check_text("reason", request.reason(), kMostReason); !status.ok())
        co_return status;
    v1::Message message;
    message.set_actor(call.caller.actor);
    message.set_text(request.text());
    auto* field = message.add_fields();
    field->set_name("suggestion");
    field->set_value(request.reason());
    store::set_time(message.mutable_created_at(), context_.clock.now());
    auto seq = co_await context_.store.add_note(service::by(call), ConversationId(request.conversation()),
                                                store::encode_message(message), "note.suggested", "");
    if (!seq) co_return seq.error();
    v1::SuggestResponse response;
    response.set_seq(*seq);
    co_return response;
}

asio::awaitable<Result<v1::AddNoteResponse>> Drafts::add_note(rpc::CallContext call,
                                                              v1::AddNoteRequest request) {
    const auto most = static_cast<std::size_t>(context_.settings.ingest.text_limit.count);
    if (auto status = check_words(request.text(), most); !status.ok()) co_return status;
    if (request.mentions_size() > kMostMentions)
        co_return invalid("mentions", "mention at most 20 colleagues");
    std::string mentioned;
    for (const auto& id : request.mentions()) {
        auto agent = co_await context_.catalog.agent(call.caller.workspace, AgentId(id));
        if (!agent) co_return agent.error();
        if (!*agent) co_return invalid("mentions", "there is no agent " + id);
        mentioned += (mentioned.empty() ? "" : ",") + id;
    }
    v1::Message message;
    message.set_actor(call.caller.actor);
    message.set_text(request.text());
    store::set_time(message.mutable_created_at(), context_.clock.now());
    auto seq = co_await context_.store.add_note(service::by(call), ConversationId(request.conversation()),
                                                store::encode_message(message), "note.added", mentioned);
    if (!seq) co_return seq.error();
    v1::AddNoteResponse response;
    response.set_seq(*seq);
    co_return response;
}

}  // namespace guichet::reply
