#include "common/channels/facebook/pages.hpp"

#include <utility>

namespace guichet::channels::facebook {
namespace {

Result<json::object> object_of(const http::ClientResult& result) {
    // A question has no outcome to be unsure of; the date form of Retry-After is left to those who send.
    auto outcome = outcome_of(result, 0, Expect::success);
    if (auto status = status_of(outcome); !status.ok()) return status;
    if (result.truncated) return unavailable("Facebook's answer is too long");
    auto root = read_object(result.body);
    if (!root) return unavailable("Facebook's answer cannot be read: " + root.error().message);
    return std::move(root->get_object());
}

}  // namespace

std::string cursor_after(const json::object& page) {
    const auto* paging = object_in(page, "paging");
    if (!paging) return {};
    if (!paging->contains("next")) return {};
    if (const auto* cursors = object_in(*paging, "cursors")) {
        if (auto after = text_in(*cursors, "after"); !after.empty()) return after;
    }
    const auto next = text_in(*paging, "next");
    const auto question = next.find('?');
    if (question == std::string::npos) return {};
    const auto fields = http::parse_urlencoded(std::string_view(next).substr(question + 1));
    return fields ? http::find_field(*fields, "after").value_or("") : std::string();
}

asio::awaitable<Result<std::optional<json::array>>> Pages::next() {
    if (begun_ && after_.empty()) co_return std::optional<json::array>();
    if (left_ <= 0) {
        cut_ = true;
        co_return std::optional<json::array>();
    }
    --left_;
    auto call = call_;
    if (!after_.empty()) call.query.emplace_back("after", after_);
    begun_ = true;
    auto result = co_await graph_.call(page_, std::move(call), limit_);
    if (result.outcome == http::Outcome::response) error_ = graph_error(result.body);
    auto object = object_of(result);
    if (!object) co_return object.error();
    after_ = cursor_after(*object);
    const auto* data = array_in(*object, "data");
    co_return std::optional<json::array>(data ? *data : json::array());
}

asio::awaitable<Result<json::object>> ask(Graph& graph, Settings page, Call call,
                                          std::chrono::milliseconds limit) {
    auto result = co_await graph.call(std::move(page), std::move(call), limit);
    co_return object_of(result);
}

}  // namespace guichet::channels::facebook
