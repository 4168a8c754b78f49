#pragma once
// Calls to Graph in the name of a page: the token in a header (addresses end up in logs), the proof of the
// app's secret beside it.
// https://developers.facebook.com/docs/graph-api/guides/secure-requests
#include <chrono>
#include <optional>
#include <string>

#include "common/channels/facebook/settings.hpp"
#include "common/channels/facebook/usage.hpp"
#include "common/http/client.hpp"

namespace guichet::channels::facebook {

struct Call {
    http::Method method = http::Method::get;
    // Below the version, without a slash in front; made of ids that is_graph_id() holds of.
    std::string path;
    http::Fields query;
    std::string body;
    std::string content_type;
    std::optional<TimeMs> not_after;
};

class Graph {
  public:
    // As CustomConnector's; all outlive it.
    Graph(http::Client& outside, http::Client* anywhere, const Clock& clock)
        : outside_(outside), anywhere_(anywhere), hold_(clock) {}

    bool private_allowed() const { return anywhere_ != nullptr; }
    // How long nothing should be asked for this page, because its allowance is nearly used up.
    std::optional<std::chrono::milliseconds> held(const Settings& page) const {
        return hold_.held(page.usage_key());
    }
    asio::awaitable<http::ClientResult> call(Settings page, Call call, std::chrono::milliseconds limit);

  private:
    http::Client& outside_;
    http::Client* anywhere_;
    UsageHold hold_;
};

}  // namespace guichet::channels::facebook
