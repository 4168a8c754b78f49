#include "services/demo/platform/sink.hpp"

#include <map>
#include <stdexcept>

#include "common/core/bytes.hpp"

namespace guichet::stand_in {
namespace {

constexpr TimeMs kTolerance = 300'000;
constexpr std::chrono::minutes kSinkRouteTimeout{5};

std::string text_of(const json::object& body, const char* name) {
    const auto* value = body.if_contains(name);
    return value && value->is_string() ? std::string(value->get_string()) : "";
}

}  // namespace

struct Sink::State {
    const Clock& clock;
    std::string secret;
    Faults faults;
    std::vector<Published> published;
    std::map<std::string, std::string> taken;  // delivery to body
    std::vector<std::string> problems;
    std::size_t requests = 0;

    http::Response refuse_protocol(int status, std::string why) {
        problems.push_back(why);
        return http::Response::error(status, "refused", why);
    }
    bool is_signed(const http::Request& request) const {
        const std::string stamp(request.headers.get("Guichet-Timestamp"));
        const auto seconds = std::strtoll(stamp.c_str(), nullptr, 10);
        if (std::abs(clock.now() - seconds * 1000) > kTolerance) return false;
        const auto expected = "v1=" + hex(hmac_sha256(secret, stamp + "." + request.body));
        return request.headers.get("Guichet-Signature") == expected;
    }
    http::Response take(const http::Request& request, std::size_t number) {
        if (!is_signed(request)) return refuse_protocol(401, "the signature does not fit");
        const std::string delivery(request.headers.get("Guichet-Delivery"));
        if (delivery.empty()) return http::Response::empty(200);  // a test of the channel
        const auto [known, is_new] = taken.emplace(delivery, request.body);
        if (!is_new) {
            if (known->second != request.body) return refuse_protocol(400, "one delivery, two contents");
            return http::Response::error(409, "already_exists", "taken before");
        }
        const auto body = json::parse(request.body).as_object();
        const auto id = "remote-" + std::to_string(taken.size());
        published.push_back(
            {"answer", id, text_of(body, "thread"), text_of(body, "text"), clock.now(), number});
        return http::Response::json(200, json::serialize(json::object{{"id", id}}));
    }
};

Sink::Sink(asio::io_context& io, const Clock& clock, Random& random, std::string secret)
    : state_(new State{clock, std::move(secret), {}, {}, {}, {}, 0}) {
    auto router = std::make_shared<http::Router>();
    http::RouteOptions route;
    route.timeout = kSinkRouteTimeout;
    const auto state = state_;
    router->post(
        "/hook",
        [state](http::Request request) {
            const auto number = ++state->requests;
            auto act = [state, number, request = std::move(request)] { return state->take(request, number); };
            auto refuse = [](const Fault& fault) {
                auto response = http::Response::error(fault.status, "refused", fault.message);
                if (fault.after) response.header("Retry-After", std::to_string(fault.after->count()));
                return response;
            };
            return perform(state->faults.next(true), std::move(act), std::move(refuse));
        },
        route);
    http::ServerOptions server;
    server.listeners.push_back({});
    server_ = std::make_unique<http::Server>(io, clock, random, std::move(server), router);
    if (auto started = server_->start(); !started) throw std::runtime_error(to_string(started.error()));
}

Sink::~Sink() = default;

Faults& Sink::faults() {
    return state_->faults;
}

const std::vector<Published>& Sink::published() const {
    return state_->published;
}

std::size_t Sink::requests() const {
    return state_->requests;
}

const std::vector<std::string>& Sink::problems() const {
    return state_->problems;
}

}  // namespace guichet::stand_in
