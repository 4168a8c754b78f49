#include "services/inbox/attachments.hpp"

#include <memory>

#include "common/access/catalog.hpp"
#include "common/blob/blob_reader.hpp"
#include "common/channels/files_url.hpp"
#include "common/obs/log.hpp"

namespace guichet::inbox {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kPiece = 256 * 1024;
constexpr auto kWaitForTurn = 10s;
constexpr auto kFetch = 20s;

// The same words for what is not there and for what is not the caller's to see.
Status nothing_here() {
    return not_found("there is no such attachment");
}

Status gone(std::string why) {
    return make_status(Code::failed_precondition, std::move(why), "gone");
}

v1::ReadAttachmentResponse first_answer(const v1::Attachment& attachment, std::size_t size) {
    v1::ReadAttachmentResponse answer;
    answer.mutable_head()->set_name(attachment.name());
    answer.mutable_head()->set_media_type(attachment.media_type());
    answer.mutable_head()->set_size(static_cast<std::int64_t>(size));
    return answer;
}

// What the platform said, as one who waits for the file has to know it.
Status judge(const http::ClientResult& result) {
    if (result.outcome != http::Outcome::response) {
        return make_status(Code::unavailable, "the file cannot be fetched: " + result.error.message,
                           "not_fetched");
    }
    if (result.status == 401 || result.status == 403 || result.status == 404 || result.status == 410) {
        return gone("the platform does not hand out this file any more (it answered " +
                    std::to_string(result.status) + "): ask the customer to send it again");
    }
    if (result.status != 200) {
        return make_status(Code::unavailable,
                           "the file cannot be fetched: the platform answered " +
                               std::to_string(result.status) + "; redirects are not followed",
                           "not_fetched");
    }
    if (result.truncated) {
        return make_status(Code::resource_exhausted,
                           "the file is larger than " +
                               std::to_string(Attachments::kMostFetched / 1024 / 1024) +
                               " MiB: open it at the platform",
                           "too_large");
    }
    return {};
}

}  // namespace

void Attachments::register_rpcs(rpc::Dispatcher& dispatcher) {
    dispatcher.server_stream<v1::ReadAttachmentRequest, v1::ReadAttachmentResponse>(
        "guichet.v1.AttachmentService/ReadAttachment",
        [this](rpc::CallContext call, v1::ReadAttachmentRequest request, Writer writer) {
            return read(std::move(call), std::move(request), std::move(writer));
        });
}

asio::awaitable<Result<void>> Attachments::read(rpc::CallContext call, v1::ReadAttachmentRequest request,
                                                Writer writer) {
    if (request.seq() < 1) co_return invalid("seq", "1 or more");
    if (request.number() < 1) co_return invalid("number", "1 or more");
    auto found = co_await find(call, request);
    if (!found) co_return found.error();
    if (!found->attachment.blob().empty()) {
        co_return co_await send_blob(std::move(found->attachment), std::move(writer));
    }
    if (found->attachment.url().empty()) co_return gone("the channel did not hand on this file");
    co_return co_await send_fetched(call.caller.workspace, std::move(*found), std::move(writer));
}

asio::awaitable<Result<Attachments::Found>> Attachments::find(const rpc::CallContext& call,
                                                              const v1::ReadAttachmentRequest& request) {
    const ConversationId id(request.conversation());
    auto conversation = co_await context_.reads.conversation(call.caller.workspace, id, call.scope.encode());
    if (!conversation && conversation.error().code == Code::not_found) co_return nothing_here();
    if (!conversation) co_return conversation.error();
    if (request.seq() > conversation->message_count()) co_return nothing_here();
    auto messages = co_await context_.reads.messages(call.caller.workspace, id, request.seq(), request.seq());
    if (!messages) co_return messages.error();
    if (messages->empty() || request.number() > messages->front().attachments_size()) {
        co_return nothing_here();
    }
    Found found;
    found.attachment = std::move(*messages->front().mutable_attachments(request.number() - 1));
    found.channel = conversation->channel();
    co_return found;
}

asio::awaitable<Result<void>> Attachments::send_blob(v1::Attachment attachment, Writer writer) {
    auto open = [root = context_.settings.server.data / "blobs",
                 name = attachment.blob()]() -> Result<std::shared_ptr<blob::BlobReader>> {
        auto reader = blob::BlobReader::open(root, name, kMostBlob);
        if (!reader) return reader.error();
        auto whole = reader->verify();
        if (!whole) return whole.error();
        return std::make_shared<blob::BlobReader>(std::move(*reader));
    };
    auto reader = co_await context_.pool.run(std::move(open));
    if (!reader && reader.error().code == Code::not_found) co_return gone("this file is not kept any more");
    if (!reader) co_return reader.error();
    auto answer = first_answer(attachment, (*reader)->size());
    for (;;) {
        auto next = [file = *reader] { return file->next(kPiece); };
        auto piece = co_await context_.pool.run(std::move(next));
        if (!piece) co_return piece.error();
        if (piece->empty() && !answer.has_head()) co_return Result<void>{};
        answer.set_piece(std::move(*piece));
        auto written = co_await writer.write(answer);
        if (!written) co_return written.error();
        answer.clear_head();
    }
}

asio::awaitable<Result<http::ClientResult>> Attachments::fetch(WorkspaceId workspace, const Found& found) {
    auto channel = co_await context_.catalog.channel(workspace, ChannelId(found.channel));
    if (!channel) co_return channel.error();
    const auto& url = found.attachment.url();
    const bool anywhere = anywhere_ && *channel && channels::is_private_file(**channel, url);
    http::ClientRequest request;
    request.url = url;
    request.max_response_bytes = kMostFetched;
    auto& client = anywhere ? *anywhere_ : outside_;
    auto result = co_await client.request(std::move(request), kFetch);
    auto judged = judge(result);
    if (!judged.ok()) {
        log::info("attachment.not_fetched", {{"channel", found.channel}, {"status", judged}});
        co_return judged;
    }
    co_return result;
}

asio::awaitable<Result<void>> Attachments::send_fetched(WorkspaceId workspace, Found found, Writer writer) {
    auto turn = co_await fetches_.acquire(kWaitForTurn);
    if (!turn) co_return turn.error();
    auto file = co_await fetch(std::move(workspace), found);
    if (!file) co_return file.error();
    // Meta tells the kind only; what the file's own host says is more.
    auto& type = *found.attachment.mutable_media_type();
    if (type.empty() || type.ends_with("/*")) type = std::string(file->headers.get("content-type"));
    auto answer = first_answer(found.attachment, file->body.size());
    for (std::size_t at = 0; at == 0 || at < file->body.size(); at += kPiece) {
        answer.set_piece(file->body.substr(at, kPiece));
        auto written = co_await writer.write(answer);
        if (!written) co_return written.error();
        answer.clear_head();
    }
    co_return Result<void>{};
}

}  // namespace guichet::inbox
