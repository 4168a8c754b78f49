#include "common/http/client.hpp"

#include <deque>
#include <map>

#include "common/http/client_link.hpp"
#include "common/http/dial.hpp"
#include "common/http/response_parser.hpp"

namespace guichet::http {

using detail::Alarm;
using detail::ErrorCode;
using detail::Link;
using detail::LinkPtr;
using detail::ResponseParser;

const char* to_string(Outcome outcome) {
    switch (outcome) {
        case Outcome::response:
            return "response";
        case Outcome::not_sent:
            return "not_sent";
        case Outcome::ambiguous:
            return "ambiguous";
    }
    return "";
}

namespace {

// Interim answers (100, 103) before the real one; more are no answer.
constexpr int kMostInterim = 16;

ClientResult without_response(Outcome outcome, Status error) {
    ClientResult result;
    result.outcome = outcome;
    result.error = std::move(error);
    return result;
}

std::string request_head(const ClientRequest& request, const UrlParts& url) {
    std::string head(to_string(request.method));
    head.append(" ").append(url.target).append(" HTTP/1.1\r\nHost: ").append(url.authority()).append("\r\n");
    for (std::size_t i = 0; i < request.headers.size(); ++i) {
        const auto [name, value] = request.headers.at(i);
        if (iequals(name, "host") || iequals(name, "connection") || iequals(name, "content-length") ||
            iequals(name, "transfer-encoding")) {
            continue;
        }
        head.append(name).append(": ").append(value).append("\r\n");
    }
    if (!request.headers.has("user-agent")) head.append("User-Agent: Guichet\r\n");
    const bool carries = request.method != Method::get && request.method != Method::head;
    if (carries || !request.body.empty()) {
        head.append("Content-Length: ").append(std::to_string(request.body.size())).append("\r\n");
    }
    return head.append("\r\n");
}

}  // namespace

struct Client::Impl {
    struct Idle {
        LinkPtr link;
        std::chrono::nanoseconds until;
    };

    Impl(asio::io_context& the_io, const Clock& the_clock, ClientOptions the_options)
        : io(the_io), clock(the_clock), options(std::move(the_options)) {}

    asio::awaitable<Result<LinkPtr>> connect(const UrlParts& url, Alarm& alarm);
    asio::awaitable<ClientResult> exchange(LinkPtr link, const ClientRequest& request, const UrlParts& url,
                                           Alarm& alarm);
    asio::awaitable<ClientResult> read_response(LinkPtr link, const ClientRequest& request,
                                                const std::string& key, Alarm& alarm);
    LinkPtr take_idle(const std::string& key);
    void keep(const std::string& key, LinkPtr link);
    void forget_old();

