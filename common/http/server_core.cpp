#include "common/http/server_core.hpp"

#include <algorithm>
#include <charconv>
#include <ctime>

#include "common/core/bytes.hpp"

namespace guichet::http::detail {

ServerCore::ServerCore(const Clock& the_clock, Random& random, ServerOptions the_options,
                       std::shared_ptr<const Router> the_router)
    : clock(the_clock),
      options(std::move(the_options)),
      router(std::move(the_router)),
      id_prefix_(hex(random.bytes(5)) + '-') {}

std::string ServerCore::make_request_id() {
    char digits[16];
    const auto end = std::to_chars(digits, digits + sizeof digits, ++next_id_, 36).ptr;
    std::string id;
    id.reserve(id_prefix_.size() + sizeof digits);
    id.append(id_prefix_).append(digits, end);
    return id;
}

std::string_view ServerCore::date() {
    const std::int64_t second = clock.now() / 1000;
    if (second != date_second_) {
        date_second_ = second;
        const auto time = static_cast<std::time_t>(second);
        std::tm parts{};
        gmtime_r(&time, &parts);
        char text[40];
        date_.assign(text, std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &parts));
    }
    return date_;
}

namespace {

void append_number(std::string& out, std::size_t number) {
    char digits[24];
    out.append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
}

void append_field(std::string& out, std::string_view name, std::string_view value) {
    out.append(name).append(": ").append(value).append("\r\n");
}

// Framing is ours: a handler's idea of it would only break the connection.
bool is_framing(std::string_view name) {
    return iequals(name, "content-length") || iequals(name, "transfer-encoding") ||
           iequals(name, "connection") || iequals(name, "keep-alive") || iequals(name, "date");
}

}  // namespace

void append_head(std::string& out, const Response& response, const HeadFacts& facts) {
    out.append("HTTP/1.1 ");
    append_number(out, static_cast<std::size_t>(response.status));
    out.append(" ").append(reason_phrase(response.status)).append("\r\n");
    append_field(out, "Date", facts.date);
    for (std::size_t i = 0; i < response.headers.size(); ++i) {
        const auto [name, value] = response.headers.at(i);
        if (!is_framing(name)) append_field(out, name, value);
    }
    if (!facts.request_id.empty()) append_field(out, "X-Request-Id", facts.request_id);
    if (facts.chunked) {
        append_field(out, "Transfer-Encoding", "chunked");
    } else if (!facts.to_the_end && response.status >= 200 && response.status != 204 &&
               response.status != 304) {
        out.append("Content-Length: ");
        append_number(out, facts.body_bytes);
        out.append("\r\n");
    }
    if (!facts.keep_alive) {
        append_field(out, "Connection", "close");
    } else if (facts.http_1_0) {
        append_field(out, "Connection", "keep-alive");
    }
    out.append("\r\n");
}

bool valid_request_id(std::string_view id) {
    return !id.empty() && id.size() <= 64 && std::all_of(id.begin(), id.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
               c == '_' || c == '-';
    });
}

}  // namespace guichet::http::detail
