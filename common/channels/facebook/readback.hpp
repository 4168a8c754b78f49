#pragma once
// Did it go out? Reads what the page published where the answer should be.
//
// Graph knows no idempotency key for comments and messages, so own words of the same text, not older than the
// delivery, are taken for it. Where the same text went out more than once all of them are told; which of them
// belong to other deliveries is for the caller to know.
#include <string>
#include <vector>

#include "common/channels/facebook/graph.hpp"
#include "common/channels/facebook/json_fields.hpp"

namespace guichet::channels::facebook {

// Clocks may differ by so much.
inline constexpr TimeMs kClockSlack = 60'000;
inline constexpr int kMaxReadPages = 5;

// White space at the ends is dropped, and is one blank within.
std::string normalised(std::string_view text);

struct OwnWords {
    std::string id;
    TimeMs at = 0;
};
// The entries of `data` ({"id", "message", "from": {"id"}, "created_time"}) that the page itself wrote with
// this text at `since` or later. True when all entries are older than that: what follows is older still.
bool find_own(const json::array& data, const std::string& page, const std::string& text, TimeMs since,
              std::vector<OwnWords>& found);

asio::awaitable<Reconciled> read_back(Graph& graph, Settings page, SendIntent intent);

}  // namespace guichet::channels::facebook