    asio::io_context& io;
    const Clock& clock;
    const ClientOptions options;
    asio::ssl::context tls{asio::ssl::context::tls_client};
    std::map<std::string, std::deque<Idle>> idle;
    std::size_t in_flight = 0;
};

namespace {

std::string pool_key(const UrlParts& url) {
    return (url.secure() ? "s " : "p ") + url.authority();
}

struct CountGuard {
    explicit CountGuard(std::size_t& the_count) : count(the_count) { ++count; }
    ~CountGuard() { --count; }
    CountGuard(const CountGuard&) = delete;
    CountGuard& operator=(const CountGuard&) = delete;
    std::size_t& count;
};

}  // namespace

asio::awaitable<Result<LinkPtr>> Client::Impl::connect(const UrlParts& url, Alarm& alarm) {
    const detail::Dial how{io, options.resolve, options.allowed_networks, options.connect_timeout,
                           url.secure() ? &tls : nullptr};
    co_return co_await detail::dial(how, url.host, url.port, alarm);
}

LinkPtr Client::Impl::take_idle(const std::string& key) {
    forget_old();
    const auto found = idle.find(key);
    if (found == idle.end()) return nullptr;
    LinkPtr link;
    while (!link && !found->second.empty()) {
        link = std::move(found->second.back().link);
        found->second.pop_back();
        if (link->stale()) link.reset();
    }
    if (found->second.empty()) idle.erase(found);
    return link;
}

void Client::Impl::keep(const std::string& key, LinkPtr link) {
    forget_old();
    if (options.max_idle_per_host == 0) return;
    auto& links = idle[key];
    if (links.size() >= options.max_idle_per_host) links.pop_front();
    links.push_back({std::move(link), clock.steady() + options.idle_timeout});
}

void Client::Impl::forget_old() {
    const auto now = clock.steady();
    for (auto host = idle.begin(); host != idle.end();) {
        std::erase_if(host->second, [now](const Idle& one) { return one.until <= now; });
        host = host->second.empty() ? idle.erase(host) : std::next(host);
    }
}

asio::awaitable<ClientResult> Client::Impl::exchange(LinkPtr link, const ClientRequest& request,
                                                     const UrlParts& url, Alarm& alarm) {
    const std::string head = request_head(request, url);
    const std::string key = pool_key(url);
    alarm.cut_with([link] { link->close(); });
    if (alarm.rung()) co_return without_response(Outcome::not_sent, deadline("no time was left to send"));
    if (request.not_after && clock.now() > *request.not_after) {
        keep(key, link);
        co_return without_response(Outcome::not_sent, deadline("its send-before time had passed"));
    }
    std::size_t sent = 0;
    const ErrorCode ec = co_await link->write(head, request.body, sent);
    if (ec && sent == 0) {
        co_return without_response(Outcome::not_sent, unavailable("nothing could be sent: " + ec.message()));
    }
    // Also after a failed write: a server that refuses a body may have answered before it closed.
    ClientResult result = co_await read_response(link, request, key, alarm);
    if (ec && result.outcome != Outcome::response) {
        result.error.message += " (and sending failed: " + ec.message() + ")";
    }
    co_return result;
}

asio::awaitable<ClientResult> Client::Impl::read_response(LinkPtr link, const ClientRequest& request,
                                                          const std::string& key, Alarm& alarm) {
    const std::size_t limit =
        request.max_response_bytes > 0 ? request.max_response_bytes : options.max_response_bytes;
    std::optional<ResponseParser> parser;
    parser.emplace(options.max_response_header_bytes, limit, request.method == Method::head);
    std::vector<char> buffer(8 * 1024);
    std::size_t filled = 0;
    std::string broken;
    ErrorCode ec;
    int interim = 0;
    while (!parser->is_done() && broken.empty()) {
        if (filled == buffer.size()) {
            // What stays unparsed is one line at most, but for a head or chunk head without end.
            if (filled >= 2 * options.max_response_header_bytes) {
                broken = "its header is too long";
                break;
            }
            buffer.resize(buffer.size() * 2);
        }
        ErrorCode read_error;
        filled += co_await link->read_some(asio::buffer(buffer.data() + filled, buffer.size() - filled),
                                           read_error);
        std::size_t used = 0;
        while (used < filled && !parser->is_done()) {
            used += parser->put(asio::buffer(buffer.data() + used, filled - used), ec);
            if (ec) break;
            if (parser->is_done() && parser->code / 100 == 1) {
                if (++interim > kMostInterim) {
                    broken = "it only says that it will";
                    break;
                }
                parser.emplace(options.max_response_header_bytes, limit, request.method == Method::head);
            }
        }
        std::copy(buffer.begin() + static_cast<std::ptrdiff_t>(used),
                  buffer.begin() + static_cast<std::ptrdiff_t>(filled), buffer.begin());
        filled -= used;
        if (parser->truncated || parser->is_done()) break;
        if (ec && ec != boost::beast::http::error::need_more) broken = "it is ill-formed: " + ec.message();
        if (read_error == asio::error::eof && parser->got_some() && parser->need_eof()) {
            parser->put_eof(ec);
            if (ec) broken = ec.message();
        } else if (read_error) {
            broken = read_error.message();
        }
    }
    ClientResult result;
    result.status = parser->code;
    if (!broken.empty()) {
        result.outcome = Outcome::ambiguous;
        result.error = alarm.rung() ? deadline("the answer did not come in time")
                                    : unavailable("no whole answer came: " + broken);
        co_return result;
    }
    result.outcome = Outcome::response;
    result.truncated = parser->truncated;
    result.headers = std::move(parser->headers);
    result.body = std::move(parser->body);
    if (parser->is_done() && !parser->truncated && filled == 0 && parser->keep_alive() && !alarm.rung()) {
        keep(key, std::move(link));
    }
    co_return result;
}

Client::Client(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}
Client::~Client() = default;

Result<std::unique_ptr<Client>> Client::create(asio::io_context& io, const Clock& clock,
                                               ClientOptions options) {
    auto impl = std::make_shared<Impl>(io, clock, std::move(options));
    ErrorCode ec;
    detail::modern_tls(impl->tls);
    const std::string& ca_file = impl->options.ca_file;
    if (ca_file.empty()) {
        impl->tls.set_default_verify_paths(ec);
        if (ec) return unavailable("cannot use the system's certificate authorities: " + ec.message());
    } else {
        impl->tls.load_verify_file(ca_file, ec);
        if (ec) return invalid("ca_file", "cannot use " + ca_file + ": " + ec.message());
    }
    return std::unique_ptr<Client>(new Client(std::move(impl)));
}

asio::awaitable<ClientResult> Client::request(ClientRequest request, std::chrono::milliseconds limit) {
    const auto impl = impl_;
    const auto url = parse_url(request.url);
    if (!url) co_return without_response(Outcome::not_sent, url.error());
    if (!url->scheme.starts_with("http")) {
        co_return without_response(Outcome::not_sent, invalid("url", "the scheme is neither http nor https"));
    }
    if (request.method == Method::other) {
        co_return without_response(Outcome::not_sent, invalid("method", "not a method that can be sent"));
    }
    if (impl->in_flight >= impl->options.max_in_flight) {
        co_return without_response(Outcome::not_sent,
                                   make_status(Code::resource_exhausted, "too many requests are under way"));
    }
    const CountGuard counted(impl->in_flight);
    Alarm alarm(impl->io.get_executor(), limit);
    LinkPtr link = impl->take_idle(pool_key(*url));
    if (!link) {
        Result<LinkPtr> connected = co_await impl->connect(*url, alarm);
        if (!connected) co_return without_response(Outcome::not_sent, connected.error());
        link = *connected;
    }
    co_return co_await impl->exchange(link, request, *url, alarm);
}

std::size_t Client::idle_connections() const {
    std::size_t count = 0;
    for (const auto& [key, links] : impl_->idle) count += links.size();
    return count;
}

}  // namespace guichet::http
