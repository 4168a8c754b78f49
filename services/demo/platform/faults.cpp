#include "services/demo/platform/faults.hpp"

#include <algorithm>
#include <array>

#include "common/runtime/timer.hpp"

namespace guichet::stand_in {
namespace {

constexpr std::array<std::string_view, 6> kNames{"none", "cut_before", "cut_after", "refuse", "slow", "late"};

Fault of(Fault::Kind kind) {
    Fault fault;
    fault.kind = kind;
    return fault;
}

asio::awaitable<Result<std::string>> no_more() {
    co_return unavailable("cut on demand");
}

http::Response cut() {
    http::Response response;
    response.header("Content-Type", "application/json");
    response.stream = no_more;
    return response;
}

}  // namespace

Fault Fault::cut_before() {
    return of(Kind::cut_before);
}

Fault Fault::cut_after() {
    return of(Kind::cut_after);
}

Fault Fault::throttled(std::optional<std::chrono::seconds> after, int code) {
    auto fault = of(Kind::refuse);
    fault.status = 429;
    fault.code = code;
    fault.message = "(#" + std::to_string(code) + ") Request limit reached";
    fault.after = after;
    return fault;
}

Fault Fault::server_error(int status) {
    auto fault = of(Kind::refuse);
    fault.status = status;
    fault.code = 2;
    fault.message = "Service temporarily unavailable";
    return fault;
}

Fault Fault::gateway_error(int status) {
    auto fault = of(Kind::refuse);
    fault.status = status;
    fault.code = 0;
    fault.message = "Bad gateway";
    return fault;
}

Fault Fault::expired_token() {
    auto fault = of(Kind::refuse);
    fault.status = 401;
    fault.code = 190;
    fault.subcode = 463;
    fault.message = "Error validating access token: Session has expired";
    return fault;
}

Fault Fault::slow(Milliseconds delay) {
    auto fault = of(Kind::slow);
    fault.delay = delay;
    return fault;
}

Fault Fault::late(Milliseconds delay) {
    auto fault = of(Kind::late);
    fault.delay = delay;
    return fault;
}

Fault Fault::for_reads() const {
    auto fault = *this;
    fault.on = On::reads;
    return fault;
}

std::string_view to_string(Fault::Kind kind) {
    return kNames.at(static_cast<std::size_t>(kind));
}

std::optional<Fault::Kind> fault_kind(std::string_view name) {
    const auto* found = std::find(kNames.begin(), kNames.end(), name);
    if (found == kNames.end()) return std::nullopt;
    return static_cast<Fault::Kind>(found - kNames.begin());
}

void Faults::script(const Fault& fault, int times) {
    for (int i = 0; i < times; ++i) script_.push_back(fault);
}

void Faults::at_random(std::uint64_t seed, double probability, std::vector<Fault> kinds) {
    random_.emplace(seed);
    probability_ = probability;
    kinds_ = std::move(kinds);
}

void Faults::clear() {
    script_.clear();
    random_.reset();
}

Fault Faults::next(bool write) {
    const auto scripted =
        std::find_if(script_.begin(), script_.end(), [&](const Fault& one) { return one.fits(write); });
    if (scripted != script_.end()) {
        auto fault = *scripted;
        script_.erase(scripted);
        return fault;
    }
    if (!random_ || kinds_.empty()) return {};
    // Drawn for every request, so that the seed alone decides what befalls the n-th.
    const bool befalls = random_->unit() < probability_;
    const auto& one = kinds_[random_->below(kinds_.size())];
    return befalls && one.fits(write) ? one : Fault{};
}

asio::awaitable<http::Response> perform(Fault fault, std::function<http::Response()> act,
                                        std::function<http::Response(const Fault&)> refuse) {
    switch (fault.kind) {
        case Fault::Kind::none:
            co_return act();
        case Fault::Kind::cut_before:
            co_return cut();
        case Fault::Kind::cut_after:
            act();
            co_return cut();
        case Fault::Kind::refuse:
            if (fault.code == 0)
                co_return http::Response::html(fault.status, "<html>" + fault.message + "</html>");
            co_return refuse(fault);
        case Fault::Kind::slow: {
            auto response = act();
            co_await runtime::sleep(fault.delay);
            co_return response;
        }
        case Fault::Kind::late:
            co_await runtime::sleep(fault.delay);
            co_return act();
    }
    co_return act();
}

}  // namespace guichet::stand_in
