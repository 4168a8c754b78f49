#include "common/http/dial.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace guichet::http::detail {
namespace {

using Addresses = Result<std::vector<IpAddress>>;

// One name look-up. It runs apart from the request: the system's resolver cannot be interrupted, and a
// request must not outlive its deadline because of it.
struct Lookup {
    explicit Lookup(detail::LinkExecutor executor) : done(executor, LinkTimer::time_point::max()) {}
    LinkTimer done;
    std::optional<Addresses> found;
};

asio::awaitable<Addresses> ask_system(asio::io_context& io, std::string host) {
    asio::ip::basic_resolver<asio::ip::tcp, detail::LinkExecutor> resolver(io.get_executor());
    ErrorCode ec;
    const auto found =
        co_await resolver.async_resolve(host, "", asio::redirect_error(asio::use_awaitable, ec));
    if (ec) co_return unavailable("no address for " + host + ": " + ec.message());
    std::vector<IpAddress> out;
    for (const auto& entry : found) {
        if (auto ip = parse_ip(entry.endpoint().address().to_string())) out.push_back(*ip);
    }
    co_return out;
}

asio::awaitable<void> look_up(asio::io_context& io, ResolveHost ask, std::string host,
                              std::shared_ptr<Lookup> lookup) {
    try {
        if (ask) {
            lookup->found = co_await ask(host);
        } else {
            lookup->found = co_await ask_system(io, host);
        }
    } catch (const std::exception& e) {
        lookup->found = Addresses(internal(std::string("the resolver threw: ") + e.what()));
    }
    lookup->done.cancel();
}

asio::awaitable<Addresses> resolve(const Dial& how, std::string host, Alarm& alarm) {
    if (const auto literal = parse_ip(host)) co_return std::vector<IpAddress>{*literal};
    auto lookup = std::make_shared<Lookup>(how.io.get_executor());
    asio::co_spawn(how.io, look_up(how.io, how.resolve, host, lookup), asio::detached);
    alarm.cut_with([lookup] { lookup->done.cancel(); });
    while (!lookup->found && !alarm.rung()) {
        ErrorCode ignored;
        co_await lookup->done.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    }
    alarm.cut_with(nullptr);
    if (!lookup->found) co_return deadline("looking up " + host + " took too long");
    co_return std::move(*lookup->found);
}

}  // namespace

asio::awaitable<Result<LinkPtr>> dial(const Dial& how, std::string host, std::uint16_t port, Alarm& alarm) {
    const Addresses addresses = co_await resolve(how, host, alarm);
    if (!addresses) co_return addresses.error();
    Status last = unavailable("no address for " + host);
    for (const IpAddress& ip : *addresses) {
        if (alarm.rung()) break;
        if (!is_public_address(ip) && !how.allowed.contains(ip)) {
            last = make_status(Code::permission_denied,
                               // Not which: who asks may learn nothing of the networks behind us.
                               host + " leads to an address that is not public", "private_address");
            continue;
        }
        if (how.private_only && is_public_address(ip)) {
            last = make_status(Code::permission_denied,
                               host + " leads to a public address: what is not encrypted may not go there",
                               "public_address");
            continue;
        }
        auto link = std::make_shared<Link>(how.io.get_executor());
        alarm.cut_with([link] { link->close(); });
        ErrorCode ec;
        {
            Alarm attempt(how.io.get_executor(), how.connect_timeout);
            attempt.cut_with([link] { link->close(); });
            ec = co_await link->connect(ip, port);
            if (attempt.rung()) ec = asio::error::timed_out;
        }
        if (ec) {
            last = unavailable("cannot connect to " + host + " (" + to_string(ip) + "): " + ec.message());
            continue;
        }
        if (how.tls == nullptr) co_return link;
        last = co_await link->start_tls(*how.tls, host);
        if (last.ok()) co_return link;
        // Another address of the same host would show the same certificate.
        if (last.code == Code::failed_precondition) break;
    }
    if (alarm.rung()) last = deadline("connecting to " + host + " took too long");
    co_return last;
}

void modern_tls(asio::ssl::context& context) {
    ErrorCode ignored;
    context.set_options(asio::ssl::context::default_workarounds | asio::ssl::context::no_sslv2 |
                            asio::ssl::context::no_sslv3 | asio::ssl::context::no_tlsv1 |
                            asio::ssl::context::no_tlsv1_1,
                        ignored);
    context.set_verify_mode(asio::ssl::verify_peer, ignored);
}

}  // namespace guichet::http::detail
