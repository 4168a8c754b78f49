#pragma once
// Reading a list of Graph, one page after another.
// https://developers.facebook.com/docs/graph-api/results
#include <optional>
#include <string>
#include <utility>

#include "common/channels/facebook/errors.hpp"
#include "common/channels/facebook/graph.hpp"
#include "common/channels/facebook/json_fields.hpp"

namespace guichet::channels::facebook {

// Where the page after this one of {"data", "paging": {"cursors": {"after"}, "next"}} begins; "": it is the
// last. The address in `next` is never followed: it may lead anywhere, and bears the token.
std::string cursor_after(const json::object& page);

class Pages {
  public:
    // `call` names the list and its fields; at most `most` pages are read, each within `limit`. `after`:
    // where the first of them begins.
    Pages(Graph& graph, Settings page, Call call, int most, std::chrono::milliseconds limit,
          std::string after = {})
        : graph_(graph),
          page_(std::move(page)),
          call_(std::move(call)),
          left_(most),
          limit_(limit),
          after_(std::move(after)) {}

    // The next entries; nothing after the last page. Where it fails, `error` has what Graph said, if
    // anything.
    asio::awaitable<Result<std::optional<json::array>>> next();
    const std::optional<GraphError>& error() const { return error_; }
    // There is more than may be read.
    bool cut() const { return cut_; }

  private:
    Graph& graph_;
    Settings page_;
    Call call_;
    int left_;
    std::chrono::milliseconds limit_;
    std::string after_;
    bool begun_ = false;
    bool cut_ = false;
    std::optional<GraphError> error_;
};

// One question, one object; the failure as a status.
asio::awaitable<Result<json::object>> ask(Graph& graph, Settings page, Call call,
                                          std::chrono::milliseconds limit);

}  // namespace guichet::channels::facebook
