#include "services/gateway/attachments.hpp"

#include <charconv>

#include "common/rpc/json.hpp"
#include "common/rpc/status_map.hpp"
#include "guichet/v1/attachments.pb.h"
#include "services/gateway/attachment_answer.hpp"
#include "services/gateway/browser.hpp"

namespace guichet::gateway {
namespace {

using namespace std::chrono_literals;

// The inbox waits for its turn and for the platform within this.
constexpr auto kFirstAnswer = 45s;
constexpr auto kWhole = 600s;

// 0 where it is no number.
template <class Number>
Number number_in(std::string_view text) {
    Number value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && end == text.data() + text.size() ? value : 0;
}

http::Response refusal(const Status& status) {
    int code = rpc::http_status(status.code);
    if (status.reason == "gone") code = 410;
    if (status.reason == "too_large") code = 413;
    auto response = http::Response::json(code, rpc::error_to_json(status));
    response.header("Cache-Control", "no-store");
    return response;
}

// Whose file it is to be: the bearer's, or the cookie's where no other site's page asks.
Result<std::string> credential_of(const http::Request& request, const std::string& public_url) {
    if (const auto bearer = request.bearer()) return std::string(*bearer);
    const auto session = request.cookie(kSessionCookie);
    if (!session || session->empty()) return make_status(Code::unauthenticated, "sign in first");
    if (!is_same_origin(request, public_url)) {
        return make_status(Code::permission_denied, "another site's page may not ask for this", "csrf");
    }
    return std::string(*session);
}

boost::asio::awaitable<Result<std::string>> next_piece(std::shared_ptr<rpc::ReadStream> stream,
                                                       std::shared_ptr<std::string> first) {
    if (!first->empty()) co_return std::exchange(*first, {});
    auto answer = co_await rpc::next<v1::ReadAttachmentResponse>(*stream);
    if (!answer) co_return answer.error();
    if (!*answer) co_return std::string();
    co_return std::move(*(*answer)->mutable_piece());
}

}  // namespace

void Attachments::mount(http::Router& router, http::RouteOptions options) {
    options.security = attachment_policy();
    options.timeout = kFirstAnswer;
    router.get(
        "/v1/attachments/{conversation}/{seq}/{number}",
        [this](http::Request request) { return serve(std::move(request)); }, std::move(options));
}

boost::asio::awaitable<http::Response> Attachments::serve(http::Request request) {
    auto credential = credential_of(request, context_.settings.server.public_url);
    if (!credential) co_return refusal(credential.error());
    v1::ReadAttachmentRequest wanted;
    wanted.set_conversation(std::string(request.param("conversation")));
    wanted.set_seq(number_in<std::int64_t>(request.param("seq")));
    wanted.set_number(number_in<std::int32_t>(request.param("number")));
    rpc::Metadata meta;
    meta.credential = std::move(*credential);
    meta.request_id = request.request_id;
    meta.peer = request.client_ip;
    std::shared_ptr<rpc::ReadStream> stream = transport_.server_stream(
        "guichet.v1.AttachmentService/ReadAttachment", meta, wanted.SerializeAsString(), kWhole);
    auto first = co_await rpc::next<v1::ReadAttachmentResponse>(*stream);
    if (!first) co_return refusal(first.error());
    if (!*first) co_return refusal(internal("the file came without its head"));
    auto piece = std::make_shared<std::string>(std::move(*(*first)->mutable_piece()));
    const auto& head = (*first)->head();
    auto response = attachment_head(head.name(), head.media_type(), *piece);
    response.stream = [stream, piece] { return next_piece(stream, piece); };
    co_return response;
}

}  // namespace guichet::gateway
