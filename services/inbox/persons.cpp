#include "services/inbox/persons.hpp"

#include <functional>

#include "common/access/catalog.hpp"
#include "common/blob/blob_store.hpp"
#include "common/core/bytes.hpp"
#include "common/rpc/subject.hpp"
#include "common/store/audit_log.hpp"
#include "services/inbox/contact_service.hpp"

namespace guichet::inbox {
namespace {

constexpr std::size_t kPiece = 512 * 1024;
constexpr std::size_t kMostFile = 64 * 1024 * 1024;

Status check_person(const rpc::CallContext& call, const std::string& contact) {
    if (!call.scope.everything()) return denied("this takes an administrator of the whole workspace");
    if (!valid_id(contact)) return invalid("contact", "contact must be the id of one");
    return {};
}

asio::awaitable<Result<void>> write_messages(service::Context& context, WorkspaceId workspace,
                                             ConversationId id, rpc::Writer<v1::ExportPersonResponse> writer,
                                             std::set<std::string>* blobs) {
    std::vector<v1::Message> messages;
    const std::function<void(const v1::Message&)> take = [&messages](const v1::Message& message) {
        messages.push_back(message);
    };
    auto read = co_await each_message(context, std::move(workspace), std::move(id), take);
    if (!read) co_return read.error();
    for (auto& message : messages) {
        for (const auto& attachment : message.attachments()) {
            if (!attachment.blob().empty()) blobs->insert(attachment.blob());
        }
        v1::ExportPersonResponse part;
        *part.mutable_message() = std::move(message);
        auto written = co_await writer.write(part);
        if (!written) co_return written.error();
    }
    co_return Result<void>{};
}

}  // namespace

asio::awaitable<Result<void>> Persons::export_person(rpc::CallContext call, v1::ExportPersonRequest request,
                                                     Writer writer) {
    if (auto bad = check_person(call, request.contact()); !bad.ok()) co_return bad;
    const auto workspace = call.caller.workspace;
    auto record = co_await look_up_person(context_, workspace, ContactId(request.contact()));
    if (!record) co_return record.error();
    store::AuditLine line;
    line.workspace = workspace.str();
    line.kind = "person.exported";
    line.actor = call.caller.actor;
    line.grant = rpc::grant_of(call.caller, call.scope);
    line.address = call.peer;
    line.subject = "contact " + record->erasure().contact();
    line.request = call.request_id;
    store::AuditLog audit(context_.store.client());
    auto noted = co_await audit.add(std::move(line));
    if (!noted) co_return noted.error();
    auto contact = co_await context_.reads.contact(workspace, ContactId(request.contact()));
    if (!contact) co_return contact.error();
    v1::ExportPersonResponse first;
    *first.mutable_contact() = std::move(*contact);
    auto written = co_await writer.write(first);
    if (!written) co_return written.error();
    v1::ExportPersonResponse second;
    auto segment = co_await kept_segment(context_, workspace, ContactId(request.contact()));
    if (!segment) co_return segment.error();
    if (segment->has_at()) {
        *second.mutable_segment() = std::move(*segment);
        auto told = co_await writer.write(second);
        if (!told) co_return told.error();
    }
    std::set<std::string> blobs;
    auto told = co_await export_conversations(workspace, std::move(*record), writer, &blobs);
    if (!told) co_return told.error();
    for (const auto& blob : blobs) {
        auto sent = co_await export_file(blob, writer);
        if (!sent) co_return sent.error();
    }
    co_return Result<void>{};
}

asio::awaitable<Result<void>> Persons::export_conversations(WorkspaceId workspace,
                                                            records::v1::ErasureRecord record, Writer writer,
                                                            std::set<std::string>* blobs) {
    for (const auto& id : record.conversations()) {
        auto conversation = co_await context_.reads.conversation(workspace, ConversationId(id), "*");
        if (!conversation) co_return conversation.error();
        conversation->clear_epoch();
        v1::ExportPersonResponse part;
        *part.mutable_conversation() = std::move(*conversation);
        auto written = co_await writer.write(part);
        if (!written) co_return written.error();
        ConversationId named(id);
        auto messages = co_await write_messages(context_, workspace, std::move(named), writer, blobs);
        if (!messages) co_return messages.error();
    }
    co_return Result<void>{};
}

asio::awaitable<Result<void>> Persons::export_file(std::string blob, Writer writer) {
    blob::BlobStore files(context_.settings.server.data / "blobs", context_.pool);
    auto bytes = co_await files.get(blob, kMostFile);
    v1::ExportPersonResponse part;
    part.mutable_file()->set_blob(blob);
    if (!bytes) {
        part.mutable_file()->set_missing(bytes.error().message);
        co_return co_await writer.write(part);
    }
    for (std::size_t at = 0; at == 0 || at < bytes->size(); at += kPiece) {
        part.mutable_file()->set_content(bytes->substr(at, kPiece));
        auto written = co_await writer.write(part);
        if (!written) co_return written.error();
    }
    co_return Result<void>{};
}

asio::awaitable<Result<v1::ErasePersonResponse>> Persons::preview(WorkspaceId workspace,
                                                                  records::v1::ErasureRecord record) {
    v1::ErasePersonResponse response;
    auto contact = co_await context_.reads.contact(workspace, ContactId(record.erasure().contact()));
    if (!contact) co_return contact.error();
    *response.mutable_contact() = std::move(*contact);
    response.set_conversations(record.conversations_size());
    std::set<std::string> blobs;
    std::int64_t count = 0;
    for (const auto& id : record.conversations()) {
        const std::function<void(const v1::Message&)> take = [&blobs, &count](const v1::Message& message) {
            ++count;
            for (const auto& attachment : message.attachments()) blobs.insert(attachment.blob());
        };
        ConversationId conversation(id);
        auto read = co_await each_message(context_, workspace, std::move(conversation), take);
        if (!read) co_return read.error();
    }
    blobs.erase("");
    response.set_messages(count);
    response.set_files(static_cast<std::int64_t>(blobs.size()));
    co_return response;
}

asio::awaitable<Result<v1::ErasePersonResponse>> Persons::erase(rpc::CallContext call,
                                                                v1::ErasePersonRequest request) {
    if (auto bad = check_person(call, request.contact()); !bad.ok()) co_return bad;
    const auto workspace = call.caller.workspace;
    auto record = co_await look_up_person(context_, workspace, ContactId(request.contact()));
    if (!record) co_return record.error();
    if (request.preview()) co_return co_await preview(workspace, std::move(*record));
    // The same request is the same erasure.
    const auto from = workspace.str() + "|" + call.caller.actor + "|" + call.request_id;
    records::v1::ErasureRecord asked;
    asked.set_workspace(workspace.str());
    auto& erasure = *asked.mutable_erasure();
    erasure.set_id("er-" + hex(sha256(from)).substr(0, 20));
    erasure.set_contact(record->erasure().contact());
    erasure.set_conversations(record->conversations_size());
    erasure.set_state(v1::ERASURE_STATE_QUEUED);
    erasure.set_actor(call.caller.actor);
    store::set_time(erasure.mutable_asked_at(), context_.clock.now());
    auto before = co_await find(workspace, erasure.id());
    if (!before) co_return before.error();
    v1::ErasePersonResponse response;
    if (before->has_erasure()) {
        *response.mutable_erasure() = std::move(*before->mutable_erasure());
        co_return response;
    }
    store::By by{WorkspaceId(access::kSystemWorkspace), call.caller.actor, {}, "*"};
    auto put = co_await context_.store.put_document(by, kErasure, erasure.id(), 0, asked.SerializeAsString(),
                                                    kMostErasures);
    if (!put && put.error().code != Code::already_exists) co_return put.error();
    *response.mutable_erasure() = std::move(erasure);
    co_return response;
}

// Empty when there is none in this workspace.
asio::awaitable<Result<records::v1::ErasureRecord>> Persons::find(WorkspaceId workspace, std::string id) {
    static constexpr const char* kKinds[] = {kErased, kErasure};
    for (const auto* kind : kKinds) {
        const WorkspaceId system(access::kSystemWorkspace);
        auto found = co_await context_.store.document(system, kind, id);
        if (!found) co_return found.error();
        records::v1::ErasureRecord record;
        if (*found && record.ParseFromString((*found)->bytes) && record.workspace() == workspace.str()) {
            co_return record;
        }
    }
    co_return records::v1::ErasureRecord{};
}

asio::awaitable<Result<v1::GetErasureResponse>> Persons::get_erasure(rpc::CallContext call,
                                                                     v1::GetErasureRequest request) {
    auto record = co_await find(call.caller.workspace, request.erasure());
    if (!record) co_return record.error();
    if (!record->has_erasure()) co_return not_found("there is no such erasure: " + request.erasure());
    v1::GetErasureResponse response;
    *response.mutable_erasure() = std::move(*record->mutable_erasure());
    co_return response;
}

}  // namespace guichet::inbox
