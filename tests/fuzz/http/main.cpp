// A request as it comes from the socket: head, body, chunks, then everything that handlers ask of it.
#include "common/http/request_parser.hpp"
#include "common/http/trusted_proxies.hpp"
#include "tests/fuzz/lib/input.hpp"

using namespace guichet;

// Every assertion of Beast's counts, but for the one that is wrong (common/http/beast_impl.cpp).
void boost::assertion_failed(const char* expression, const char* function, const char*, long) {
    const bool wrong = std::string_view(expression) == "n >= 5" &&
                       std::string_view(function).find("parse_chunk_header") != std::string_view::npos;
    fuzz::must(wrong, expression);
}

void boost::assertion_failed_msg(const char* expression, const char*, const char*, const char*, long) {
    fuzz::must(false, expression);
}

namespace {

constexpr std::size_t kMaxHeader = 8 * 1024;
constexpr std::size_t kMaxFields = 50;
constexpr std::size_t kMaxBody = 16 * 1024;

// As the server feeds it: what was not used is offered again with what comes next.
bool feed(http::detail::RequestParser& parser, std::string_view bytes, std::size_t step) {
    std::size_t begin = 0;
    std::size_t end = 0;
    while (!parser.is_done()) {
        boost::system::error_code ec;
        const auto used = parser.put(boost::asio::const_buffer(bytes.data() + begin, end - begin), ec);
        begin += used;
        if (parser.is_header_done()) parser.eager(true);
        if (ec && ec != boost::beast::http::error::need_more) return false;
        if (used > 0 && !ec) continue;
        if (end == bytes.size()) return false;
        end = std::min(bytes.size(), end + step);
    }
    return true;
}

void ask(const http::Request& request) {
    (void)request.query_params();
    (void)request.query_param("hub.challenge");
    (void)request.cookie("session");
    (void)request.bearer();
    const auto type = request.media_type();
    (void)http::percent_decode(request.path());
    static const auto trusted = http::CidrSet::parse({"10.0.0.0/8", "::1"}).value();
    static const auto peer = http::parse_ip("10.1.2.3").value();
    const auto client = http::resolve_client(peer, false, request.headers, trusted);
    fuzz::must(http::parse_ip(client.ip).has_value(), "a client's address is an address");
    fuzz::must(client.scheme == "http" || client.scheme == "https", "a client's scheme is one of two");
    fuzz::must(client.host.empty() || http::valid_host(client.host), "a client's host is a host");
    for (std::size_t i = 0; i < request.headers.size(); ++i) {
        const auto [name, value] = request.headers.at(i);
        fuzz::must(value.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos,
                   "a field's value is one line");
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::Input input(data, size);
    const std::size_t step = 1 + input.byte();
    const auto bytes = input.rest();
    http::detail::RequestParser parser(kMaxHeader, kMaxFields);
    parser.max_body_bytes = kMaxBody;
    const bool whole = feed(parser, bytes, step);
    fuzz::must(parser.request.body.size() <= kMaxBody, "a body is within its limit");
    fuzz::must(parser.request.headers.size() <= kMaxFields, "fields are within their limit");
    if (whole) ask(parser.request);
    return 0;
}
