// Canned replies and personas.
#include "services/gateway/admin/admin.hpp"
#include "services/gateway/admin/checks.hpp"

namespace guichet::gateway {
namespace {

constexpr std::size_t kMaxText = 10'000;
constexpr std::size_t kMaxSignature = 200;

}  // namespace

Admin::Answer<v1::ListCannedRepliesResponse> Admin::list_canned_replies(
    Call call, v1::ListCannedRepliesRequest request) {
    if (auto bad = check_language("language", request.language()); !bad.ok()) co_return bad;
    auto replies = co_await context_.catalog.canned_replies(call.caller.workspace);
    if (!replies) co_return replies.error();
    // One without a language goes with every language.
    std::erase_if(*replies, [&request](const v1::CannedReply& reply) {
        return !request.language().empty() && !reply.language().empty() &&
               reply.language() != request.language();
    });
    auto page = page_of(std::move(*replies), request.page_size(), request.cursor(),
                        [](const v1::CannedReply& reply) { return reply.id(); });
    if (!page) co_return page.error();
    v1::ListCannedRepliesResponse response;
    for (auto& reply : page->items) *response.add_canned_replies() = std::move(reply);
    response.set_next_cursor(page->next);
    co_return response;
}

Admin::Answer<v1::PutCannedReplyResponse> Admin::put_canned_reply(Call call,
                                                                  v1::PutCannedReplyRequest request) {
    auto& reply = *request.mutable_canned_reply();
    if (reply.id().empty() && reply.version() == 0) reply.set_id(id_from_request(call, "r"));
    if (auto bad = check_id("canned_reply.id", reply.id()); !bad.ok()) co_return bad;
    if (!reply.deleted()) {
        if (auto bad = check_name("canned_reply.title", reply.title()); !bad.ok()) co_return bad;
        if (auto bad = check_language("canned_reply.language", reply.language()); !bad.ok()) co_return bad;
        if (reply.text().empty())
            co_return invalid("canned_reply.text", "canned_reply.text must not be empty");
        if (auto bad = service::check_text("canned_reply.text", reply.text(), kMaxText); !bad.ok())
            co_return bad;
    }
    auto by = service::by(call);
    std::string bytes;
    if (!reply.deleted()) bytes = reply.SerializeAsString();
    auto version = co_await put(by, access::kCannedReply, reply.id(), reply.version(), std::move(bytes));
    if (!version) co_return version.error();
    reply.set_version(*version);
    v1::PutCannedReplyResponse response;
    *response.mutable_canned_reply() = std::move(reply);
    co_return response;
}

Admin::Answer<v1::ListPersonasResponse> Admin::list_personas(Call call, v1::ListPersonasRequest request) {
    auto personas = co_await context_.catalog.personas(call.caller.workspace);
    if (!personas) co_return personas.error();
    auto page = page_of(std::move(*personas), request.page_size(), request.cursor(),
                        [](const v1::Persona& persona) { return persona.id(); });
    if (!page) co_return page.error();
    v1::ListPersonasResponse response;
    for (auto& persona : page->items) *response.add_personas() = std::move(persona);
    response.set_next_cursor(page->next);
    co_return response;
}

Admin::Answer<v1::PutPersonaResponse> Admin::put_persona(Call call, v1::PutPersonaRequest request) {
    auto& persona = *request.mutable_persona();
    if (persona.id().empty() && persona.version() == 0) persona.set_id(id_from_request(call, "p"));
    if (auto bad = check_id("persona.id", persona.id()); !bad.ok()) co_return bad;
    if (!persona.deleted()) {
        if (auto bad = check_name("persona.name", persona.name()); !bad.ok()) co_return bad;
        if (auto bad = service::check_text("persona.signature", persona.signature(), kMaxSignature);
            !bad.ok()) {
            co_return bad;
        }
    }
    auto by = service::by(call);
    std::string bytes;
    if (!persona.deleted()) bytes = persona.SerializeAsString();
    auto version = co_await put(by, access::kPersona, persona.id(), persona.version(), std::move(bytes));
    if (!version) co_return version.error();
    persona.set_version(*version);
    v1::PutPersonaResponse response;
    *response.mutable_persona() = std::move(persona);
    co_return response;
}

}  // namespace guichet::gateway
