#pragma once
// Internal: Beast's parser filling the answer of an outgoing request, bounded.
#include <algorithm>

#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>

#include "common/http/headers.hpp"

namespace guichet::http::detail {

class ResponseParser final : public boost::beast::http::basic_parser<false> {
  public:
    ResponseParser(std::size_t max_header_bytes, std::size_t max_body_bytes, bool answers_head)
        : max_body_bytes_(max_body_bytes) {
        header_limit(static_cast<std::uint32_t>(max_header_bytes));
        body_limit(boost::none);
        eager(true);
        skip(answers_head);
    }

    int code = 0;
    Headers headers;
    std::string body;
    bool truncated = false;

  private:
    using Field = boost::beast::http::field;
    using Text = boost::beast::string_view;
    using ErrorCode = boost::system::error_code;

    void on_request_impl(boost::beast::http::verb, Text, Text, int, ErrorCode&) override {}
    void on_response_impl(int status, Text, int, ErrorCode&) override { code = status; }
    void on_field_impl(Field, Text name, Text value, ErrorCode& ec) override {
        if (is_header_done()) return;
        if (headers.size() >= 200) {
            ec = boost::beast::http::error::header_limit;
            return;
        }
        headers.add(name, value);
    }
    void on_header_impl(ErrorCode&) override {}
    void on_body_init_impl(const boost::optional<std::uint64_t>&, ErrorCode&) override {}
    std::size_t take(Text bytes, ErrorCode& ec) {
        const std::size_t room = max_body_bytes_ - body.size();
        body.append(bytes.substr(0, room));
        if (bytes.size() > room) {
            truncated = true;
            ec = boost::beast::http::error::body_limit;
        }
        return bytes.size();
    }
    std::size_t on_body_impl(Text bytes, ErrorCode& ec) override { return take(bytes, ec); }
    void on_chunk_header_impl(std::uint64_t, Text, ErrorCode&) override {}
    std::size_t on_chunk_body_impl(std::uint64_t, Text bytes, ErrorCode& ec) override {
        return take(bytes, ec);
    }
    void on_finish_impl(ErrorCode&) override {}

    std::size_t max_body_bytes_;
};

}  // namespace guichet::http::detail
