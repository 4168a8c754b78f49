#include "common/rpc/status_map.hpp"

#include <array>

#include "guichet/v1/types.pb.h"

namespace guichet::rpc {

namespace {

struct Row {
    Code code;
    const char* connect;
    int http;
};

// https://connectrpc.com/docs/protocol#error-codes
constexpr std::array<Row, 17> kRows{{
    {Code::ok, "ok", 200},
    {Code::cancelled, "canceled", 499},
    {Code::unknown, "unknown", 500},
    {Code::invalid_argument, "invalid_argument", 400},
    {Code::deadline_exceeded, "deadline_exceeded", 504},
    {Code::not_found, "not_found", 404},
    {Code::already_exists, "already_exists", 409},
    {Code::permission_denied, "permission_denied", 403},
    {Code::resource_exhausted, "resource_exhausted", 429},
    {Code::failed_precondition, "failed_precondition", 400},
    {Code::aborted, "aborted", 409},
    {Code::out_of_range, "out_of_range", 400},
    {Code::unimplemented, "unimplemented", 501},
    {Code::internal, "internal", 500},
    {Code::unavailable, "unavailable", 503},
    {Code::data_loss, "data_loss", 500},
    {Code::unauthenticated, "unauthenticated", 401},
}};

const Row& row(Code code) {
    return kRows[static_cast<std::size_t>(code_of_number(static_cast<int>(code)))];
}

constexpr std::string_view kStatePrefix = "CONVERSATION_STATE_";

v1::ConversationState state_of(const std::string& name) {
    std::string full(kStatePrefix);
    for (char c : name) full += (c >= 'a' && c <= 'z') ? static_cast<char>(c - 'a' + 'A') : c;
    v1::ConversationState state = v1::CONVERSATION_STATE_UNSPECIFIED;
    if (!v1::ConversationState_Parse(full, &state)) return v1::CONVERSATION_STATE_UNSPECIFIED;
    return state;
}

std::string name_of(v1::ConversationState state) {
    if (state == v1::CONVERSATION_STATE_UNSPECIFIED) return {};
    std::string name = v1::ConversationState_Name(state);
    if (name.size() <= kStatePrefix.size()) return {};
    name.erase(0, kStatePrefix.size());
    for (char& c : name) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return name;
}

}  // namespace

int http_status(Code code) {
    return row(code).http;
}

Code code_of_http(int status) {
    switch (status) {
        case 200:
            return Code::ok;
        case 400:
            return Code::internal;
        case 401:
            return Code::unauthenticated;
        case 403:
            return Code::permission_denied;
        case 404:
            return Code::unimplemented;
        case 429:
        case 502:
        case 503:
        case 504:
            return Code::unavailable;
        default:
            return Code::unknown;
    }
}

const char* connect_code(Code code) {
    return row(code).connect;
}

std::optional<Code> code_of_connect(std::string_view name) {
    for (const auto& candidate : kRows) {
        if (candidate.code != Code::ok && name == candidate.connect) return candidate.code;
    }
    return std::nullopt;
}

Code code_of_number(int number) {
    return number >= 0 && number <= 16 ? static_cast<Code>(number) : Code::unknown;
}

v1::ErrorDetail to_detail(const Status& status) {
    v1::ErrorDetail detail;
    detail.set_reason(status.reason);
    detail.set_field(status.field);
    detail.set_retryable(status.retryable);
    detail.set_retry_after(status.retry_after_s);
    if (status.present) {
        detail.set_conversation(status.present->conversation);
        detail.set_version(status.present->version);
        detail.set_inbound_seq(status.present->inbound_seq);
        detail.set_owner(status.present->owner);
        detail.set_state(state_of(status.present->state));
    }
    return detail;
}

Status from_detail(Code code, std::string message, const v1::ErrorDetail& detail) {
    Status status;
    status.code = code;
    status.message = std::move(message);
    status.reason = detail.reason();
    status.field = detail.field();
    status.retryable = detail.retryable();
    status.retry_after_s = detail.retry_after();
    const bool has_present = !detail.conversation().empty() || detail.version() != 0 ||
                             detail.inbound_seq() != 0 || !detail.owner().empty() ||
                             detail.state() != v1::CONVERSATION_STATE_UNSPECIFIED;
    if (has_present) {
        Present present;
        present.conversation = detail.conversation();
        present.version = detail.version();
        present.inbound_seq = detail.inbound_seq();
        present.owner = detail.owner();
        present.state = name_of(detail.state());
        status.present = std::make_shared<const Present>(std::move(present));
    }
    return status;
}

std::string detail_bytes(const Status& status) {
    return to_detail(status).SerializeAsString();
}

Status from_detail_bytes(Code code, std::string message, std::string_view bytes) {
    v1::ErrorDetail detail;
    if (!detail.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) detail.Clear();
    return from_detail(code, std::move(message), detail);
}

}  // namespace guichet::rpc
