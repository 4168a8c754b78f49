#pragma once
// Internal: Beast's parser filling our Request. Feed bytes with put(); nothing here reads a socket.
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>

#include "common/http/message.hpp"

namespace guichet::http::detail {

namespace beast = boost::beast;
using ErrorCode = boost::system::error_code;

class RequestParser final : public beast::http::basic_parser<true> {
  public:
    RequestParser(std::size_t max_header_bytes, std::size_t max_fields) : max_fields_(max_fields) {
        header_limit(static_cast<std::uint32_t>(max_header_bytes));
        body_limit(boost::none);
        // The head is looked at before the body is taken.
        eager(false);
    }

    Request request;
    int version = 11;
    std::size_t max_body_bytes = 0;  // set between head and body
    bool malformed_encoding = false;

    std::size_t hosts() const { return hosts_; }

  private:
    using Field = beast::http::field;
    using Text = beast::string_view;

    void on_request_impl(beast::http::verb, Text method, Text target, int http_version,
                         ErrorCode& ec) override {
        request.method = method_from(method);
        version = http_version;
        // The absolute form is meant for proxies, but servers must take it (RFC 9112 section 3.2.2).
        if (!target.starts_with('/') && target != "*") {
            const auto scheme_end = target.find("://");
            const auto slash = scheme_end == Text::npos ? Text::npos : target.find('/', scheme_end + 3);
            if (slash == Text::npos) {
                ec = beast::http::error::bad_target;
                return;
            }
            target = target.substr(slash);
        }
        request.target.assign(target);
        request.headers.reserve(16, 512);
    }

    void on_response_impl(int, Text, int, ErrorCode&) override {}

    void on_field_impl(Field field, Text name, Text value, ErrorCode& ec) override {
        // Trailers could otherwise replace what was checked before the body.
        if (is_header_done()) return;
        if (request.headers.size() >= max_fields_) {
            ec = beast::http::error::header_limit;
            return;
        }
        if (field == Field::host) ++hosts_;
        // Beast takes an unknown coding for "no body", which would let a second request hide in the body.
        if (field == Field::transfer_encoding && !iequals(value, "chunked")) {
            malformed_encoding = true;
            ec = beast::http::error::bad_transfer_encoding;
            return;
        }
        request.headers.add(name, value);
    }

    void on_header_impl(ErrorCode&) override {}

    void on_body_init_impl(const boost::optional<std::uint64_t>& length, ErrorCode&) override {
        // What is only announced is not paid for in full.
        if (length)
            request.body.reserve(static_cast<std::size_t>(std::min<std::uint64_t>(*length, 256 * 1024)));
    }

    std::size_t take(Text bytes, ErrorCode& ec) {
        if (bytes.size() > max_body_bytes - request.body.size()) {
            ec = beast::http::error::body_limit;
            return 0;
        }
        request.body.append(bytes);
        return bytes.size();
    }
    std::size_t on_body_impl(Text bytes, ErrorCode& ec) override { return take(bytes, ec); }
    void on_chunk_header_impl(std::uint64_t, Text, ErrorCode&) override {}
    std::size_t on_chunk_body_impl(std::uint64_t, Text bytes, ErrorCode& ec) override {
        return take(bytes, ec);
    }
    void on_finish_impl(ErrorCode&) override {}

    std::size_t max_fields_;
    std::size_t hosts_ = 0;
};

}  // namespace guichet::http::detail
