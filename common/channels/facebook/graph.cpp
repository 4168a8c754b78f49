#include "common/channels/facebook/graph.hpp"

#include <utility>

#include "common/channels/facebook/signature.hpp"

namespace guichet::channels::facebook {
namespace {

constexpr std::size_t kMaxGraphAnswer = 1024 * 1024;

}  // namespace

asio::awaitable<http::ClientResult> Graph::call(Settings page, Call call, std::chrono::milliseconds limit) {
    if (page.allow_private && !anywhere_) {
        http::ClientResult refused;
        refused.error = denied("private addresses are forbidden here: set channels.allow_private");
        co_return refused;
    }
    if (!page.app_secret.empty()) {
        call.query.emplace_back("appsecret_proof", appsecret_proof(page.app_secret, page.page_token));
    }
    http::ClientRequest request;
    request.method = call.method;
    request.url = page.graph_url + "/" + page.graph_version + "/" + call.path;
    if (!call.query.empty()) request.url += "?" + http::to_urlencoded(call.query);
    request.headers.add("Authorization", "Bearer " + page.page_token);
    if (!call.content_type.empty()) request.headers.add("Content-Type", call.content_type);
    request.body = std::move(call.body);
    request.not_after = call.not_after;
    request.max_response_bytes = kMaxGraphAnswer;
    auto& client = page.allow_private ? *anywhere_ : outside_;
    auto result = co_await client.request(std::move(request), limit);
    if (result.outcome == http::Outcome::response) hold_.note(page.usage_key(), result.headers);
    co_return result;
}

}  // namespace guichet::channels::facebook
