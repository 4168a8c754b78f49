#include "common/channels/facebook/facebook_connector.hpp"

#include <utility>

#include "common/channels/facebook/errors.hpp"
#include "common/channels/facebook/gap_fill.hpp"
#include "common/channels/facebook/json_fields.hpp"
#include "common/channels/facebook/outgoing.hpp"
#include "common/channels/facebook/pages.hpp"
#include "common/channels/facebook/parse.hpp"
#include "common/channels/facebook/readback.hpp"
#include "common/channels/facebook/routes.hpp"
#include "common/channels/facebook/settings.hpp"
#include "common/channels/facebook/signature.hpp"
#include "common/channels/facebook/split.hpp"

namespace guichet::channels {
namespace facebook {
namespace {

// How long Graph may take to show a comment that it accepted. Unverified.
constexpr std::chrono::milliseconds kVisibilityLag{10'000};
constexpr std::chrono::milliseconds kTestWithin{10'000};

// Nothing is asked of Graph: it would throttle the page, or refuse the call.
std::optional<channels::Outcome> held_back(const Graph& graph, const Settings& page) {
    channels::Outcome outcome;
    if (page.page_token.empty()) {
        outcome.kind = channels::Outcome::Kind::reauth;
        outcome.error = "the channel has no secrets.page_token: set it";
        return outcome;
    }
    const auto wait = graph.held(page);
    if (!wait) return std::nullopt;
    outcome.kind = channels::Outcome::Kind::retry;
    outcome.error = "not sent: the page has nearly used up what Facebook allows it";
    outcome.after = wait;
    return outcome;
}

}  // namespace
}  // namespace facebook

Caps FacebookConnector::caps(const v1::Channel& channel) const {
    Caps caps;
    caps.is_public = true;
    caps.can_publish = true;
    caps.can_reconcile = true;
    caps.pulls = true;
    caps.many_accounts = true;
    caps.can_hide = true;
    caps.can_like = true;
    caps.visibility_lag = facebook::kVisibilityLag;
    caps.max_length = facebook::settings_of(channel).max_comment;
    return caps;
}

Status FacebookConnector::check(const v1::Channel& channel) const {
    return facebook::check_settings(channel, graph_.private_allowed());
}

std::size_t FacebookConnector::measure(const std::string& text) const {
    return facebook::count_characters(text);
}

std::optional<http::Response> FacebookConnector::handshake(const v1::Channel& channel,
                                                           const http::Request& request) const {
    return facebook::answer_handshake(facebook::settings_of(channel).verify_token, request);
}

Status FacebookConnector::authenticate(const v1::Channel& channel, const http::Request& request,
                                       TimeMs) const {
    const auto settings = facebook::settings_of(channel);
    return facebook::verify_signature({settings.app_secret, settings.old_app_secret},
                                      request.headers.get(facebook::kSignatureHeader), request.body);
}

Result<Events> FacebookConnector::parse(const v1::Channel& channel, const std::string& body) const {
    return facebook::parse_webhook(facebook::settings_of(channel).page, body);
}

std::string FacebookConnector::account(const v1::Channel& channel) const {
    return facebook::settings_of(channel).page.id;
}

Result<std::vector<AccountBody>> FacebookConnector::split(const std::string& body) const {
    return facebook::split_webhook(body);
}

asio::awaitable<Result<Pulled>> FacebookConnector::pull(v1::Channel channel, std::string cursor,
                                                        std::chrono::milliseconds deadline) {
    auto settings = facebook::settings_of(channel);
    if (settings.page_token.empty()) {
        co_return make_status(Code::unauthenticated, "the channel has no secrets.page_token: set it");
    }
    co_return co_await facebook::fill_gaps(graph_, std::move(settings), std::move(cursor), clock_, deadline);
}

std::vector<PrivateRoute> FacebookConnector::routes(const v1::Channel& channel, const RouteQuestion& question,
                                                    TimeMs now) const {
    return facebook::routes_of(facebook::settings_of(channel), question, now);
}

asio::awaitable<Outcome> FacebookConnector::act(v1::Channel channel, Act act, std::string external_id,
                                                std::chrono::milliseconds deadline) {
    auto settings = facebook::settings_of(channel);
    if (auto held = facebook::held_back(graph_, settings)) co_return std::move(*held);
    auto planned = facebook::plan_act(act, external_id);
    if (planned.refused) co_return std::move(*planned.refused);
    auto result = co_await graph_.call(std::move(settings), std::move(planned.call), deadline);
    auto outcome = facebook::outcome_of(result, clock_.now(), facebook::Expect::success);
    // Hiding twice hides once.
    if (outcome.kind == Outcome::Kind::ambiguous) outcome.kind = Outcome::Kind::retry;
    co_return outcome;
}

asio::awaitable<Outcome> FacebookConnector::send(v1::Channel channel, SendIntent intent) {
    auto settings = facebook::settings_of(channel);
    auto planned = facebook::plan_send(settings, intent, clock_.now());
    if (planned.refused) co_return std::move(*planned.refused);
    if (auto held = facebook::held_back(graph_, settings)) co_return std::move(*held);
    if (intent.not_after > 0) planned.call.not_after = intent.not_after;
    auto result = co_await graph_.call(std::move(settings), std::move(planned.call), intent.deadline);
    co_return facebook::outcome_of(result, clock_.now());
}

asio::awaitable<Reconciled> FacebookConnector::reconcile(v1::Channel channel, SendIntent intent) {
    auto settings = facebook::settings_of(channel);
    if (facebook::held_back(graph_, settings)) co_return Reconciled{};
    co_return co_await facebook::read_back(graph_, std::move(settings), std::move(intent));
}

asio::awaitable<Status> FacebookConnector::test(v1::Channel channel) {
    if (auto status = check(channel); !status.ok()) co_return status;
    auto settings = facebook::settings_of(channel);
    const auto page = settings.page.id;
    facebook::Call call;
    call.path = page;
    call.query = {{"fields", "id,name"}};
    auto answer = co_await facebook::ask(graph_, std::move(settings), std::move(call), facebook::kTestWithin);
    if (!answer) co_return answer.error();
    if (facebook::text_in(*answer, "id") != page) {
        co_return make_status(Code::failed_precondition,
                              "Facebook does not know the page " + page + " by this token");
    }
    co_return Status{};
}

}  // namespace guichet::channels
