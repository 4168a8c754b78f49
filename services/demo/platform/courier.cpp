#include "services/demo/platform/courier.hpp"

#include <algorithm>
#include <deque>
#include <stdexcept>

#include "common/http/text.hpp"
#include "common/runtime/event.hpp"
#include "common/runtime/task.hpp"
#include "common/runtime/timer.hpp"

namespace guichet::stand_in {
namespace {

constexpr char kChallenge[] = "1158201444";
constexpr std::chrono::hours kForever{24};

bool is_good(const http::ClientResult& result) {
    return result.outcome == http::Outcome::response && result.status >= 200 && result.status < 300;
}

std::unique_ptr<http::Client> local_client(asio::io_context& io, const Clock& clock) {
    http::ClientOptions options;
    auto networks =
        http::CidrSet::parse({"127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1/128"});
    if (!networks) throw std::logic_error(to_string(networks.error()));
    options.allowed_networks = std::move(*networks);
    auto client = http::Client::create(io, clock, std::move(options));
    if (!client) throw std::runtime_error(to_string(client.error()));
    return std::move(*client);
}

}  // namespace

struct Courier::State {
    std::unique_ptr<http::Client> client;
    std::string app_secret;
    std::string url;
    CourierOptions options;
    SeededRandom random{1};
    std::deque<json::object> waiting;
    runtime::Event changed;
    runtime::Task task;
    std::size_t delivered = 0;
    std::size_t refused = 0;
    bool stopped = false;

    bool can_deliver() const { return stopped || (!url.empty() && !options.hold && !waiting.empty()); }
    // Out of the queue, by the options.
    std::vector<json::object> draw() {
        const auto window = std::clamp<std::size_t>(options.shuffle, 1, waiting.size());
        const auto first = static_cast<std::ptrdiff_t>(window > 1 ? random.below(window) : 0);
        const auto left = waiting.size() - static_cast<std::size_t>(first);
        const auto count = static_cast<std::ptrdiff_t>(
            std::min(std::clamp<std::size_t>(options.batch, 1, kMaxUpdates), left));
        std::vector<json::object> drawn(waiting.begin() + first, waiting.begin() + first + count);
        waiting.erase(waiting.begin() + first, waiting.begin() + first + count);
        return drawn;
    }
};

Courier::Courier(asio::io_context& io, const Clock& clock, std::string app_secret)
    : state_(std::make_shared<State>()) {
    state_->client = local_client(io, clock);
    state_->app_secret = std::move(app_secret);
    state_->task = runtime::spawn(io.get_executor(), "platform.courier", deliver(state_));
}

Courier::~Courier() {
    state_->stopped = true;
    state_->task.cancel();
}

void Courier::take(json::object entry) {
    state_->waiting.push_back(std::move(entry));
    state_->changed.notify_all();
}

void Courier::deliver_to(std::string url) {
    state_->url = std::move(url);
    state_->changed.notify_all();
}

void Courier::set(const CourierOptions& options) {
    if (options.seed != state_->options.seed) state_->random = SeededRandom(options.seed);
    state_->options = options;
    state_->changed.notify_all();
}

const CourierOptions& Courier::options() const {
    return state_->options;
}

std::size_t Courier::waiting() const {
    return state_->waiting.size();
}

std::size_t Courier::delivered() const {
    return state_->delivered;
}

std::size_t Courier::refused() const {
    return state_->refused;
}

asio::awaitable<Status> Courier::subscribe(std::string url, std::string verify_token) {
    const auto state = state_;
    http::ClientRequest request;
    request.url = url + (url.find('?') == std::string::npos ? "?" : "&") +
                  http::to_urlencoded({{"hub.mode", "subscribe"},
                                       {"hub.challenge", kChallenge},
                                       {"hub.verify_token", std::move(verify_token)}});
    auto result = co_await state->client->request(std::move(request), state->options.deadline);
    if (!is_good(result)) {
        co_return unavailable("the address does not take the handshake: " + std::to_string(result.status) +
                              " " + result.error.message);
    }
    if (result.body != kChallenge) co_return invalid("url", "the address answers another challenge");
    state->url = std::move(url);
    state->changed.notify_all();
    co_return Status{};
}

asio::awaitable<bool> Courier::post(std::shared_ptr<State> state, Webhook webhook) {
    http::ClientRequest request;
    request.method = http::Method::post;
    request.url = state->url;
    request.headers = std::move(webhook.headers);
    request.body = std::move(webhook.body);
    const auto result = co_await state->client->request(std::move(request), state->options.deadline);
    const bool good = is_good(result);
    ++(good ? state->delivered : state->refused);
    co_return good;
}

asio::awaitable<void> Courier::deliver(std::shared_ptr<State> state) {
    while (!state->stopped) {
        const auto ready = [state] { return state->can_deliver(); };
        const bool has_work = co_await state->changed.wait_for(ready, kForever);
        if (!has_work || state->stopped) continue;
        const auto entries = state->draw();
        int copies = std::max(1, state->options.copies);
        while (copies > 0 && !state->stopped) {
            auto webhook = pack(entries, state->app_secret);
            const bool good = co_await post(state, std::move(webhook));
            if (good) --copies;
            if (!good) co_await runtime::sleep(state->options.retry);
        }
    }
}

}  // namespace guichet::stand_in
