#pragma once
// A channel's settings and secrets, as README.md lists them.
#include <chrono>
#include <string>

#include "common/channels/connector.hpp"
#include "common/channels/facebook/comment_event.hpp"

namespace guichet::channels::facebook {

inline constexpr char kDefaultGraph[] = "https://graph.facebook.com";
inline constexpr char kDefaultVersion[] = "v25.0";
// Characters; both unverified.
inline constexpr std::size_t kMaxComment = 8000;
inline constexpr std::size_t kMaxDirect = 2000;
inline constexpr std::chrono::milliseconds kPullEvery{300'000};

struct Settings {
    Page page;
    std::string app;
    // Without a slash at the end.
    std::string graph_url = kDefaultGraph;
    std::string graph_version = kDefaultVersion;
    bool allow_private = false;
    // Answers later than 24 hours go out with the tag for answers of a person.
    bool human_agent = false;
    std::size_t max_comment = kMaxComment;
    std::size_t max_direct = kMaxDirect;
    std::chrono::milliseconds pull_every = kPullEvery;
    std::string app_secret;
    std::string old_app_secret;
    std::string verify_token;
    std::string page_token;

    // Whose allowance is used.
    std::string usage_key() const { return app + "|" + page.id; }
};

// What is absent or wrong has its default.
Settings settings_of(const v1::Channel& channel);
// INVALID_ARGUMENT names the first that is wrong. `private_allowed`: the configuration lets channels reach
// private networks.
Status check_settings(const v1::Channel& channel, bool private_allowed);

}  // namespace guichet::channels::facebook
